# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A lab as a whole: up, down, and the cluster stack of its nodes.

start_stack()
{
    in_node 40 "$1" lab-stack start </dev/null || die "the cluster stack of $1 did not start"
}

command_stack_start()
{
    need_arguments 2 $# "stack-start NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    start_stack "$2"
}

command_stack_stop()
{
    need_arguments 2 $# "stack-stop NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    in_node 200 "$2" lab-stack stop </dev/null || die "the cluster stack of $2 did not stop"
}

# The first question costs a fifth of the second one, and is asked for most of the time.
both_online()
{
    local status node
    [[ $(in_node 5 psql1 cibadmin --query --no-children </dev/null 2>/dev/null) == *'have-quorum="1"'* ]] || return 1
    status=$(in_node 5 psql1 crm_mon -1 --output-as=xml </dev/null 2>/dev/null) || return 1
    [[ $status == *'<current_dc present="true"'* ]] || return 1
    for node in psql1 psql2; do
        [[ $status =~ \<node\ name=\"$node\"[^\>]*online=\"true\"[^\>]*pending=\"false\" ]] || return 1
    done
    [[ $status == *'<resource id="fence"'*'active="true"'* ]]
}

wait_online()
{
    wait_until 60 "both nodes are online, a DC is elected and fencing is active" both_online && return
    in_node 5 psql1 crm_mon -1 </dev/null >&2 || true
    die "the cluster of lab $NAME did not form"
}

command_wait_online()
{
    need_arguments 1 $# "wait-online NAME"
    use_existing_lab "$1"
    wait_online
}

install_agent()
{
    local -r path=$1
    local node
    [[ -x $path ]] || die "not an executable: $path"
    for node in psql1 psql2; do
        in_node 10 "$node" sh -c 'cat >/usr/lib/ocf/resource.d/heartbeat/.pgtwin.new &&
            chmod 0755 /usr/lib/ocf/resource.d/heartbeat/.pgtwin.new &&
            mv /usr/lib/ocf/resource.d/heartbeat/.pgtwin.new /usr/lib/ocf/resource.d/heartbeat/pgtwin' <"$path"
    done
}

command_agent()
{
    need_arguments 2 $# "agent NAME PATH"
    use_existing_lab "$1"
    install_agent "$2"
}

in_parallel()
{
    local -r function=$1
    "$function" psql1 &
    local -r first=$!
    "$function" psql2 &
    local -r second=$!
    local result=0
    wait "$first" || result=1
    wait "$second" || result=1
    return $result
}

build_lab()
{
    local -r suite=$1 root=$2 agent=$3 cluster=$4 owner=$5
    mkdir -p "$LAB_STATE/power" "$LAB_STATE/psql1" "$LAB_STATE/psql2" "$LAB_STATE/client"
    [[ -z $owner ]] || remember_process "$owner" "$LAB_STATE/owner" || die "no process $owner that could own lab $NAME"
    printf '%s\n' "$suite" >"$LAB_STATE/suite"
    printf '%s\n' "$root" >"$LAB_STATE/root"
    choose_disks
    start_power_switch
    boot client
    in_parallel boot || die "the nodes of lab $NAME did not boot"
    [[ -z $agent ]] || install_agent "$agent"
    [[ $cluster == yes ]] || return 0
    in_parallel start_stack || die "the cluster stacks of lab $NAME did not start"
    wait_online
}

renew_lab()
{
    tear_down
    build_lab "$@"
}

command_up()
{
    need_arguments 1 $# "up NAME [--suite SUITE] [--agent PATH] [--no-cluster] [--owner PID]"
    use_lab "$1"
    shift
    local suite=trixie agent='' cluster=yes owner='' root
    while (($# > 0)); do
        case $1 in
            --suite) suite=${2:?suite} && shift 2 ;;
            --agent) agent=${2:?path} && shift 2 ;;
            --no-cluster) cluster=no && shift ;;
            --owner) owner=${2:?process id} && shift 2 ;;
            *) die "unknown option '$1'" ;;
        esac
    done
    root=$(command_root "$suite")
    mkdir -p "$LAB_RUN"
    locked "$LAB_RUN/.$NAME.lock" 120 renew_lab "$suite" "$root" "$agent" "$cluster" "$owner"
}

