# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed beside the agent: manual pages, completion and examples, generated from the tables, and documents.
set(PGTWIN_DATE "2026-11-22" CACHE STRING "Date in the manual pages and the package, as 2026-11-22")
set(PGTWIN_MAINTAINER "pgtwin maintainers <maintainers@pgtwin.invalid>" CACHE STRING "Who answers for the packages")
include(GNUInstallDirs)

file(GLOB manual_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/packaging/manual/*.cpp")
add_executable(pgtwin-manual ${manual_sources})
target_include_directories(pgtwin-manual PRIVATE "${CMAKE_SOURCE_DIR}/packaging")
target_compile_definitions(pgtwin-manual PRIVATE PGTWIN_VERSION="${PROJECT_VERSION}")
target_link_libraries(pgtwin-manual PRIVATE pgtwin_cli pgtwin_setup pgtwin_config pgtwin_message pgtwin_flags)

set(manual_files "")
# pgtwin_page(PAGE FILE DESTINATION [RENAME NAME]): what the generator prints as PAGE is installed.
function(pgtwin_page page file)
    set(output "${CMAKE_BINARY_DIR}/manual/${file}")
    add_custom_command(OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/manual"
        COMMAND pgtwin-manual ${page} "${PGTWIN_DATE}" "${output}"
        DEPENDS pgtwin-manual
        VERBATIM)
    install(FILES "${output}" DESTINATION ${ARGN})
    set(manual_files ${manual_files} "${output}" PARENT_SCOPE)
endfunction()

pgtwin_page(agent ocf_heartbeat_pgtwin.7 "${CMAKE_INSTALL_MANDIR}/man7")
pgtwin_page(command pgtwin.8 "${CMAKE_INSTALL_MANDIR}/man8")
pgtwin_page(completion pgtwin.bash share/bash-completion/completions RENAME pgtwin)
pgtwin_page(example-crm example-crm.sh share/doc/pgtwin/examples)
pgtwin_page(example-pcs example-pcs.sh share/doc/pgtwin/examples)
add_custom_target(manual ALL DEPENDS ${manual_files})

# Both names are the one executable; a relative link also holds below another root.
install(CODE [[
    file(MAKE_DIRECTORY "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/sbin")
    file(CREATE_LINK ../lib/ocf/resource.d/heartbeat/pgtwin "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/sbin/pgtwin" SYMBOLIC)
]])
install(FILES packaging/tmpfiles/pgtwin.conf DESTINATION lib/tmpfiles.d)
install(FILES README.md doc/CHANGELOG.md DESTINATION share/doc/pgtwin)
# Where the links of README.md lead, also on a node without a network.
install(DIRECTORY doc/ DESTINATION share/doc/pgtwin/doc FILES_MATCHING PATTERN "*.md" PATTERN "*.json" PATTERN "*.svg"
    PATTERN CHANGELOG.md EXCLUDE)
