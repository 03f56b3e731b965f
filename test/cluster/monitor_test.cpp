// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

#include "support/program.hpp"

namespace pgtwin::test
{
namespace
{

/// Cells of each row of the tables in Markdown, by the first one; what follows a number is left out.
using Rows = std::map<std::string, std::vector<double>>;

std::string trimmed(const std::string& text)
{
    const auto begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

Rows read_rows(const std::string& path)
{
    Rows rows;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);)
    {
        std::istringstream cells{line};
        std::string cell;
        std::getline(cells, cell, '|');
        std::string name;
        std::getline(cells, name, '|');
        std::vector<double> numbers;
        while (std::getline(cells, cell, '|'))
            numbers.push_back(std::strtod(cell.c_str(), nullptr));
        rows[trimmed(name)] = numbers;
    }
    return rows;
}

/// test/bench/monitor, run once for all tests.
class MonitorCost : public testing::Test
{
protected:
    enum Column : std::size_t
    {
        agent,
        bare,
        ratio,
        resident,
        code,
    };

    static void SetUpTestSuite()
    {
        directory() = std::filesystem::temp_directory_path() / ("pgtwin-monitor-" + std::to_string(::getpid()));
        const char* const executable = std::getenv("PGTWIN_EXECUTABLE"); // NOLINT(concurrency-mt-unsafe)
        const Ran ran = run_program({"env", "PGTWIN_BENCH_ROUNDS=25", "PGTWIN_BENCH_TRIES=2",
                                     PGTWIN_SOURCE_DIR "/test/bench/monitor", PGTWIN_BENCH_TOOL,
                                     executable == nullptr ? "" : executable, directory()},
                                    Deadline{std::chrono::minutes{10}});
        ASSERT_TRUE(ran.ok()) << ran.explained();
        std::cout << ran.out << std::endl;
    }
    static void TearDownTestSuite() { std::filesystem::remove_all(directory()); }

    static std::vector<double> row(const std::string& name)
    {
        auto found = read_rows(directory() / "monitor.md")[name];
        found.resize(Column::code + 1);
        return found;
    }

    static std::filesystem::path& directory()
    {
        static std::filesystem::path path;
        return path;
    }
};

constexpr std::array scales{"steady pair", "50 other resources", "100,000 files more", "200 client connections"};

TEST_F(MonitorCost, IsAtMostTwiceThatOfABareConnection)
{
    for (const char* who : {"primary", "standby"})
        for (const char* scale : scales)
        {
            const std::string name = std::string{"monitor of the "} + who + ", " + scale;
            const auto found = row(name);
            EXPECT_EQ(found[Column::code], who == std::string{"primary"} ? 8 : 0) << name;
            EXPECT_GT(found[Column::ratio], 0) << name;
            EXPECT_LE(found[Column::ratio], 2.0) << name;
            EXPECT_LE(found[Column::resident], 12.0) << name;
        }
}

/// A bare connection takes 6 to 7 ms on a machine that has nothing else to do, and the notification shall take 3 ms.
TEST_F(MonitorCost, IsAtMostHalfABareConnectionForANotificationWithNothingToDo)
{
    for (const char* scale : scales)
    {
        const std::string name = std::string{"notification before an action, "} + scale;
        const auto found = row(name);
        EXPECT_EQ(found[Column::code], 0) << name;
        EXPECT_GT(found[Column::ratio], 0) << name;
        EXPECT_LE(found[Column::ratio], 0.45) << name;
    }
}

TEST_F(MonitorCost, DoesNotGrowWithResourcesFilesAndConnections)
{
    Rows counted = read_rows(directory() / "instructions.md");
    for (const char* call : {"monitor of the primary, ", "monitor of the standby, ", "notification before an action, "})
    {
        const std::string steady = std::string{call} + scales.front();
        ASSERT_EQ(counted.count(steady), 1U) << steady;
        for (const char* scale : scales)
        {
            ASSERT_EQ(counted.count(std::string{call} + scale), 1U) << call << scale;
            EXPECT_LE(counted.at(std::string{call} + scale).front(), 1.2 * counted.at(steady).front()) << call << scale;
        }
    }
}

/// Who makes a monitor dearer has to change the table.
TEST_F(MonitorCost, InInstructionsIsThatOfTheTable)
{
    const char* const is_release = std::getenv("PGTWIN_EXECUTABLE_IS_RELEASE"); // NOLINT(concurrency-mt-unsafe)
    if (is_release == nullptr || *is_release == '\0')
        GTEST_SKIP() << "the table is that of the release executable";
    const Rows counted = read_rows(directory() / "instructions.md");
    for (const auto& [call, limit] : read_rows(PGTWIN_SOURCE_DIR "/test/data/bench/instructions.md"))
    {
        if (limit.empty() || limit.front() <= 0)
            continue;
        ASSERT_EQ(counted.count(call), 1U) << call;
        const double instructions = counted.at(call).front();
        EXPECT_GT(instructions, 0) << call;
        EXPECT_LE(instructions, 1.1 * limit.front()) << call;
    }
}

} // namespace
} // namespace pgtwin::test
