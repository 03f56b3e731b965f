# SPDX-License-Identifier: GPL-2.0-or-later
# libpq and libxml2 as small static libraries, built once by packaging/static/build.
message(FATAL_ERROR "the static build is not available yet")
