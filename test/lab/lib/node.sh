# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A node: namespaces around an overlay of the root file system, and a port of the switch in the client's host.

readonly LAB_NODE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

node_address()
{
    case $1 in
        client) echo 192.0.2.1 ;;
        psql1) echo 192.0.2.11 ;;
        psql2) echo 192.0.2.12 ;;
    esac
}

node_pid()
{
    living_pid "$LAB_STATE/$1/pid"
}

need_running()
{
    node_pid "$1" || die "node $1 of lab $NAME is off"
}

# in_network NODE COMMAND...: the machine's own command within the node's network.
in_network()
{
    local pid
    pid=$(need_running "$1") || return 1
    timeout 10 nsenter -t "$pid" -n -- "${@:2}"
}

# enter NODE COMMAND...: replaces this shell by the command within the node.
enter()
{
    local pid
    pid=$(need_running "$1") || exit 1
    exec nsenter -t "$pid" -n -m -p -u -i -r -w -- \
        /usr/bin/env -i PATH="$LAB_NODE_PATH" HOME=/root LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" "${@:2}"
}

# in_node SECONDS NODE COMMAND...
in_node()
(
    pid=$(need_running "$2") || exit 1
    close_descriptors
    exec timeout "$1" nsenter -t "$pid" -n -m -p -u -i -r -w -- \
        /usr/bin/env -i PATH="$LAB_NODE_PATH" HOME=/root LC_ALL=C.UTF-8 "${@:3}"
)

supports_overlay()
{
    local -r directory=$1
    local result=0
    mkdir -p "$directory/try/lower" "$directory/try/upper" "$directory/try/work" "$directory/try/mnt"
    timeout 10 unshare --mount mount -t overlay overlay "$directory/try/mnt" -o \
        "lowerdir=$directory/try/lower,upperdir=$directory/try/upper,workdir=$directory/try/work" 2>/dev/null || result=1
    rm -rf "$directory/try"
    return $result
}

# The nodes' disks: beside the cache, or in memory where that file system cannot be the upper layer of an overlay.
choose_disks()
{
    local disks=${PGTWIN_LAB_DISKS:-$LAB_CACHE/disks}/$NAME
    mkdir -p "$disks"
    if ! supports_overlay "$disks"; then
        disks=$LAB_STATE/disks
        mkdir -p "$disks"
        mount -t tmpfs -o mode=0755 tmpfs "$disks"
        supports_overlay "$disks" || die "overlayfs works neither in ${PGTWIN_LAB_DISKS:-$LAB_CACHE} nor on a tmpfs"
    fi
    printf '%s\n' "$disks" >"$LAB_STATE/disks.path"
}

spawn_init()
{
    local -r node=$1 disk=$2
    spawn "$LAB_STATE/$node/boot.log" unshare --mount --pid --uts --ipc --net --fork --kill-child=SIGKILL \
        env -i PATH="$LAB_NODE_PATH" LC_ALL=C.UTF-8 PGTWIN_LAB="$NAME/$node" \
        bash "$LAB_DIR/node/init" "$(<"$LAB_STATE/root")" "$disk" "$LAB_STATE" "$node" "$LAB_DIR/node" 7>"$LAB_STATE/$node/up"
}

boot()
{
    local -r node=$1
    local disk
    disk=$(<"$LAB_STATE/disks.path")/$node
    mkdir -p "$LAB_STATE/$node/mnt" "$disk/upper" "$disk/work"
    spawn_init "$node" "$disk"
    wait_until 15 "node $node boots" test -s "$LAB_STATE/$node/up" || die "see $LAB_STATE/$node/boot.log"
    local pid
    pid=$(pgrep -P "$SPAWNED") || die "node $node died while it booted, see $LAB_STATE/$node/boot.log"
    remember_process "$pid" "$LAB_STATE/$node/pid"
    if [[ $node == client ]]; then create_switch; else plug_in "$node"; fi
}