# Also those that no file remembers because a tool died half-way.
lab_processes()
{
    { grep -lzE "^PGTWIN_LAB=${NAME//./\\.}/" /proc/[0-9]*/environ 2>/dev/null || true; } | grep -oE '[0-9]+' || true
}

kill_processes_once()
{
    local pid
    for pid in $(lab_processes); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    [[ -z $(lab_processes) ]]
}

kill_processes()
{
    wait_until 15 "all processes of lab $NAME end" kill_processes_once || true
}

# What systemd of the nodes has made; gone with its processes, but for the names.
remove_control_groups()
{
    local mounted
    mounted=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
    [[ -n $mounted && -d $mounted/pgtwin-lab/$NAME ]] || return 0
    find "$mounted/pgtwin-lab/$NAME" -depth -type d -exec rmdir {} + || true
    rmdir "$mounted/pgtwin-lab" 2>/dev/null || true
}

tear_down()
{
    local node disks
    kill_processes
    for node in psql1 psql2 client; do
        kill_node "$node" || true
    done
    remove_control_groups
    if mountpoint -q "$LAB_STATE/disks"; then umount -l "$LAB_STATE/disks"; fi
    disks=$(cat "$LAB_STATE/disks.path" 2>/dev/null) || disks=''
    [[ $disks != */"$NAME" ]] || rm -rf --one-file-system "$disks"
    rm -rf --one-file-system "$LAB_STATE"
}

command_down()
{
    need_arguments 1 $# "down NAME"
    use_lab "$1"
    mkdir -p "$LAB_RUN"
    locked "$LAB_RUN/.$NAME.lock" 120 tear_down
}

command_down_all()
{
    (($# == 0)) || die "usage: lab down-all"
    local state
    for state in "$LAB_RUN"/*/; do
        [[ ! -d $state ]] || command_down "$(basename "$state")"
    done
}

# A lab that a person made has no owner.
is_orphan()
{
    [[ -f $LAB_STATE/owner ]] && ! living_pid "$LAB_STATE/owner" >/dev/null
}

command_down_orphans()
{
    (($# == 0)) || die "usage: lab down-orphans"
    local state
    for state in "$LAB_RUN"/*/; do
        [[ -d $state ]] || continue
        use_lab "$(basename "$state")"
        ! is_orphan || command_down "$NAME"
    done
}

command_keep()
{
    need_arguments 1 $# "keep NAME"
    use_existing_lab "$1"
    rm -f "$LAB_STATE/owner"
}

command_list()
{
    local state
    for state in "$LAB_RUN"/*/; do
        [[ -f $state/root ]] || continue
        use_lab "$(basename "$state")"
        printf '%s %s psql1=%s psql2=%s\n' "$NAME" "$(<"$LAB_STATE/suite")" \
            "$(command_state "$NAME" psql1)" "$(command_state "$NAME" psql2)"
    done
}

collect_node()
{
    local -r node=$1 target=$2
    local root
    if is_off "$node"; then root=$(<"$LAB_STATE/disks.path")/$node/upper; else root=/proc/$(node_pid "$node")/root; fi
    mkdir -p "$target"
    cp "$LAB_STATE/$node/boot.log" "$target/" 2>/dev/null || true
    cp -r "$root/var/log/pacemaker/." "$target/pacemaker" 2>/dev/null || true
    cp -r "$root/var/log/corosync/." "$target/corosync" 2>/dev/null || true
    cp -r "$root/var/log/postgresql/." "$target/postgresql" 2>/dev/null || true
    cp "$root"/var/lib/postgresql/data/postgresql*.conf "$target/" 2>/dev/null || true
    ! is_off "$node" || return 0
    in_node 10 "$node" crm_mon -1rAnfj </dev/null >"$target/crm_mon.txt" 2>&1 || true
    in_node 10 "$node" cibadmin -Q </dev/null >"$target/cib.xml" 2>&1 || true
    in_node 10 "$node" ps axfo pid,ppid,user,lstart,args </dev/null >"$target/processes.txt" 2>&1 || true
    in_node 10 "$node" ip addr </dev/null >"$target/addresses.txt" 2>&1 || true
}

command_logs()
{
    need_arguments 2 $# "logs NAME DIR"
    use_existing_lab "$1"
    local -r target=$2
    local node
    mkdir -p "$target"
    cp "$LAB_STATE"/*.log "$target/" 2>/dev/null || true
    for node in psql1 psql2; do
        collect_node "$node" "$target/$node"
    done
}
