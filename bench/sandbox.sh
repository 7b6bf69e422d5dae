#!/bin/sh
# sandbox.sh FOLDER STORE COMMAND...
# First process of the bench's own mount, network and PID namespaces (Sandbox.psm1 makes them): prepares what the engines
# see and runs COMMAND. The peers' daemons, containers, mounts, bridges and packet filter rules all live in here and go when
# this process ends, however it ends. It stays, rather than exec COMMAND, because the first process has to reap orphans.
set -eu
folder=$1 store=$2
shift 2

mount --make-rprivate /
# State of runtimes and daemons, locks of podman: nobody else's is seen, nothing of ours stays.
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mkdir -p /run/lock
# dockerd's key and lock files and caches of podman are written whatever the options say.
for path in /etc /var/lib /var/cache; do
    mkdir -p "/run/overlay$path/upper" "/run/overlay$path/work"
    mount -t overlay -o "lowerdir=$path,upperdir=/run/overlay$path/upper,workdir=/run/overlay$path/work" overlay "$path"
done
ip link set lo up 2>/dev/null || true

# The cgroup v1 hierarchies on a tmpfs of our own, because podman leaves folders there; on a machine with v2 only, as it is.
# crun 1.8 and podman with it refuse a v2 tree beside v1 ones: CONTAINERPS_BENCH_HYBRID=hide leaves it out.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = tmpfs ]; then
    # "- fstype source options" ends each line of mountinfo; the fifth field is the mount point.
    sed -n 's/^\([^ ]* \)\{4\}\(\/sys\/fs\/cgroup\/[^ ]*\) .* - \(cgroup2\{0,1\}\) [^ ]* \(.*\)$/\2 \3 \4/p' /proc/self/mountinfo > /run/hierarchies
    links=$(find /sys/fs/cgroup -maxdepth 1 -type l -printf '%f=%l ')
    umount --recursive --lazy /sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
    while read -r target type options; do
        if [ "$type" = cgroup2 ] && [ "${CONTAINERPS_BENCH_HYBRID:-}" = hide ]; then continue; fi
        options=$(printf %s "$options" | tr , '\n' | grep -vxE 'rw|ro|seclabel' | paste -s -d , || true)
        mkdir -p "$target"
        mount -t "$type" ${options:+-o "$options"} cgroup "$target"
    done < /run/hierarchies
    for link in $links; do ln -s "${link#*=}" "/sys/fs/cgroup/${link%%=*}"; done
fi

case $store in
ext4)
    # With a journal, and allocated at once, so that the file system below adds nothing while we time.
    fallocate -l 6G "$folder/ext4.img"
    mkfs.ext4 -q -F -O has_journal -E lazy_itable_init=0,lazy_journal_init=0 "$folder/ext4.img"
    mkdir "$folder/store"
    mount -o loop "$folder/ext4.img" "$folder/store" ;;
tmpfs)
    mkdir "$folder/store"
    mount -t tmpfs -o mode=755 tmpfs "$folder/store" ;;
none) ;;
*)
    echo "sandbox.sh: no store '$store'; there are ext4, tmpfs, none" >&2
    exit 64 ;;
esac

status=0
"$@" || status=$?
exit $status
