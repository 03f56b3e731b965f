// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>
#include <libxml/parser.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

#include "support/program.hpp"

namespace pgtwin::test
{
namespace
{

std::string text_of(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

/// One fault, once, of two contenders.
TEST(Benchmark, LeavesATableSingleMeasurementsAndAPicture)
{
    const auto directory = std::filesystem::temp_directory_path() / ("pgtwin-benchmark-" + std::to_string(::getpid()));
    const Ran ran = run_program({PGTWIN_BENCH_FAILOVER, "--rounds", "1", "--contenders", "floor,pgtwin", "--faults",
                                 "primary-killed", "--out", directory},
                                Deadline{std::chrono::minutes{5}});
    ASSERT_TRUE(ran.ok()) << ran.explained();
    std::cout << ran.out << std::endl;

    const std::string table = text_of(directory / "failover.md");
    EXPECT_NE(table.find("| floor | pgtwin |"), std::string::npos) << table;
    EXPECT_EQ(table.find("failed"), std::string::npos) << table;
    EXPECT_NE(table.find("s wanted: "), std::string::npos) << table;

    const auto trials = nlohmann::json::parse(text_of(directory / "failover.json"), nullptr, false);
    ASSERT_TRUE(trials.is_array());
    ASSERT_EQ(trials.size(), 2U);
    for (const auto& trial : trials)
    {
        EXPECT_EQ(trial.value("fault", ""), "primary-killed");
        EXPECT_GT(trial.value("outage_ms", 0), 0);
        EXPECT_EQ(trial.value("lost", 1), 0);
        EXPECT_FALSE(trial.value("answers_per_100_ms", nlohmann::json::array()).empty());
    }

    const std::string picture = text_of(directory / "failover.svg");
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> parsed{
        xmlReadMemory(picture.data(), static_cast<int>(picture.size()), "failover.svg", nullptr, XML_PARSE_NONET),
        &xmlFreeDoc};
    ASSERT_NE(parsed, nullptr);
    const xmlNode* const root = xmlDocGetRootElement(parsed.get());
    ASSERT_NE(root, nullptr);
    EXPECT_EQ(std::string(root->name, root->name + xmlStrlen(root->name)), "svg");
    std::filesystem::remove_all(directory);
}

} // namespace
} // namespace pgtwin::test
