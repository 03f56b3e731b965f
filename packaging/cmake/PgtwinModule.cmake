# SPDX-License-Identifier: GPL-2.0-or-later
# pgtwin_module(NAME [PURE] [VERSIONED] USES module... [LIBRARIES target...])
#
# The library pgtwin_NAME from src/NAME/*.cpp, or an interface target while the module has headers only.
# PURE is read by test/lint/purity; VERSIONED gives the module's sources PGTWIN_VERSION.
set(PGTWIN_MODULES "")

function(pgtwin_module name)
    cmake_parse_arguments(PARSE_ARGV 1 module "PURE;VERSIONED" "" "USES;LIBRARIES")
    list(REMOVE_ITEM module_USES deadline)
    list(TRANSFORM module_USES PREPEND pgtwin_)
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp")
    if(sources)
        add_library(pgtwin_${name} STATIC ${sources})
        target_link_libraries(pgtwin_${name} PUBLIC pgtwin_flags ${module_USES} PRIVATE ${module_LIBRARIES})
        if(module_VERSIONED)
            target_compile_definitions(pgtwin_${name} PRIVATE PGTWIN_VERSION="${PROJECT_VERSION}")
        endif()
    else()
        add_library(pgtwin_${name} INTERFACE)
        target_link_libraries(pgtwin_${name} INTERFACE pgtwin_flags ${module_USES})
    endif()
    list(APPEND PGTWIN_MODULES ${name})
    set(PGTWIN_MODULES "${PGTWIN_MODULES}" PARENT_SCOPE)
endfunction()
