# SPDX-License-Identifier: GPL-2.0-or-later
# Compiler and linker options of our own code, as the interface target pgtwin_flags.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# The static executable has a fixed address: doc/decisions/0004-static-executable.md.
if(PGTWIN_STATIC)
    add_compile_options(-fno-pie)
    add_link_options(-no-pie)
else()
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
endif()

add_library(pgtwin_flags INTERFACE)
target_include_directories(pgtwin_flags INTERFACE "${CMAKE_SOURCE_DIR}/include")
target_compile_options(pgtwin_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Wimplicit-fallthrough -Wswitch-enum
    $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast -Wduplicated-cond -Wlogical-op>
    $<$<BOOL:${PGTWIN_WERROR}>:-Werror>
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(PGTWIN_SANITIZE)
    # To check every pointer before its use takes up to a third of the compiler's time: what uses a null pointer stops at
    # once without that, and only libxml2's characters are cast.
    target_compile_options(pgtwin_flags INTERFACE
        "-fsanitize=${PGTWIN_SANITIZE}" -fno-sanitize=null,alignment -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(pgtwin_flags INTERFACE "-fsanitize=${PGTWIN_SANITIZE}")
endif()
if(PGTWIN_COVERAGE)
    target_compile_options(pgtwin_flags INTERFACE --coverage)
    target_link_options(pgtwin_flags INTERFACE --coverage)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(pgtwin_flags INTERFACE _GLIBCXX_ASSERTIONS)
else()
    set(CMAKE_CXX_FLAGS_RELEASE "-Os")
    # With -Os, g++ 12 takes the value of an empty std::optional for one that is used.
    target_compile_options(pgtwin_flags INTERFACE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection
        -fcf-protection -ffunction-sections -fdata-sections)
    target_link_options(pgtwin_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=sha1)
endif()
