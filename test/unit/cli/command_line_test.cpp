// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/cli/command_line.hpp"
#include "pgtwin/config/actions.hpp"

namespace pgtwin::cli
{
namespace
{

TEST(CommandLine, KnowsEveryActionOfTheTable)
{
    for (const config::ActionSpec& action : config::action_table())
    {
        const CommandLine line = read_command_line({std::string{action.name}});
        EXPECT_EQ(line.request, Request::action) << action.name;
        EXPECT_EQ(line.name, action.name);
    }
}

TEST(CommandLine, ShowsHelpAndVersion)
{
    for (const char* const word : {"--help", "-h", "help", "usage"})
        EXPECT_EQ(read_command_line({word}).request, Request::help) << word;
    for (const char* const word : {"--version", "-V"})
        EXPECT_EQ(read_command_line({word}).request, Request::version) << word;
}

TEST(CommandLine, KnowsTheWorker)
{
    const CommandLine line = read_command_line({"rebuild"});
    EXPECT_EQ(line.request, Request::internal);
    EXPECT_EQ(line.name, "rebuild");
}

TEST(CommandLine, SaysWhichActionIsUnknown)
{
    for (const char* const word : {"restart", "state", "reload", "Start", ""})
    {
        const CommandLine line = read_command_line({word});
        EXPECT_EQ(line.request, Request::usage);
        EXPECT_EQ(line.problem, std::string{"unknown action '"} + word + "'");
    }
}

TEST(CommandLine, RefusesUnknownOptionsAndSecondActions)
{
    EXPECT_NE(read_command_line({"--force"}).problem.find("--force"), std::string::npos);
    EXPECT_EQ(read_command_line({"start", "stop"}).problem, "one action at a time");
    EXPECT_EQ(read_command_line({"monitor", "--force"}).request, Request::usage);
}

TEST(CommandLine, ReadsACommandWithItsOptionsAndArguments)
{
    const CommandLine line = read_command_line({"status", "db", "--json", "--color=never", "--watch"});
    EXPECT_EQ(line.request, Request::command) << line.problem;
    EXPECT_EQ(line.invocation.command, "status");
    EXPECT_EQ(line.invocation.arguments, std::vector<std::string>{"db"});
    EXPECT_TRUE(line.invocation.has("json"));
    EXPECT_FALSE(line.invocation.has("prometheus"));
    EXPECT_EQ(line.invocation.value("color"), "never");
    EXPECT_TRUE(line.invocation.has("watch"));
    EXPECT_EQ(read_command_line({"status", "--watch=5"}).invocation.value("watch"), "5");
}

TEST(CommandLine, SaysWhatIsWrongWithACommand)
{
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"status", "--jsn"},
             {"status", "--js" },
             {"status", "a",     "b"},
             {"status",        "--color=blue"       },
             {"status",        "--color"},
    })
    {
        const CommandLine line = read_command_line(arguments);
        EXPECT_EQ(line.request, Request::command_usage) << arguments.back();
        EXPECT_FALSE(line.problem.empty()) << arguments.back();
    }
}

TEST(CommandLine, HelpsWithACommand)
{
    const CommandLine line = read_command_line({"status", "--help"});
    EXPECT_EQ(line.request, Request::command_help);
    EXPECT_EQ(line.name, "status");
}

TEST(CommandLine, AsksForUsageWithoutArguments)
{
    const CommandLine line = read_command_line({});
    EXPECT_EQ(line.request, Request::usage);
    EXPECT_TRUE(line.problem.empty());
}

TEST(CommandLine, TakesThePromotionWithALossForACommand)
{
    for (const std::vector<std::string>& words : {
             std::vector<std::string>{"accept-data-loss",    "db", "--yes"},
             { "promote", "--accept-data-loss", "db", "--yes"}
    })
    {
        const CommandLine line = read_command_line(words);
        EXPECT_EQ(line.request, Request::command);
        EXPECT_EQ(line.invocation.command, "accept-data-loss");
        EXPECT_EQ(line.invocation.arguments, std::vector<std::string>{"db"});
        EXPECT_TRUE(line.invocation.has("yes"));
    }
}

} // namespace
} // namespace pgtwin::cli
