#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build.sh BUILD OUTPUT DEB|RPM [VERSION]: packs what the build folder BUILD of a release holds; prints the file's name.
set -euo pipefail
readonly build=$1 output=$2 kind=$3 version=${4:-}
options=(-G "$kind" -B "$output")
[ -z "$version" ] || options+=(-D "CPACK_PACKAGE_VERSION=$version" -R "$version")
# CPack unpacks into the build folder: one at a time.
# shellcheck disable=SC2016 # the inner shell expands it
flock "$build" sh -c 'cd "$1" && shift && exec cpack --config ./CPackConfig.cmake "$@"' pack "$build" "${options[@]}" \
    >"$output/cpack.log" 2>&1 || { cat "$output/cpack.log" >&2 && exit 1; }
find "$output" -maxdepth 1 -name "*.${kind,,}"
