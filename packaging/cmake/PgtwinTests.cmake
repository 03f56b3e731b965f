# SPDX-License-Identifier: GPL-2.0-or-later
# Tests by layer; the ctest label is the name of the folder under test/.
find_package(GTest 1.12 REQUIRED)
include(GoogleTest)

# What tests share (builders, fakes of the ports). It sees no adapter, so that unit tests stay free of the world.
file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/support/*.cpp")
if(support_sources)
    add_library(pgtwin_test_support STATIC ${support_sources})
    set(support_scope PUBLIC)
else()
    add_library(pgtwin_test_support INTERFACE)
    set(support_scope INTERFACE)
endif()
target_include_directories(pgtwin_test_support ${support_scope} "${CMAKE_SOURCE_DIR}/test")
target_compile_definitions(pgtwin_test_support ${support_scope}
    PGTWIN_TEST_DATA="${CMAKE_SOURCE_DIR}/test/data" PGTWIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(pgtwin_test_support ${support_scope}
    pgtwin_flags pgtwin_decide pgtwin_port pgtwin_config pgtwin_message pgtwin_model pgtwin_base GTest::gtest)

set(PGTWIN_TEST_ENVIRONMENT "PGTWIN_EXECUTABLE=${PGTWIN_EXECUTABLE}")

# pgtwin_gtest(NAME LABEL label FOLDER folder LIBRARIES target... [PROPERTIES name value...])
function(pgtwin_gtest name)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL;FOLDER" "LIBRARIES;PROPERTIES")
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${test_FOLDER}/*.cpp")
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE ${test_LIBRARIES} pgtwin_test_support GTest::gtest_main)
    gtest_discover_tests(${name}
        TEST_PREFIX "${test_LABEL}/"
        DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS ${test_LABEL} ENVIRONMENT "${PGTWIN_TEST_ENVIRONMENT}" ${test_PROPERTIES})
    if(TARGET pgtwin AND NOT test_LABEL STREQUAL "unit" AND NOT test_LABEL STREQUAL "model")
        add_dependencies(${name} pgtwin)
    endif()
endfunction()

set(all_modules ${PGTWIN_MODULES})
list(TRANSFORM all_modules PREPEND pgtwin_)

foreach(module IN LISTS PGTWIN_MODULES)
    pgtwin_gtest(unit_${module} LABEL unit FOLDER test/unit/${module} LIBRARIES pgtwin_${module} PROPERTIES TIMEOUT 30)
endforeach()
pgtwin_gtest(model LABEL model FOLDER test/model LIBRARIES pgtwin_decide PROPERTIES TIMEOUT 300)
pgtwin_gtest(contract LABEL contract FOLDER test/contract LIBRARIES ${all_modules} PROPERTIES TIMEOUT 300)
pgtwin_gtest(integration LABEL integration FOLDER test/integration LIBRARIES ${all_modules} PROPERTIES TIMEOUT 600)
# Each cluster test starts two nodes and measures outages in milliseconds, so it gets the machine to itself.
pgtwin_gtest(cluster LABEL cluster FOLDER test/cluster LIBRARIES ${all_modules}
    PROPERTIES TIMEOUT 900 PROCESSORS 2 RESOURCE_LOCK lab)
