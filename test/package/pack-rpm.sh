#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pack-rpm.sh ARCHIVE: this machine's rpm with its libraries, for a file system without it: /opt/rpm/run, with a database of its own.
set -euo pipefail
readonly archive=$1
work=$(mktemp -d)
readonly work
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/opt/rpm/lib"
cd "$work/opt/rpm"
rpm=$(command -v rpm)
cp -L "$rpm" rpm
ldd "$rpm" | grep -o '/[^ ]*' | xargs cp -Lt lib
cp -RL /usr/lib/rpm configuration
cat >run <<'END'
#!/bin/sh
export RPM_CONFIGDIR=/opt/rpm/configuration
exec /opt/rpm/lib/ld-linux* --library-path /opt/rpm/lib /opt/rpm/rpm --dbpath /opt/rpm/database "$@"
END
chmod 0755 run
tar -cf "$archive" -C "$work" opt
