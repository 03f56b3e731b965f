# SPDX-License-Identifier: GPL-2.0-or-later
# libpq and libxml2 as small static libraries, made once by packaging/static/build, and OpenSSL's own static libraries.
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED)

set(static_tools "${CMAKE_SOURCE_DIR}/packaging/static/build" "${CMAKE_SOURCE_DIR}/packaging/static/fetch-sources")
set(static_result "${PGTWIN_DEPS_DIR}/result")
set(static_libraries libpq libpgcommon_shlib libpgport_shlib libxml2)
set(static_archives ${static_libraries})
list(TRANSFORM static_archives PREPEND "${static_result}/lib/")
list(TRANSFORM static_archives APPEND ".a")

# The tool knows by itself what is up to date; the stamp file only tells CMake that it was asked.
set(static_stamp "${CMAKE_BINARY_DIR}/static-libraries.stamp")
add_custom_command(OUTPUT "${static_stamp}"
    BYPRODUCTS ${static_archives}
    COMMAND "${CMAKE_SOURCE_DIR}/packaging/static/build" "${PGTWIN_DEPS_DIR}" "${PGTWIN_LIBPQ_SOURCE}" "${PGTWIN_LIBXML2_SOURCE}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${static_stamp}"
    DEPENDS ${static_tools} ${PGTWIN_LIBPQ_SOURCE} ${PGTWIN_LIBXML2_SOURCE}
    COMMENT "Building static libpq and libxml2 in ${PGTWIN_DEPS_DIR}"
    VERBATIM)
add_custom_target(pgtwin_static_libraries DEPENDS "${static_stamp}")

# CMake wants the folders of an imported target to exist before they are filled.
file(MAKE_DIRECTORY "${static_result}/include/libxml2")
foreach(library IN LISTS static_libraries)
    add_library(pgtwin_static_${library} STATIC IMPORTED)
    set_target_properties(pgtwin_static_${library} PROPERTIES IMPORTED_LOCATION "${static_result}/lib/${library}.a")
    add_dependencies(pgtwin_static_${library} pgtwin_static_libraries)
endforeach()
target_include_directories(pgtwin_static_libpq INTERFACE "${static_result}/include")
target_include_directories(pgtwin_static_libxml2 INTERFACE "${static_result}/include/libxml2")
target_compile_definitions(pgtwin_static_libxml2 INTERFACE LIBXML_STATIC)
target_link_libraries(pgtwin_static_libpq INTERFACE
    pgtwin_static_libpgcommon_shlib pgtwin_static_libpgport_shlib OpenSSL::SSL OpenSSL::Crypto)
target_link_libraries(pgtwin_static_libxml2 INTERFACE m)
add_library(pgtwin::libpq ALIAS pgtwin_static_libpq)
add_library(pgtwin::libxml2 ALIAS pgtwin_static_libxml2)
