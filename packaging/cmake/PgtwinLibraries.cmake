# SPDX-License-Identifier: GPL-2.0-or-later
# Third-party libraries as targets: pgtwin::libpq, pgtwin::libxml2, pgtwin::spdlog, Boost::program_options,
# pgtwin::json.
if(PGTWIN_STATIC)
    include(PgtwinStatic)
    set(Boost_USE_STATIC_LIBS ON)
else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
    pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
    add_library(pgtwin::libpq ALIAS PkgConfig::LIBPQ)
    add_library(pgtwin::libxml2 ALIAS PkgConfig::LIBXML2)
endif()

find_package(Boost 1.74 REQUIRED COMPONENTS program_options)

# Debian has no static spdlog or fmt: both are used as headers, by one source file.
find_path(PGTWIN_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(PGTWIN_FMT_INCLUDE fmt/format.h REQUIRED)
add_library(pgtwin_spdlog INTERFACE)
target_include_directories(pgtwin_spdlog SYSTEM INTERFACE "${PGTWIN_SPDLOG_INCLUDE}" "${PGTWIN_FMT_INCLUDE}")
target_compile_definitions(pgtwin_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
add_library(pgtwin::spdlog ALIAS pgtwin_spdlog)

find_path(PGTWIN_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
add_library(pgtwin_json INTERFACE)
target_include_directories(pgtwin_json SYSTEM INTERFACE "${PGTWIN_JSON_INCLUDE}")
target_compile_definitions(pgtwin_json INTERFACE JSON_NO_IO)
add_library(pgtwin::json ALIAS pgtwin_json)
