// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <iostream>

#include "menus.hpp"
#include "pgtwin/base/table.hpp"
#include "rules.hpp"

namespace pgtwin::test
{
namespace
{

struct Explored
{
    const char* sentence;
    Exploration (*exploration)();
    std::size_t
        at_least; ///< about nine tenths of the states explored when this was written: they must not get lost unseen
};

class SingleAction : public testing::TestWithParam<Explored>
{
};

TEST_P(SingleAction, KeepsEveryRuleOnEveryPath)
{
    Walk walk{GetParam().exploration(),
              [](const Walk& the, const Node& node, const decide::Step& step) { return broken_by(the, node, step); },
              [](const Walk& the, const Node& node, const decide::Outcome& end)
              {
                  return broken_by(the, node, end);
              }};
    walk.run();
    std::cout << GetParam().sentence << ": " << walk.states() << " states, " << walk.ends() << " ends, "
              << walk.reasons().size() << " reasons, longest path " << walk.longest() << "\n";
    for (const auto& violation : walk.violations())
        ADD_FAILURE() << violation;
    EXPECT_GE(walk.states(), GetParam().at_least);
}

Exploration monitor_of_a_primary()
{
    return upkeep_of_a_primary(Goal::monitor, ReplicationMode::sync);
}

Exploration monitor_of_a_strict_primary()
{
    return upkeep_of_a_primary(Goal::monitor, ReplicationMode::strict);
}

Exploration monitor_of_an_async_primary()
{
    return upkeep_of_a_primary(Goal::monitor, ReplicationMode::async);
}

Exploration notify_of_a_primary()
{
    return upkeep_of_a_primary(Goal::notify, ReplicationMode::sync);
}

Exploration monitor_of_a_standby()
{
    return upkeep_of_a_standby(Goal::monitor);
}

Exploration monitor_of_a_foreign_server()
{
    return upkeep_of_a_foreign_server(Goal::monitor);
}

Exploration notify_of_a_foreign_server()
{
    return upkeep_of_a_foreign_server(Goal::notify);
}

Exploration notify_of_a_standby()
{
    return upkeep_of_a_standby(Goal::notify);
}

Exploration reload_of_a_standby()
{
    return upkeep_of_a_standby(Goal::reload);
}

const auto explorations = table_of(
    Explored{"start_on_any_directory", a_start_on_any_directory, 73000},
    Explored{"start_of_any_server", a_start_of_any_server, 132000},
    Explored{"stop_of_anything", a_stop_of_anything, 10000}, Explored{"farewell", a_farewell, 21000},
    Explored{"promote", a_promotion, 1807000}, Explored{"promote_any_server", a_promotion_of_any_server, 6196000},
    Explored{"promote_in_strict_mode", a_strict_promotion, 7283000},
    Explored{"demote_any_server", a_demotion_of_any_server, 696000},
    Explored{"demote_in_any_cluster", a_demotion_in_any_cluster, 113000},
    Explored{"monitor_of_a_primary", monitor_of_a_primary, 340000},
    Explored{"monitor_of_a_strict_primary", monitor_of_a_strict_primary, 130000},
    Explored{"monitor_of_an_async_primary", monitor_of_an_async_primary, 128000},
    Explored{"notify_of_a_primary", notify_of_a_primary, 150000},
    Explored{"monitor_of_a_standby", monitor_of_a_standby, 1809000},
    Explored{"monitor_of_a_foreign_server", monitor_of_a_foreign_server, 23000},
    Explored{"notify_of_a_foreign_server", notify_of_a_foreign_server, 800},
    Explored{"notify_of_a_standby", notify_of_a_standby, 402000},
    Explored{"reload_of_a_standby", reload_of_a_standby, 141000}, Explored{"probe", a_probe, 4000},
    Explored{"rebuild_from_any_source", a_rebuild_from_any_source, 1541000}, Explored{"swap", a_swap, 247000},
    Explored{"rewind", a_rewind, 1009000});

INSTANTIATE_TEST_SUITE_P(Action, SingleAction, testing::ValuesIn(explorations),
                         [](const auto& each) { return each.param.sentence; });

} // namespace
} // namespace pgtwin::test
