# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The database and the cluster's configuration of pgtwin.

readonly LAB_VIP=192.0.2.20

command_postgres()
{
    need_arguments 1 $# "postgres NAME"
    use_existing_lab "$1"
    local -r log=$LAB_STATE/postgres.log
    in_node 120 psql1 lab-prepare-postgres pgpass database </dev/null >"$log" 2>&1 ||
        { tail -n 15 "$log" >&2 && die "the database was not created on psql1"; }
    in_node 10 psql2 lab-prepare-postgres pgpass </dev/null >>"$log" 2>&1 ||
        die "the password file was not written on psql2, see $log"
}

postgres_bindir()
{
    local -a bins
    bins=("$(<"$LAB_STATE/root")"/usr/lib/postgresql/*/bin)
    printf '/usr/lib/postgresql/%s\n' "${bins[-1]#*/usr/lib/postgresql/}"
}

# Prints the resource's parameters; a KEY=VALUE argument replaces or adds one, KEY= removes it.
resource_parameters()
{
    local -A values=(
        [pgdata]=/var/lib/postgresql/data
        [pg_bindir]=$(postgres_bindir)
        [rep_mode]=sync
        [node_list]="psql1 psql2"
        [pgpassfile]=/var/lib/postgresql/.pgpass
        [vip]=$LAB_VIP
    )
    local argument key
    for argument in "$@"; do
        [[ $argument == [a-z]*=* ]] || die "not KEY=VALUE: '$argument'"
        values[${argument%%=*}]=${argument#*=}
    done
    for key in "${!values[@]}"; do
        [[ -z ${values[$key]} ]] || printf ' %s="%s"' "$key" "${values[$key]}"
    done
}

configuration()
{
    cat <<END
primitive postgres-db ocf:heartbeat:pgtwin params$(resource_parameters "$@") \\
    op start timeout=120s interval=0 \\
    op stop timeout=120s interval=0 \\
    op promote timeout=120s interval=0 \\
    op demote timeout=120s interval=0 \\
    op monitor timeout=60s interval=10s role=Unpromoted \\
    op monitor timeout=60s interval=3s role=Promoted \\
    op notify timeout=90s interval=0
primitive postgres-vip ocf:heartbeat:IPaddr2 params ip=$LAB_VIP cidr_netmask=24 op monitor interval=10s timeout=20s
clone postgres-clone postgres-db \\
    meta promotable=true notify=true clone-max=2 clone-node-max=1 promoted-max=1 promoted-node-max=1 interleave=true \\
        failure-timeout=60s
colocation postgres-vip-with-primary inf: postgres-vip postgres-clone:Promoted
order postgres-promote-then-vip Mandatory: postgres-clone:promote postgres-vip:start symmetrical=false
order postgres-demote-then-vip Optional: postgres-clone:demote postgres-vip:stop symmetrical=false
END
}

command_configure()
{
    need_arguments 1 $# "configure NAME [KEY=VALUE...]"
    use_existing_lab "$1"
    shift
    local text
    text=$(configuration "$@") || exit
    in_node 60 psql1 crm configure load update - <<<"$text" >"$LAB_STATE/configure.log" 2>&1 ||
        { cat "$LAB_STATE/configure.log" >&2 && die "crm did not accept the configuration"; }
}
