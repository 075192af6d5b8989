#!/bin/bash
# Runs inside a container of the root file system: makes a node of it. /from holds
# what build.sh has made.
set -euo pipefail
cp -a /from/files/. /
chown -R root:root /etc /kind /usr/local

# Only what a node needs is started.
rm -f /lib/systemd/system/multi-user.target.wants/* /lib/systemd/system/local-fs.target.wants/* \
	/etc/systemd/system/*.wants/* /lib/systemd/system/sockets.target.wants/*{initctl,udev}* \
	/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
systemctl enable -q containerd.service kubelet.service
systemctl mask -q systemd-binfmt.service systemd-firstboot.service getty.target console-getty.service
systemctl set-default -q multi-user.target
ln -sf /lib/systemd/systemd /sbin/init
mkdir -p /etc/kubernetes/manifests /etc/cni/net.d /opt/cni/bin /var/lib/kubelet
cp /from/cni/* /opt/cni/bin/
cat /from/version >/kind/version
sed -i "s#SANDBOX#$(cat /from/pause.name)#" /etc/containerd/config.toml

# The images, unpacked. One overlayfs cannot lie on another, so containerd works on
# a file system of its own, and what it makes is copied.
store=/mnt/store
mkdir -p "$store"
mount -t tmpfs -o size=3g tmpfs "$store"
containerd --root "$store" --state /run/store --address /run/store.sock >/run/store.log 2>&1 &
daemon=$!
images() { ctr --address /run/store.sock --namespace k8s.io "$@"; }
for _ in $(seq 100); do
	images version >/dev/null 2>&1 && break
	sleep 0.1
done
for archive in /from/images/*.tar; do
	images images import --snapshotter overlayfs "$archive" >/dev/null
done
# Unpacked layers are not needed packed. They go when the collector has run.
images content ls | awk '$2 ~ /[MG]B/ {print $1}' | xargs -r ctr --address /run/store.sock --namespace k8s.io content rm >/dev/null
for _ in $(seq 100); do
	[ "$(du -sm "$store/io.containerd.content.v1.content" | cut -f 1)" -lt 5 ] && break
	sleep 0.1
done
kill "$daemon"
wait "$daemon" || true
rm -rf /var/lib/containerd
cp -a "$store" /var/lib/containerd
umount "$store"
rmdir "$store"
rm -rf /run/store* /var/log/* /var/cache/*

# The program of the images is that of the node: one file with two names.
ln "$(find /var/lib/containerd -path '*/usr/local/bin/kube' -type f)" /usr/bin/kube
for name in kubelet kubeadm kubectl crictl; do
	ln -s kube "/usr/bin/$name"
done
