# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Power: commands of the operator, and the power switch that answers the nodes' fence agents.

# A host needs some time from power-on to its cluster software.
readonly LAB_BOOT_SECONDS=${PGTWIN_LAB_BOOT_SECONDS:-3}

power_off()
{
    locked "$LAB_STATE/$1.power" 60 kill_node "$1"
}

boot_if_off()
{
    ! is_off "$1" || boot "$1"
}

power_on()
{
    rm -f "$LAB_STATE/$1/unplugged"
    locked "$LAB_STATE/$1.power" 60 boot_if_off "$1"
}

command_power_off()
{
    need_arguments 2 $# "power-off NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    power_off "$2"
}

command_unplug()
{
    need_arguments 2 $# "unplug NAME NODE"
    use_existing_lab "$1"
    need_node "$2"
    : >"$LAB_STATE/$2/unplugged"
    power_off "$2"
}

command_power_on()
{
    need_arguments 2 $# "power-on NAME NODE [--no-cluster]"
    use_existing_lab "$1"
    need_node "$2"
    power_on "$2"
    [[ ${3:-} == --no-cluster ]] || start_stack "$2"
}

command_fencing()
{
    need_arguments 2 $# "fencing NAME works|fails"
    use_existing_lab "$1"
    case $2 in
        works) rm -f "$LAB_STATE/fencing-fails" ;;
        fails) : >"$LAB_STATE/fencing-fails" ;;
        *) die "usage: lab fencing NAME works|fails" ;;
    esac
}

command_power_log()
{
    need_arguments 1 $# "power-log NAME"
    use_existing_lab "$1"
    cat "$LAB_STATE/power.log"
}

# A request of a node that lost its power meanwhile is void, as two switches fired at once help nobody.
sender_lives()
{
    local -r sender=$1 boot=$2
    local pid
    pid=$(node_pid "$sender") && [[ $(cat "/proc/$pid/root/run/lab-boot" 2>/dev/null) == "$boot" ]]
}

boot_later()
{
    # shellcheck disable=SC2016 # the inner shell expands these
    spawn "$LAB_STATE/power.log" bash -c 'sleep "$1"; [[ -e $2/unplugged ]] || exec "$3" power-on "$4" "$5"' boot-later \
        "$LAB_BOOT_SECONDS" "$LAB_STATE/$1" "$LAB_SELF" "$NAME" "$1"
}

# Prints the answer to one request.
switch_power()
{
    local -r action=$1 node=$2
    case $action in
        monitor) echo ok && return ;;
        status) command_state "$NAME" "$node" && return ;;
    esac
    [[ ! -e $LAB_STATE/fencing-fails ]] || { echo failed && return; }
    case $action in
        on) [[ -e $LAB_STATE/$node/unplugged ]] || boot_later "$node" ;;
        off | reboot) power_off "$node" || { echo failed && return; } ;;
        *) echo failed && return ;;
    esac
    [[ $action != reboot || -e $LAB_STATE/$node/unplugged ]] || boot_later "$node"
    echo ok
}

command_power_switch()
{
    need_arguments 1 $# "power-switch NAME"
    use_existing_lab "$1"
    local id sender boot action node answer
    exec 3<>"$LAB_STATE/power/requests"
    while read -r id sender boot action node <&3; do
        if ! sender_lives "$sender" "$boot"; then
            say "$sender asks $action $node: void, it lost its power"
            continue
        fi
        answer=$(switch_power "$action" "$node" 3<&-) || answer=failed
        say "$sender asks $action $node: $answer"
        [[ ! -p $LAB_STATE/power/answer.$id ]] || printf '%s\n' "$answer" 1<>"$LAB_STATE/power/answer.$id" || true
    done
}

start_power_switch()
{
    mkdir -p "$LAB_STATE/power"
    rm -f "$LAB_STATE"/power/*
    mkfifo "$LAB_STATE/power/requests"
    spawn "$LAB_STATE/power.log" "$LAB_SELF" power-switch "$NAME"
    remember_process "$SPAWNED" "$LAB_STATE/power-switch.pid"
}
