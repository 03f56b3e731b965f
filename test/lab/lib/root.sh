# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Root file systems: one per suite, named by the hash of what went into them, never changed once complete.

read -ra LAB_EXTRA <<<"${PGTWIN_LAB_EXTRA_PACKAGES:-}"
readonly LAB_PACKAGES=(
    pacemaker pacemaker-cli-utils corosync crmsh pcs postgresql resource-agents resource-agents-paf
    iproute2 iputils-arping iputils-ping iptables nftables procps strace libxml2-utils
    "${LAB_EXTRA[@]}"
)

# Roots with more packages have a folder of their own, so that neither kind replaces the other.
root_folder()
{
    local extra=${PGTWIN_LAB_EXTRA_PACKAGES:-}
    extra=${extra// /-}
    printf '%s/%s\n' "$LAB_CACHE" "$1${extra:+-with-$extra}"
}

root_hash()
{
    {
        printf '%s\n' "$1" "${LAB_PACKAGES[@]}"
        declare -f bootstrap_minimal prepare_packaging install_packages finish_root
    } | sha256sum | cut -c1-12
}

root_path()
{
    printf '%s/root-%s\n' "$(root_folder "$1")" "$(root_hash "$1")"
}

need_suite()
{
    case $1 in
        bookworm | trixie | forky) ;;
        *) die "unknown suite '$1' (bookworm, trixie or forky)" ;;
    esac
}

need_debootstrap()
{
    command -v debootstrap >/dev/null && [[ -f /usr/share/keyrings/debian-archive-keyring.gpg ]] && return
    DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -o DPkg::Lock::Timeout=300 install -y -q \
        --no-install-recommends debootstrap debian-archive-keyring </dev/null >&2 ||
        die "cannot install debootstrap and debian-archive-keyring"
}

# apt itself reads its sources, whatever their format; a machine's mirror list file stands for its first mirror.
debian_mirror()
{
    local codename uri
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
    # shellcheck disable=SC2016 # apt expands these
    uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)' |
        awk -v c="$codename" '$2 == c && $3 == "main" && $4 == "Packages" && !seen++ { print $1 }')
    if [[ $uri == mirror+file:* ]]; then
        uri=$(awk '!/^#/ && NF && !seen++ { print $1 }' "${uri#mirror+file:}")
    fi
    [[ -n $uri ]] || die "no Debian mirror for '$codename' in this machine's apt sources"
    printf '%s\n' "$uri"
}

bootstrap_minimal()
{
    local -r suite=$1 target=$2 mirror=$3
    local script=/usr/share/debootstrap/scripts/$suite
    [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
    eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
    http_proxy=${http_proxy:-} https_proxy=${https_proxy:-} timeout 900 debootstrap --variant=minbase \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$target" "$mirror" "$script" </dev/null
}

# The new root fetches packages as this machine does: same proxies, certificates, names and checks.
inherit_network_settings()
{
    local -r target=$1
    apt-config dump | grep '^Acquire::' >"$target/etc/apt/apt.conf.d/10machine" || true
    cp /etc/resolv.conf /etc/hosts "$target/etc/"
    if [[ -f /etc/ssl/certs/ca-certificates.crt ]]; then
        install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$target/etc/ssl/certs/ca-certificates.crt"
    fi
}

prepare_packaging()
{
    local -r target=$1
    printf '#!/bin/sh\nexit 101\n' >"$target/usr/sbin/policy-rc.d"
    chmod 0755 "$target/usr/sbin/policy-rc.d"
    printf 'force-unsafe-io\nforce-confold\n' >"$target/etc/dpkg/dpkg.cfg.d/lab"
    install -d "$target/etc/postgresql-common"
    printf 'create_main_cluster = false\n' >"$target/etc/postgresql-common/createcluster.conf"
}

install_packages()
{
    local -r target=$1
    # An own mount namespace: nothing stays mounted in the target, however this ends.
    # shellcheck disable=SC2016 # the inner shell expands these
    timeout 1500 unshare --mount bash -euc '
        mount -t proc proc "$1/proc"
        mount --bind /dev/null "$1/dev/null"
        exec chroot "$1" env -i PATH="$PATH" LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
            apt-get install -y -q --no-install-recommends "${@:2}"' \
        install "$target" "${LAB_PACKAGES[@]}" </dev/null
}

finish_root()
{
    local -r target=$1
    rm -rf "$target"/var/cache/apt/archives/*.deb "$target"/var/lib/apt/lists/* "$target/etc/machine-id"
    [[ -d $target/usr/lib/postgresql ]] || die "the root has no PostgreSQL"
    printf '127.0.0.1 localhost\n192.0.2.1 client\n192.0.2.11 psql1\n192.0.2.12 psql2\n' >"$target/etc/hosts"
}

# A root is marked when it is asked for. Another working copy with other packages has a root of its own, and removes this one
# only if neither a lab has it nor anybody has asked for it within a day.
mark_root()
{
    : >"$1.asked"
}

was_asked_for_within()
{
    [[ -n $(find "$1.asked" -mmin "-$2" 2>/dev/null) ]]
}

remove_unused_roots()
{
    local -r suite=$1 current=$2
    local root
    for root in "$(root_folder "$suite")"/root-*; do
        [[ -d $root && $root != "$current" ]] || continue
        ! was_asked_for_within "$root" 1440 || continue
        grep -qsxF "$root" "$LAB_RUN"/*/root || rm -rf --one-file-system "$root" "$root.asked"
    done
}

build_root()
{
    local -r suite=$1 root=$2
    local -r log=${root%/*}/build.log building=$root.building
    mark_root "$root"
    [[ ! -d $root ]] || return 0
    remove_unused_roots "$suite" "$root"
    need_debootstrap
    local mirror
    mirror=$(debian_mirror)
    say "building the $suite root file system (log: $log)"
    # In the background, because bash ignores "set -e" within a condition.
    (
        set -e
        bootstrap_minimal "$suite" "$building" "$mirror"
        inherit_network_settings "$building"
        prepare_packaging "$building"
        install_packages "$building"
        finish_root "$building"
    ) >"$log" 2>&1 </dev/null &
    wait $! || {
        tail -n 15 "$log" >&2
        die "building the $suite root file system failed"
    }
    mv "$building" "$root"
}

command_root()
{
    local -r suite=${1:-trixie}
    need_suite "$suite"
    local root
    root=$(root_path "$suite")
    mkdir -p "${root%/*}"
    # Whoever removes roots holds the lock; one that was asked for within the last hour is none of them.
    [[ -d $root ]] && was_asked_for_within "$root" 60 || locked "${root%/*}/lock" 2400 build_root "$suite" "$root"
    printf '%s\n' "$root"
}
