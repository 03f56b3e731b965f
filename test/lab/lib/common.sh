# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Paths, deadlines and processes. The caller sets NAME with use_lab before it uses the functions of one lab.

# Host tools such as ip and debootstrap live in sbin, which a caller's PATH may lack.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

readonly LAB_RUN=/run/pgtwin-lab
export LAB_CACHE=${PGTWIN_LAB_CACHE:-/var/cache/pgtwin-lab}

die()
{
    printf 'lab: %s\n' "$*" >&2
    exit 1
}

say()
{
    printf 'lab: %s\n' "$*" >&2
}

need_arguments()
{
    local -r wanted=$1 given=$2 form=$3
    ((given >= wanted)) || die "usage: lab $form"
}

use_lab()
{
    [[ ${1:-} =~ ^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,40}$ ]] || die "not a lab name: '${1:-}'"
    NAME=$1
    LAB_STATE=$LAB_RUN/$NAME
}

use_existing_lab()
{
    use_lab "${1:-}"
    [[ -f $LAB_STATE/root ]] || die "no lab named '$NAME' is up"
}

need_node()
{
    case ${1:-} in
        psql1 | psql2) ;;
        *) die "not a node: '${1:-}' (psql1 or psql2)" ;;
    esac
}

need_host()
{
    [[ ${1:-} == client ]] || need_node "${1:-}"
}

# wait_until SECONDS WHAT COMMAND...
wait_until()
{
    local -r seconds=$1 what=$2 end=$((SECONDS + $1 + 1))
    shift 2
    until "$@"; do
        if ((SECONDS >= end)); then
            say "$what: did not happen within $seconds s"
            return 1
        fi
        sleep 0.05
    done
}

# A process identity is its PID with its start time: a PID alone may have been given to somebody else.
process_identity()
{
    local stat
    { read -r stat </proc/"$1"/stat; } 2>/dev/null || return 1
    stat=${stat##*) }
    local -a fields
    read -ra fields <<<"$stat"
    [[ ${fields[0]} != [ZX] ]] || return 1
    printf '%s %s\n' "$1" "${fields[19]}"
}

remember_process()
{
    local -r pid=$1 file=$2
    process_identity "$pid" >"$file.new" && mv "$file.new" "$file"
}

# Prints the PID kept in FILE if that very process still runs.
living_pid()
{
    local identity pid
    { read -r identity <"$1"; } 2>/dev/null || return 1
    pid=${identity%% *}
    [[ $(process_identity "$pid") == "$identity" ]] || return 1
    printf '%s\n' "$pid"
}

# Descriptors above 2 (locks, a caller's pipes) must not live on in daemons; 7 is how a booting node reports.
close_descriptors()
{
    local path
    for path in /proc/"$BASHPID"/fd/*; do
        case ${path##*/} in
            0 | 1 | 2 | 7) ;;
            *) eval "exec ${path##*/}>&-" ;;
        esac
    done
}

# spawn LOG COMMAND...: a daemon without the caller's terminal, pipes and locks. SPAWNED is its PID.
# Its environment names the lab, so that "down" finds it even if no file remembers it.
spawn()
{
    local -r log=$1
    shift
    (
        close_descriptors
        exec env PGTWIN_LAB="$NAME/daemon" setsid "$@"
    ) </dev/null >>"$log" 2>&1 &
    SPAWNED=$!
    disown "$SPAWNED"
}

# locked FILE SECONDS COMMAND...: runs the command in a subshell that holds the lock (descriptor 9).
locked()
{
    local -r file=$1 seconds=$2
    shift 2
    (
        flock -w "$seconds" 9 || die "lock $file is held by another process for more than $seconds s"
        "$@"
    ) 9>"$file"
}
