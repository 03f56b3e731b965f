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

both_online()
{
    local status node
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
    local -r suite=$1 root=$2 agent=$3 cluster=$4
    mkdir -p "$LAB_STATE/power" "$LAB_STATE/psql1" "$LAB_STATE/psql2" "$LAB_STATE/client"
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
    need_arguments 1 $# "up NAME [--suite SUITE] [--agent PATH] [--no-cluster]"
    use_lab "$1"
    shift
    local suite=trixie agent='' cluster=yes root
    while (($# > 0)); do
        case $1 in
            --suite) suite=${2:?suite} && shift 2 ;;
            --agent) agent=${2:?path} && shift 2 ;;
            --no-cluster) cluster=no && shift ;;
            *) die "unknown option '$1'" ;;
        esac
    done
    root=$(command_root "$suite")
    mkdir -p "$LAB_RUN"
    locked "$LAB_RUN/.$NAME.lock" 120 renew_lab "$suite" "$root" "$agent" "$cluster"
}

# Processes of this lab that no file remembers, left by a tool that died half-way: their environment names the lab.
stray_processes()
{
    { grep -lzE "^PGTWIN_LAB=$NAME/" /proc/[0-9]*/environ 2>/dev/null || true; } | grep -oE '[0-9]+' || true
}

has_no_strays()
{
    [[ -z $(stray_processes) ]]
}

kill_strays()
{
    local pid
    for pid in $(stray_processes); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait_until 15 "processes of lab $NAME end" has_no_strays || true
}

tear_down()
{
    local pid node disks
    if pid=$(living_pid "$LAB_STATE/power-switch.pid"); then kill -KILL "$pid" 2>/dev/null || true; fi
    for node in psql1 psql2 client; do
        kill_node "$node" || true
    done
    kill_strays
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
    local state
    for state in "$LAB_RUN"/*/; do
        [[ ! -d $state ]] || command_down "$(basename "$state")"
    done
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
    local -r node=$1 target=$2 root=/proc/$(node_pid "$1")/root
    mkdir -p "$target"
    cp -r "$root/var/log/pacemaker/." "$target/pacemaker" 2>/dev/null || true
    cp -r "$root/var/log/corosync/." "$target/corosync" 2>/dev/null || true
    cp -r "$root/var/log/postgresql/." "$target/postgresql" 2>/dev/null || true
    cp "$root"/var/lib/postgresql/data/postgresql*.conf "$target/" 2>/dev/null || true
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
    cp "$LAB_STATE"/power.log "$LAB_STATE"/*/boot.log "$target/" 2>/dev/null || true
    for node in psql1 psql2; do
        is_off "$node" || collect_node "$node" "$target/$node"
    done
}
