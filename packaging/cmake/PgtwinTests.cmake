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

set(everything ${PGTWIN_MODULES})
list(TRANSFORM everything PREPEND pgtwin_)
# Tests against the real thing look at it through the same libraries, but not through our adapters.
list(APPEND everything pgtwin::libpq pgtwin::libxml2)

foreach(module IN LISTS PGTWIN_MODULES)
    pgtwin_gtest(unit_${module} LABEL unit FOLDER test/unit/${module} LIBRARIES pgtwin_${module} PROPERTIES TIMEOUT 30)
endforeach()
pgtwin_gtest(model LABEL model FOLDER test/model LIBRARIES pgtwin_decide PROPERTIES TIMEOUT 300)
pgtwin_gtest(contract LABEL contract FOLDER test/contract LIBRARIES ${everything} PROPERTIES TIMEOUT 300)
pgtwin_gtest(integration LABEL integration FOLDER test/integration LIBRARIES ${everything} PROPERTIES TIMEOUT 600)
# Each cluster test starts two nodes and measures outages in milliseconds, so it gets the machine to itself.
pgtwin_gtest(cluster LABEL cluster FOLDER test/cluster LIBRARIES ${everything}
    PROPERTIES TIMEOUT 900 PROCESSORS 2 RESOURCE_LOCK lab)

# Every program in test/lint is a test: it gets the build folder in the environment and exits 77 to be skipped.
if(PGTWIN_STATIC OR NOT PGTWIN_EXECUTABLE STREQUAL "${CMAKE_BINARY_DIR}/pgtwin")
    set(executable_is_release 1)
endif()
file(GLOB lints CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/lint/*")
list(FILTER lints EXCLUDE REGEX "/__pycache__$|/[^/]*\\.[^/]*$")
foreach(lint IN LISTS lints)
    get_filename_component(name "${lint}" NAME)
    add_test(NAME lint/${name} COMMAND "${lint}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(lint/${name} PROPERTIES LABELS lint TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT
        "${PGTWIN_TEST_ENVIRONMENT};PGTWIN_BUILD_DIR=${CMAKE_BINARY_DIR};PGTWIN_EXECUTABLE_IS_RELEASE=${executable_is_release};PYTHONDONTWRITEBYTECODE=1")
endforeach()
if(TEST lint/tidy)
    set_tests_properties(lint/tidy PROPERTIES TIMEOUT 1800 PROCESSORS 2)
endif()
