#!/bin/bash
# Builds the node image for kind out of Debian packages and Go modules, for
# machines that reach no container registry, and prints its name. An image of the
# same sources is not built again. Needs root, Go, Docker and mmdebstrap.
#
#   build.sh          the release of Kubernetes in kube/go.mod
#   build.sh 1.33     that in kube/go-1.33.mod
set -euo pipefail
cd "$(dirname "$0")"
release=bookworm
node=systemd,containerd,runc,iptables,nftables,iproute2,conntrack,socat,ethtool,mount,kmod,procps,netbase,hostname
proxy=iptables,nftables # what kube-proxy and podnet call

modules=go${1:+-$1}.mod
if [ ! -f "kube/$modules" ]; then
	echo "build.sh: no release $1: there are $(cd kube && echo go-*.mod | sed 's/go-\|\.mod//g'), and with no argument that of kube/go.mod" >&2
	exit 2
fi
kubernetes=$(sed -n 's#^\tk8s.io/kubernetes \(v[0-9.]*\)$#\1#p' "kube/$modules")
key=$(cd ../.. && git ls-files -z cluster/node cluster/images/pack internal/oci ':!*_test.go' | xargs -0 sha256sum | sha256sum | cut -c 1-12)
name=probatum.local/node
image=$name:$kubernetes-$key
if docker image inspect "$image" >/dev/null 2>&1; then
	docker tag "$image" "$name:$kubernetes"
	echo "$image"
	exit 0
fi
for program in mmdebstrap docker go; do
	if ! command -v "$program" >/dev/null; then
		echo "build.sh: $program is missing. On Debian: apt-get install --no-install-recommends mmdebstrap docker.io; Go from https://go.dev/dl" >&2
		exit 1
	fi
done

cache=${XDG_CACHE_HOME:-$HOME/.cache}/probatum/node
mkdir -p "$cache"
work=$(mktemp -d "$cache/build-XXXXXX")
container=
clean() {
	[ -z "$container" ] || docker rm -fv "$container" >/dev/null
	docker rmi "$name:root" >/dev/null 2>&1 || true # the name alone: the node is made of it
	rm -rf "$work"
}
trap clean EXIT
mkdir "$work/images" "$work/cni"
say() { printf '%4d s  %s\n' "$SECONDS" "$*" >&2; }

# debian VARIANT PACKAGES makes a root file system, or finds that of the same
# packages, and prints its name.
debian() {
	local tar
	tar=$cache/$release-$1-$(printf %s "$2" | sha256sum | cut -c 1-12).tar
	if [ ! -f "$tar" ]; then
		local mirror=()
		# The machine knows best where its packages come from.
		[ ! -f /etc/apt/sources.list.d/debian.sources ] || mirror=(/etc/apt/sources.list.d/debian.sources)
		mmdebstrap --quiet --variant="$1" --include="$2" --format=tar \
			--aptopt='APT::Install-Recommends "false"' \
			--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
			"$release" "$work/new.tar" "${mirror[@]}" >&2
		mv "$work/new.tar" "$tar"
	fi
	echo "$tar"
}

# compile FOLDER OUTPUT PACKAGE [LINKER FLAGS [OTHER FLAGS]]
compile() { (cd "$1" && CGO_ENABLED=0 GOFLAGS= go build -trimpath -ldflags "-s -w ${4-}" "${@:5}" -o "$work/$2" "$3"); }

say "compile Kubernetes $kubernetes (minutes, the first time)"
stamp= minor=${kubernetes#v1.}
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	stamp+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
done
compile kube kube . "$stamp" -modfile "$modules" ${1:+-tags "kubernetes$1"}
say "compile CoreDNS and the network plugins"
compile dns coredns .
compile pod pause ./pause
for plugin in ipam/host-local main/loopback main/ptp meta/portmap; do
	compile pod "cni/${plugin#*/}" "github.com/containernetworking/plugins/plugins/$plugin"
done
say "make the root file systems"
root=$(debian essential "$node")
tables=$(debian extract "$proxy")

say "pack the images"
compile ../.. pack ./cluster/images/pack
pack() { local out=$1; shift; "$work/pack" -o "$work/images/$out.tar" "$@"; }
# kubeadm knows what the images are called. All but two are one image: the program
# with the names that it goes by, and the iptables that kube-proxy calls.
names=probatum.local/podnet:1
links=(link=kube:/usr/local/bin/podnet)
for reference in $("$work/kube" kubeadm config images list --kubernetes-version "$kubernetes"); do
	program=${reference##*/}
	program=${program%%:*}
	case $program in
	pause | coredns) pack "$program" -name "$reference" -entrypoint "/$program" "$work/$program:/$program" ;;
	*)
		names+=,$reference
		links+=("link=kube:/usr/local/bin/$program")
		;;
	esac
done
for program in iptables ip6tables; do
	for suffix in '' -save -restore; do
		links+=("link=xtables-nft-multi:/usr/sbin/$program$suffix")
	done
done
pack kube -name "$names" -layer "$tables" "$work/kube:/usr/local/bin/kube" "${links[@]}"

say "make the node"
cp -a files setup.sh "$work/"
"$work/kube" kubeadm config images list --kubernetes-version "$kubernetes" | grep /pause: >"$work/pause.name"
echo "$kubernetes" >"$work/version"
docker import "$root" "$name:root" >/dev/null
container=$(docker run -d --privileged --network none --stop-signal SIGRTMIN+3 --entrypoint /bin/sleep -v "$work:/from:ro" "$name:root" infinity)
docker exec "$container" bash /from/setup.sh
docker commit -c 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' -c 'CMD []' -c 'ENV container=docker' "$container" "$image" >/dev/null
docker tag "$image" "$name:$kubernetes"
say "made $image, $(($(docker image inspect -f '{{.Size}}' "$image") / 1000000)) MB"
echo "$image"