create_switch()
{
    in_network client ip -batch - <<END
link set lo up
link add switch type bridge stp_state 0
addr add $(node_address client)/24 dev switch
link set switch up
END
}

plug_in()
{
    local -r node=$1
    local pid
    pid=$(node_pid "$node")
    in_network client ip link add "$node" type veth peer name eth0 netns "$pid"
    in_network client ip link set "$node" master switch
    in_network "$node" ip -batch - <<END
link set lo up
link set eth0 address 02:00:00:00:02:${node: -1}1
addr add $(node_address "$node")/24 dev eth0
link set eth0 up
END
    [[ -e $LAB_STATE/$node/cut ]] || in_network client ip link set "$node" up
}

# The cable goes first: a host that loses its power sends no goodbye on its connections.
kill_node()
{
    local -r node=$1
    local pid
    pid=$(node_pid "$node") || return 0
    if [[ $node != client ]]; then
        in_network client ip link del "$node" 2>/dev/null || true
    fi
    kill -KILL "$pid" 2>/dev/null || true
    wait_until 15 "node $node goes off" is_off "$node"
    rm -f "$LAB_STATE/$node/pid" "$LAB_STATE/$node/up"
}

is_off()
{
    ! node_pid "$1" >/dev/null
}

command_exec()
{
    need_arguments 3 $# "exec NAME NODE COMMAND..."
    use_existing_lab "$1"
    need_host "$2"
    enter "${@:2}"
}

command_shell()
{
    need_arguments 2 $# "shell NAME NODE"
    use_existing_lab "$1"
    need_host "$2"
    enter "$2" bash -l
}

command_pid()
{
    need_arguments 2 $# "pid NAME NODE"
    use_existing_lab "$1"
    need_host "$2"
    need_running "$2"
}

command_state()
{
    need_arguments 2 $# "state NAME NODE"
    use_existing_lab "$1"
    need_host "$2"
    if is_off "$2"; then echo off; else echo on; fi
}

# A node that is fenced meanwhile takes its cable with it, and plugs it in as it finds the port when it boots.
has_no_port()
{
    ! in_network client ip link show "$1" >/dev/null 2>&1
}

set_port()
{
    local -r node=$1 state=$2
    if [[ $state == up ]]; then rm -f "$LAB_STATE/$node/cut"; else : >"$LAB_STATE/$node/cut"; fi
    is_off "$node" || in_network client ip link set "$node" "$state" 2>/dev/null || has_no_port "$node" ||
        die "the port of $node cannot be set $state"
}

command_cut()
{
    need_arguments 2 $# "cut NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    set_port "$2" down
}

command_mend()
{
    need_arguments 2 $# "mend NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    set_port "$2" up
}

quicken_link()
{
    local -r node=$1
    local pid
    if pid=$(living_pid "$LAB_STATE/$node/delay.pid"); then kill -KILL "$pid"; fi
    in_network client ip link del "$node.wire" 2>/dev/null || true
    is_off "$node" || in_network client ip link set "$node" master switch 2>/dev/null || has_no_port "$node" ||
        die "the port of $node cannot be put back on the switch"
}

# Between port and switch stands a relay; a node that loses its power comes back with a direct link.
slow_link()
{
    local -r node=$1 delay=$2
    in_network client ip -batch - <<END
link set $node nomaster
link add $node.wire type veth peer name $node.slow
link set $node.slow master switch up
link set $node.wire up
END
    spawn "$LAB_STATE/$node/delay.log" nsenter -t "$(node_pid client)" -n -- "$LAB_DIR/lib/slow_link" "$node" "$node.wire" "$delay"
    remember_process "$SPAWNED" "$LAB_STATE/$node/delay.pid"
}

command_delay()
{
    need_arguments 3 $# "delay NAME NODE MILLISECONDS"
    use_existing_lab "$1"
    need_node "$2"
    [[ $3 =~ ^[0-9]+$ ]] || die "not a number of milliseconds: '$3'"
    quicken_link "$2"
    (($3 == 0)) || slow_link "$2" "$3"
}
