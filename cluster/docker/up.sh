#!/bin/sh
# Starts dockerd where it is installed and does not run. What it starts this way is
# for tests: its containers reach each other and this machine, and nothing beyond.
#
#   up.sh        start; says so, or says nothing where Docker runs already
#   up.sh stop   end what was started this way
set -eu
cd "$(dirname "$0")"
state=${PROBATUM_DOCKER:-${XDG_CACHE_HOME:-$HOME/.cache}/probatum/docker}

if [ "${1:-}" = stop ]; then
	[ -f "$state/pid" ] || exit 0
	kill "$(cat "$state/pid")" 2>/dev/null || true
	rm -f "$state/pid"
	exit 0
fi

docker info >/dev/null 2>&1 && exit 0
if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
	echo "Docker is not installed. On Debian: apt-get install --no-install-recommends docker.io iptables" >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "Docker does not run, and only root can start it here. Start it as your system does it: sudo systemctl start docker" >&2
	exit 1
fi
mkdir -p "$state"

# Bit 24 is CAP_SYS_RESOURCE. Where root lacks it, runc cannot grant what
# --privileged asks for; held, in front of it, asks for less.
runtime=
held=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
if [ $((0x$held >> 24 & 1)) = 0 ]; then
	(cd ../.. && CGO_ENABLED=0 go build -trimpath -o "$state/held" ./cluster/docker/held)
	runtime="--add-runtime held=$state/held --default-runtime held"
fi
# shellcheck disable=SC2086 # two words or none
setsid dockerd $runtime >"$state/log" 2>&1 </dev/null &
echo $! >"$state/pid"

for _ in $(seq 150); do
	if docker info >/dev/null 2>&1; then
		# Tests send nothing out of this machine.
		out=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
		if [ -n "$out" ] && ! iptables -C DOCKER-USER -o "$out" -j REJECT 2>/dev/null; then
			iptables -I DOCKER-USER -o "$out" -j REJECT
		fi
		echo "Docker runs; its log is $state/log"
		exit 0
	fi
	kill -0 "$(cat "$state/pid")" 2>/dev/null || break
	sleep 0.2
done
echo "Docker did not start; the end of $state/log:" >&2
tail -n 5 "$state/log" >&2
exit 1
