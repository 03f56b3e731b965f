# SPDX-License-Identifier: GPL-2.0-or-later
# Packages by CPack: cpack -G DEB or cpack -G RPM in the build folder of a static release.
set(CPACK_PACKAGE_NAME pgtwin)
set(CPACK_PACKAGE_VENDOR "pgtwin")
set(CPACK_PACKAGE_CONTACT "${PGTWIN_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "PostgreSQL high availability with two nodes")
set(CPACK_PACKAGE_DESCRIPTION "Resource agent of Pacemaker that runs PostgreSQL as a pair of a primary
and a synchronous standby. The standby is initialised, kept in step and
repaired by the agent; a server is promoted only if it is proven to hold
every acknowledged commit.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES OFF)
# What only a Debian package has.
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/packaging/debian/files.cmake")
set(CPACK_PGTWIN_DEBIAN "${CMAKE_SOURCE_DIR}/packaging/debian")
set(CPACK_PGTWIN_DATE "${PGTWIN_DATE}")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "pacemaker (>= 2.1), pacemaker-cli-utils")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql, resource-agents")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "crmsh | pcs")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/packaging/scripts/prerm")

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "GPL-2.0-or-later")
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
set(CPACK_RPM_PACKAGE_REQUIRES "pacemaker >= 2.1, util-linux")
set(CPACK_RPM_PACKAGE_AUTOREQ OFF)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE "${CMAKE_SOURCE_DIR}/packaging/scripts/prerm")
# They belong to other packages.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /usr/sbin /usr/lib/ocf /usr/lib/ocf/resource.d /usr/lib/ocf/resource.d/heartbeat /usr/lib/tmpfiles.d
    /usr/share/bash-completion /usr/share/bash-completion/completions
    /usr/share/man /usr/share/man/man7 /usr/share/man/man8 /usr/share/licenses)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define __os_install_post %{nil}\n%define _build_id_links none")
# CPack packs what the build has made, and builds nothing.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)
