// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/crm/notification.hpp"

namespace
{

using namespace pgtwin::crm;

/// As Pacemaker 3.0.0 sends it for a switchover from psql1 to psql2: empty lists are one blank.
Environment switchover()
{
    const std::string prefix = "OCF_RESKEY_CRM_meta_notify_";
    return {
        {prefix + "type",             "pre"        },
        {prefix + "operation",        "demote"     },
        {prefix + "start_uname",      " "          },
        {prefix + "stop_uname",       " "          },
        {prefix + "demote_uname",     "psql1"      },
        {prefix + "promote_uname",    "psql2"      },
        {prefix + "promoted_uname",   "psql1"      },
        {prefix + "master_uname",     "psql1"      },
        {prefix + "unpromoted_uname", "psql2 psql1"},
        {"OCF_RESOURCE_INSTANCE",     "db"         }
    };
}

TEST(Notification, SaysWhatIsAboutToHappen)
{
    const auto notification = Notification::from(switchover());
    ASSERT_TRUE(notification);
    EXPECT_EQ(notification->moment, Moment::pre);
    EXPECT_EQ(notification->operation, "demote");
    EXPECT_EQ(notification->transition.demote, NodeNames{"psql1"});
    EXPECT_EQ(notification->transition.unpromoted, (NodeNames{"psql2", "psql1"}));
    EXPECT_TRUE(notification->transition.start.empty());
}

TEST(Notification, IsNoneWithoutItsVariables)
{
    EXPECT_FALSE(Notification::from({}));
    Environment odd = switchover();
    odd["OCF_RESKEY_CRM_meta_notify_type"] = "during";
    EXPECT_FALSE(Notification::from(odd));
}

TEST(Transition, IsThereInOtherActionsToo)
{
    Environment environment = switchover();
    environment.erase("OCF_RESKEY_CRM_meta_notify_type");
    environment.erase("OCF_RESKEY_CRM_meta_notify_operation");
    const Transition transition = Transition::from(environment);
    EXPECT_TRUE(transition.will_demote("PSQL1"));
    EXPECT_TRUE(transition.will_promote("psql2"));
    EXPECT_FALSE(transition.will_promote("psql1"));
    EXPECT_FALSE(transition.will_stop("psql1"));
}

TEST(Transition, KnowsTheFormerNamesOfTheRoles)
{
    const Transition transition = Transition::from({
        {"OCF_RESKEY_CRM_meta_notify_master_uname", "psql1"},
        {"OCF_RESKEY_CRM_meta_notify_slave_uname",  "psql2"}
    });
    EXPECT_EQ(transition.promoted, NodeNames{"psql1"});
    EXPECT_EQ(transition.unpromoted, NodeNames{"psql2"});
}

TEST(Transition, StopsANodeAfterItsDemoteOnInPlaceRecovery)
{
    Environment environment = switchover();
    environment["OCF_RESKEY_CRM_meta_notify_stop_uname"] = "psql1 ";
    EXPECT_TRUE(Transition::from(environment).will_stop("psql1"));
}

} // namespace
