#!/bin/sh
# Makes a machine within the machine for one engine and holds it until standard input ends: mounts, processes and network of its own,
# /run and /var/tmp in memory. Its end ends everything in it.
set -eu
if [ "${1:-}" != inside ]; then
    exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc --net -- sh "$0" inside
fi

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/tmp
mkdir /run/tmp /run/home
chmod 1777 /run/tmp
busybox ip link set lo up

# Image: busybox, and two users, one of them with a further group.
mkdir -p /run/image/bin /run/image/etc /run/image/tmp /run/image/home
chmod 1777 /run/image/tmp
cp "$(command -v busybox)" /run/image/bin/busybox
for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "/run/image/bin/$applet"
done
printf 'root:x:0:0:root:/:/bin/sh\nuser:x:1000:1000::/home:/bin/sh\n' > /run/image/etc/passwd
printf 'root:x:0:\nuser:x:1000:\nextra:x:2000:user\n' > /run/image/etc/group
tar -C /run/image -cf /run/image.tar .

echo ready
# Reaps what loses its parent.
exec tini -s -- cat
