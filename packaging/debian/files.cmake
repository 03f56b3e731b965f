# SPDX-License-Identifier: GPL-2.0-or-later
# Run by CPack before it packs: what Debian wants in a package and others do not.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()
set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share")

execute_process(COMMAND date -u -R -d "${CPACK_PGTWIN_DATE}" OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
set(version "${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")
set(maintainer "${CPACK_PACKAGE_CONTACT}")
configure_file("${CPACK_PGTWIN_DEBIAN}/changelog.in" "${root}/doc/pgtwin/changelog.Debian" @ONLY)
file(COPY_FILE "${CPACK_PGTWIN_DEBIAN}/copyright" "${root}/doc/pgtwin/copyright")
file(RENAME "${root}/doc/pgtwin/CHANGELOG.md" "${root}/doc/pgtwin/changelog")
file(MAKE_DIRECTORY "${root}/lintian/overrides")
file(COPY_FILE "${CPACK_PGTWIN_DEBIAN}/lintian-overrides" "${root}/lintian/overrides/pgtwin")

execute_process(COMMAND gzip -9nf "${root}/doc/pgtwin/changelog.Debian" "${root}/doc/pgtwin/changelog"
    "${root}/man/man7/ocf_heartbeat_pgtwin.7" "${root}/man/man8/pgtwin.8" COMMAND_ERROR_IS_FATAL ANY)
