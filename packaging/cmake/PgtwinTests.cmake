# SPDX-License-Identifier: GPL-2.0-or-later
# Tests by layer; the ctest label is the name of the folder under test/.
# COST orders them: what ends soon first, then the clusters, and beside these what only computes.
find_package(GTest 1.12 REQUIRED)
include(GoogleTest)

# Waiting for conditions and running programs, for the tests that meet the world.
add_library(pgtwin_test_tools STATIC test/support/program.cpp test/support/wait.cpp)
target_include_directories(pgtwin_test_tools PUBLIC "${CMAKE_SOURCE_DIR}/test")
target_link_libraries(pgtwin_test_tools PUBLIC pgtwin_flags pgtwin_base)

# What tests share (builders, fakes of the ports). It sees no adapter, so that unit tests stay free of the world.
file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/support/*.cpp")
list(FILTER support_sources EXCLUDE REGEX "/(program|wait)\\.cpp$")
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

# What runs in seconds and without the world; CI builds only this with sanitizers.
add_custom_target(quick_tests)

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
    if(test_LABEL STREQUAL "model")
        # It runs beside clusters, whose times must not depend on it. An "emulator" is what ctest starts it with.
        set_target_properties(${name} PROPERTIES CROSSCOMPILING_EMULATOR "nice;-n;10")
    endif()
    set(properties LABELS ${test_LABEL} ENVIRONMENT "${PGTWIN_TEST_ENVIRONMENT}" ${test_PROPERTIES})
    if(PGTWIN_SANITIZE AND test_LABEL STREQUAL "unit")
        # To start a program under a sanitizer takes longer than most tests: once for all of its tests.
        add_test(NAME unit/${name} COMMAND ${name})
        set_tests_properties(unit/${name} PROPERTIES ${properties} TIMEOUT 300)
    else()
        gtest_discover_tests(${name}
            TEST_PREFIX "${test_LABEL}/"
            NO_PRETTY_VALUES
            DISCOVERY_MODE PRE_TEST
            DISCOVERY_TIMEOUT 60
            PROPERTIES ${properties})
    endif()
    if(test_LABEL STREQUAL "unit")
        add_dependencies(quick_tests ${name})
    elseif(TARGET pgtwin AND NOT test_LABEL STREQUAL "model")
        add_dependencies(${name} pgtwin)
    endif()
endfunction()

set(everything ${PGTWIN_MODULES})
list(TRANSFORM everything PREPEND pgtwin_)
# Tests against the real thing look at it through the same libraries, but not through our adapters.
list(APPEND everything pgtwin::libpq pgtwin::libxml2)

foreach(module IN LISTS PGTWIN_MODULES)
    pgtwin_gtest(unit_${module} LABEL unit FOLDER test/unit/${module} LIBRARIES pgtwin_${module}
        PROPERTIES TIMEOUT 30 COST 4000)
endforeach()
target_link_libraries(unit_sys PRIVATE pgtwin_test_tools)
pgtwin_gtest(model LABEL model FOLDER test/model LIBRARIES pgtwin_action PROPERTIES TIMEOUT 1800 COST 1000)
pgtwin_gtest(model_pair LABEL model FOLDER test/model/pair LIBRARIES pgtwin_action PROPERTIES TIMEOUT 1800 COST 1000)
# Millions of states: what they execute is optimised where the rest is not.
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND PGTWIN_FAST_EXPLORATIONS AND NOT PGTWIN_SANITIZE AND NOT PGTWIN_COVERAGE)
    foreach(target pgtwin_model pgtwin_config pgtwin_decide pgtwin_action pgtwin_test_support model model_pair)
        # With -O2, too, g++ 12 takes the value of an empty std::optional for one that is used.
        target_compile_options(${target} PRIVATE -O2 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    endforeach()
endif()
pgtwin_gtest(contract LABEL contract FOLDER test/contract LIBRARIES ${everything} pgtwin_test_tools
    PROPERTIES TIMEOUT 300 COST 3000)
pgtwin_gtest(integration LABEL integration FOLDER test/integration LIBRARIES ${everything}
    PROPERTIES TIMEOUT 600 COST 3000)
# Scenarios on a real cluster: each *_test.cpp is a test program with a cluster of its own, so that three run side by side;
# what they share, the demonstration uses too.
file(GLOB cluster_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/cluster/*.cpp")
set(scenarios ${cluster_sources})
list(FILTER scenarios INCLUDE REGEX "_test\\.cpp$")
# What a cluster shows, and how that is told: no cluster is needed to test it.
add_library(pgtwin_cluster_state STATIC test/cluster/cluster_state.cpp test/cluster/news.cpp)
target_include_directories(pgtwin_cluster_state PUBLIC "${CMAKE_SOURCE_DIR}/test")
target_link_libraries(pgtwin_cluster_state PUBLIC pgtwin_flags pgtwin_base PRIVATE pgtwin_model pgtwin::libxml2)
pgtwin_gtest(unit_cluster LABEL unit FOLDER test/unit/cluster LIBRARIES pgtwin_cluster_state
    PROPERTIES TIMEOUT 30 COST 4000)
list(FILTER cluster_sources EXCLUDE REGEX "(_test|/demo|/cluster_state|/news)\\.cpp$")
add_library(pgtwin_cluster_support STATIC ${cluster_sources})
target_compile_definitions(pgtwin_cluster_support PUBLIC PGTWIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
find_package(Threads REQUIRED)
target_link_libraries(pgtwin_cluster_support
    PUBLIC pgtwin_cluster_state pgtwin_test_tools GTest::gtest Threads::Threads PRIVATE pgtwin::libpq)
foreach(scenario IN LISTS scenarios)
    get_filename_component(name "${scenario}" NAME_WE)
    string(REPLACE "_test" "" name "${name}")
    add_executable(cluster_${name} ${scenario})
    target_link_libraries(cluster_${name} PRIVATE pgtwin_cluster_support GTest::gtest_main)
    if(TARGET pgtwin)
        add_dependencies(cluster_${name} pgtwin)
    endif()
    add_test(NAME cluster/${name} COMMAND cluster_${name})
    set_tests_properties(cluster/${name} PROPERTIES LABELS cluster TIMEOUT 1200 COST 2000 RESOURCE_GROUPS labs:1
        ENVIRONMENT "${PGTWIN_TEST_ENVIRONMENT};PGTWIN_TEST_REPORT=${CMAKE_BINARY_DIR}/cluster-${name}.txt")
endforeach()
# The longest first, so that the three labs end together.
foreach(name recovery_faults shortage stall partition soak migration modes recovery_layout cold_boot)
    set_tests_properties(cluster/${name} PROPERTIES COST 2500)
endforeach()
foreach(name systemd seeds)
    set_property(TEST cluster/${name} APPEND PROPERTY ENVIRONMENT "PGTWIN_LAB_EXTRA_PACKAGES=systemd ssh sudo")
endforeach()
# What says most about another Debian release: both shells, a switchover, and the faults that end a server or its data.
function(pgtwin_short_pass suite program filter)
    set(name cluster/${suite}_${program})
    add_test(NAME ${name} COMMAND cluster_${program} "--gtest_filter=${filter}")
    set_tests_properties(${name} PROPERTIES LABELS cluster TIMEOUT 1200 COST 2000 RESOURCE_GROUPS labs:1 ENVIRONMENT
        "${PGTWIN_TEST_ENVIRONMENT};PGTWIN_LAB_SUITE=${suite};PGTWIN_TEST_REPORT=${CMAKE_BINARY_DIR}/cluster-${suite}-${program}.txt")
endfunction()
foreach(suite bookworm forky)
    pgtwin_short_pass(${suite} quickstart "*")
    pgtwin_short_pass(${suite} status "*OfAHealthyPair*")
    pgtwin_short_pass(${suite} administration "*SwitchesOverThereAndBack:*LedgersAreEqual*")
    pgtwin_short_pass(${suite} faults
        "FirstDeployment.*:*KilledPostmasterOfThePrimary*:*PowerLossOfThePrimary*:*WipedData*:*LedgersAreEqual*")
endforeach()
# The guide is written for PostgreSQL 15 in the layout of Debian.
pgtwin_short_pass(bookworm guide "*")
add_executable(pgtwin-demo test/cluster/demo.cpp)
target_link_libraries(pgtwin-demo PRIVATE pgtwin_cluster_support)
target_compile_definitions(cluster_demo PRIVATE PGTWIN_DEMO="$<TARGET_FILE:pgtwin-demo>")
add_dependencies(cluster_demo pgtwin-demo)
# The benchmark measures on the same clusters; test/bench/run runs it.
file(GLOB failover_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/bench/failover/*.cpp")
add_executable(bench_failover EXCLUDE_FROM_ALL ${failover_sources})
target_link_libraries(bench_failover PRIVATE pgtwin_cluster_support)
# It runs inside a node, with the node's libpq.
add_executable(bench_tool EXCLUDE_FROM_ALL test/bench/tool.cpp)
target_link_libraries(bench_tool PRIVATE pgtwin_flags pgtwin::libpq)
target_compile_options(bench_tool PRIVATE -O2)
if(PGTWIN_STATIC OR NOT PGTWIN_EXECUTABLE STREQUAL "${CMAKE_BINARY_DIR}/pgtwin")
    set(executable_is_release 1)
endif()
target_compile_definitions(cluster_monitor PRIVATE PGTWIN_BENCH_TOOL="$<TARGET_FILE:bench_tool>")
add_dependencies(cluster_monitor bench_tool)
set_property(TEST cluster/monitor APPEND PROPERTY ENVIRONMENT "PGTWIN_EXECUTABLE_IS_RELEASE=${executable_is_release}")
target_compile_definitions(cluster_benchmark PRIVATE PGTWIN_BENCH_FAILOVER="$<TARGET_FILE:bench_failover>")
target_link_libraries(cluster_benchmark PRIVATE pgtwin::json pgtwin::libxml2)
add_dependencies(cluster_benchmark bench_failover)

# Every program in test/lint and test/package is a test: it gets the build folder in the environment and exits 77 to be
# skipped.
foreach(folder lint package)
    file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/test/${folder}/*")
    list(FILTER programs EXCLUDE REGEX "/__pycache__$|/[^/]*\\.[^/]*$")
    foreach(program IN LISTS programs)
        get_filename_component(name "${program}" NAME)
        add_test(NAME ${folder}/${name} COMMAND "${program}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
        set_tests_properties(${folder}/${name} PROPERTIES LABELS ${folder} TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT
            "${PGTWIN_TEST_ENVIRONMENT};PGTWIN_BUILD_DIR=${CMAKE_BINARY_DIR};PGTWIN_EXECUTABLE_IS_RELEASE=${executable_is_release};PYTHONDONTWRITEBYTECODE=1")
    endforeach()
endforeach()
# They build all that the unit tests need once more.
add_test(NAME sanitizers/unit COMMAND "${CMAKE_SOURCE_DIR}/test/sanitizers/unit")
add_test(NAME compiler/gcc-14 COMMAND "${CMAKE_SOURCE_DIR}/test/compiler/gcc-14")
set_tests_properties(sanitizers/unit PROPERTIES LABELS sanitizers TIMEOUT 3000 COST 1500)
set_tests_properties(compiler/gcc-14 PROPERTIES LABELS compiler TIMEOUT 3000 COST 1400
    ENVIRONMENT "PGTWIN_BUILD_DIR=${CMAKE_BINARY_DIR}")
if(TEST lint/tidy)
    set_tests_properties(lint/tidy PROPERTIES LABELS tidy TIMEOUT 3600 PROCESSORS 2)
endif()
