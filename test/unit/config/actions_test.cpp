// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <set>

#include "pgtwin/config/actions.hpp"

namespace pgtwin::config
{
namespace
{

TEST(ActionTable, FindsActionsByName)
{
    ASSERT_NE(find_action("demote"), nullptr);
    EXPECT_EQ(find_action("demote")->goal, Goal::demote);
    EXPECT_EQ(find_action("reload-agent")->goal, Goal::reload);
    EXPECT_EQ(find_action("meta-data")->goal, std::nullopt);
    EXPECT_EQ(find_action("reload"), nullptr);
    EXPECT_EQ(find_action(""), nullptr);
}

TEST(MonitorLimit, IsThatOfTheRole)
{
    Params params;
    params.monitor_timeout_promoted = std::chrono::seconds{4};
    params.monitor_timeout_unpromoted = std::chrono::seconds{7};
    for (const char* const role : {"Promoted", "Master"})
        EXPECT_EQ(monitor_limit(params, role), params.monitor_timeout_promoted) << role;
    for (const char* const role : {"Unpromoted", "Slave", "Started", ""})
        EXPECT_EQ(monitor_limit(params, role), params.monitor_timeout_unpromoted) << role;
}

TEST(ActionTable, NeverAdvertisesTwoMonitorsOfOneInterval)
{
    std::set<std::chrono::seconds> intervals;
    for (const ActionSpec& action : action_table())
        EXPECT_TRUE(action.interval.count() == 0 || intervals.insert(action.interval).second) << action.name;
    EXPECT_EQ(intervals.size(), 2U);
}

TEST(ActionTable, GivesEveryActionATimeout)
{
    for (const ActionSpec& action : action_table())
        EXPECT_GE(action.timeout.count(), 5) << action.name;
}

} // namespace
} // namespace pgtwin::config
