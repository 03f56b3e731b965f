#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# in-root.sh AGENT COMMAND [ARGUMENT...]: runs a command on a node without a cluster: a throw-away copy of the lab's root
# file system, in which AGENT is installed as ocf:heartbeat:pgtwin. PGTWIN_LAB_SUITE chooses the release.
set -euo pipefail

readonly SCRATCH=/mnt # covered by a tmpfs in a mount namespace of its own

die()
{
    echo "in-root.sh: $*" >&2
    exit 99
}

mount_node()
{
    local -r root=$1 agent=$2 node=$SCRATCH/node
    mount -t tmpfs -o mode=0755 tmpfs "$SCRATCH"
    mkdir "$SCRATCH/upper" "$SCRATCH/work" "$node"
    mount -t overlay overlay -o "lowerdir=$root,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$node"
    install -D -m 0755 "$agent" "$node/usr/lib/ocf/resource.d/heartbeat/pgtwin"
    mount -t proc proc "$node/proc"
    mount --rbind /dev "$node/dev"
    mount -t tmpfs tmpfs "$node/dev/shm"
    mount -t tmpfs -o mode=0755 tmpfs "$node/run"
    install -d -m 1755 "$node/run/resource-agents" "$node/run/lock"
    install -d -m 2775 -o "$(owner_of "$node" postgres)" "$node/run/postgresql"
    cd "$node"
}

owner_of()
{
    awk -F: -v name="$2" '$1 == name { print $3 }' "$1/etc/passwd"
}

if [[ ${1:-} == --inside ]]; then
    mount_node "$2" "$3"
    ip link set lo up 2>/dev/null || true
    exec chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C.UTF-8 "${@:4}"
fi

(($# >= 2)) || die "usage: in-root.sh AGENT COMMAND [ARGUMENT...]"
[[ -x $1 ]] || die "$1 is not an executable"
root=$("${BASH_SOURCE[0]%/*}/../lab/lab" root "${PGTWIN_LAB_SUITE:-trixie}") || die "the lab has no root file system"
exec unshare --mount --pid --net --uts --ipc --fork --kill-child=SIGKILL \
    "${BASH_SOURCE[0]}" --inside "$root" "$(realpath "$1")" "${@:2}"
