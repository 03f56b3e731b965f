// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "pgtwin/cli/configure.hpp"

namespace pgtwin::cli
{
namespace
{

const std::vector<std::string> complete{
    "crm", "--node", "psql1", "--node", "psql2", "--pgdata", "/var/lib/postgresql/data", "--vip", "192.0.2.20/24"};

std::vector<std::string> complete_and(std::vector<std::string> more)
{
    more.insert(more.begin(), complete.begin(), complete.end());
    return more;
}

TEST(Configure, PrintsAScriptForCompleteWishes)
{
    const Answer answer = configure(complete);
    EXPECT_EQ(answer.exit, 0);
    EXPECT_EQ(answer.text.rfind("#!/bin/sh\n", 0), 0U);
    EXPECT_NE(answer.text.find("crm configure load update"), std::string::npos);
}

TEST(Configure, TakesTheParametersOfTheAgentAsOptions)
{
    const Answer answer = configure(complete_and(
        {"--config-file", "/etc/postgresql/17/main/postgresql.conf", "--rep-mode=strict", "--resource=db"}));
    EXPECT_EQ(answer.exit, 0) << answer.text;
    EXPECT_NE(answer.text.find("config_file=\"/etc/postgresql/17/main/postgresql.conf\""), std::string::npos);
    EXPECT_NE(answer.text.find("rep_mode=\"strict\""), std::string::npos);
    EXPECT_EQ(answer.text.find(" vip=\"192.0.2.20\""), answer.text.rfind(" vip="));
    EXPECT_NE(answer.text.find("primitive db ocf:heartbeat:pgtwin"), std::string::npos);
}

TEST(Configure, SaysInOneLineWhatIsWrong)
{
    const std::vector<std::vector<std::string>> wrong{
        {                  },
        {"ansible"          },
        {"crm",               "pcs"},
        {"crm",                   "--node", "psql1"},
        complete_and({"--pgport","many"}
        ),
        complete_and({"--force-promotion",                   "true"}
        ),
        complete_and({"--pgd",                     "/x"}
        ),
        complete_and({"--vip"}
        ),
    };
    for (const auto& arguments : wrong)
    {
        const Answer answer = configure(arguments);
        EXPECT_EQ(answer.exit, 2);
        EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
        EXPECT_EQ(answer.text.rfind("pgtwin configure: ", 0), 0U) << answer.text;
    }
}

TEST(Configure, ExplainsEveryOption)
{
    const Answer answer = configure({"--help"});
    EXPECT_EQ(answer.exit, 0);
    for (const OptionSpec& option : configure_options())
        EXPECT_NE(answer.text.find("  --" + std::string{option.name}), std::string::npos) << option.name;
}

} // namespace
} // namespace pgtwin::cli
