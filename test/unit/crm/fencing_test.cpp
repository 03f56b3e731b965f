// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/crm/fencing.hpp"

namespace pgtwin::crm
{
namespace
{

using std::chrono::seconds;

/// As crm_mon 3.0.0 and 2.1.5 write it while a fencing that has failed is tried again.
constexpr const char* failing =
    R"(<pacemaker-result api-version="2.38" request="crm_mon -1 --output-as=xml"><fence_history>
<fence_event action="reboot" target="psql2" client="pacemaker-controld.1211" origin="psql1" status="failed"
delegate="psql1" completed="2026-11-29 07:13:24Z"/>
<fence_event action="reboot" target="psql2" client="pacemaker-controld.1211" origin="psql1" status="failed"
delegate="psql1" completed="2026-11-29 07:13:25.418388Z" exit-reason="no answer"/>
<fence_event action="reboot" target="psql2" client="pacemaker-controld.1309" origin="psql1" status="pending"
extended-status="1"/></fence_history><status code="0" message="OK"/></pacemaker-result>)";

TEST(Fencing, IsToldNewestFirst)
{
    const auto history = parse_fencing(failing);
    ASSERT_TRUE(history) << history.error().what;
    ASSERT_EQ(history->size(), 3U);
    EXPECT_EQ(history->at(0).state, FencingState::running);
    EXPECT_FALSE(history->at(0).ended);
    EXPECT_EQ(history->at(1).state, FencingState::failed);
    EXPECT_EQ(history->at(1).ended, seconds{1795936405});
    EXPECT_EQ(history->at(1).reason, "no answer");
    EXPECT_EQ(history->at(2).target, "psql2");
    EXPECT_EQ(history->at(2).origin, "psql1");
    EXPECT_EQ(history->at(2).action, "reboot");
    EXPECT_EQ(history->at(2).ended, seconds{1795936404});
}

TEST(Fencing, OfAnotherZoneIsToldInUtc)
{
    const auto history = parse_fencing(R"(<pacemaker-result><fence_history><fence_event target="psql2" status="success"
completed="2026-11-29 08:13:25 +01:00"/></fence_history></pacemaker-result>)");
    ASSERT_TRUE(history);
    EXPECT_EQ(history->at(0).state, FencingState::done);
    EXPECT_EQ(history->at(0).ended, seconds{1795936405});
}

TEST(Fencing, ThatNeverHappenedIsAnEmptyHistoryAndNoAnswerIsNone)
{
    const auto none = parse_fencing("<pacemaker-result><status code=\"0\"/></pacemaker-result>");
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    EXPECT_FALSE(parse_fencing("crm_mon: not connected"));
    EXPECT_FALSE(parse_fencing("<cib/>"));
}

TEST(Fencing, WithoutAReadableTimeHasNone)
{
    for (const char* const time : {"", "yesterday", "2026-11-29", "2026-11-29 07:13:25", "2026-11-29 07:13:25Z!"})
    {
        const auto history = parse_fencing(
            R"(<pacemaker-result><fence_history><fence_event target="psql2" status="failed" completed=")" +
            std::string{time} + R"("/></fence_history></pacemaker-result>)");
        ASSERT_TRUE(history);
        EXPECT_FALSE(history->at(0).ended) << time;
    }
}

} // namespace
} // namespace pgtwin::crm
