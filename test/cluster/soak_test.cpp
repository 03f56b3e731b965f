// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdlib>
#include <iostream>
#include <random>

#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds any_gap{600};
/// Two faults at once, and base backups, on a busy machine.
constexpr seconds long_heal_limit{180};

long number_from(const char* variable, long otherwise)
{
    const char* const text = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return text == nullptr ? otherwise : std::atol(text);
}

/// Random faults, one or two at a time; a seed makes the same ones in the same order.
class Soak : public PairTest
{
protected:
    /// Causes a fault and takes away what caused it; a node may be off afterwards.
    using Fault = void (*)(const std::string& node);

    struct Named
    {
        const char* name;
        Fault cause;
    };

    static const std::vector<Named>& faults()
    {
        static const std::vector<Named> all{
            {"postmaster killed",
             [](const std::string& node)
             {
                 pair().kill_postmaster(node);
             }                                       },
            {"power lost",
             [](const std::string& node)
             {
                 lab().power_off(node);
             }                                       },
            {"network cut",         cut_until_fenced },
            {"node taken out",      take_out_and_back},
            {"Pacemaker restarted", restart_stack    },
            {"switched over",       switch_over_from },
            {"server stalled",      stall            },
            {"both nodes lost",     lose_both        },
            {"frames late",         delay            },
            {"replication blocked", block_replication},
            {"attributes stalled",  stall_attributes },
            {"CIB stalled",         stall_cib        },
            {"data wiped",          wipe             },
        };
        return all;
    }

    /// One fault on a random node, sometimes a second one soon after it; answers what they were.
    std::string cause_something()
    {
        const std::string what = cause(faults()[pick(faults().size())]);
        if (pick(3) != 0)
            return what;
        expect_one_primary_at_most(lab(), std::chrono::milliseconds{pick(4000)});
        // The last one wipes data: as a second fault it could hit the only copy.
        return what + ", then " + cause(faults()[pick(faults().size() - 1)]);
    }

    /// A lost node is fenced and so switched on again; one that nobody is left to fence is switched on by hand.
    static void switch_on()
    {
        try
        {
            wait_until("both nodes have power", Deadline{seconds{15}},
                       []() -> std::string
                       { return lab().is_on(first_node) && lab().is_on(second_node) ? "" : "one is off"; });
        }
        catch (const NotReached&)
        {
            for (const std::string node : {first_node, second_node})
                if (!lab().is_on(node))
                    lab().power_on(node);
        }
    }

private:
    std::string cause(const Named& fault)
    {
        const std::string node = pick(2) == 0 ? first_node : second_node;
        try
        {
            fault.cause(node);
            return std::string{fault.name} + " (" + node + ")";
        }
        catch (const std::exception& failure)
        {
            // The second of two faults may find nothing left to break.
            return std::string{fault.name} + " (" + node + ", without effect)";
        }
    }

    std::size_t pick(std::size_t below) { return random_() % below; }

    /// When a node was switched on, by its own word; empty while it is off.
    static std::string boot_of(const std::string& node)
    {
        return lab().try_exec(node, {"ps", "-o", "lstart=", "-p", "1"}).out;
    }

    static void cut_until_fenced(const std::string& node)
    {
        const std::string first_boot = boot_of(first_node);
        const std::string second_boot = boot_of(second_node);
        const Cut cut{lab(), node};
        wait_until("one node is fenced", Deadline{seconds{30}},
                   [&]() -> std::string
                   {
                       const bool is_same = boot_of(first_node) == first_boot && boot_of(second_node) == second_boot;
                       return is_same ? "none was" : "";
                   });
    }

    static void take_out_and_back(const std::string& node)
    {
        lab().crm(node, {"node", "standby", node});
        lab().crm(node, {"node", "online", node});
    }

    static void restart_stack(const std::string& node)
    {
        lab().stop_stack(node);
        lab().start_stack(node);
    }

    static void switch_over_from(const std::string&) { switch_over(lab(), pair().standby()); }

    static void wipe(const std::string&)
    {
        lab().exec(pair().standby(), {"sh", "-c", std::string{"cd "} + data_directory + " && rm -rf ./*"});
    }

    static void stall(const std::string& node)
    {
        const Frozen frozen{lab(), node, whole_server};
        expect_one_primary_at_most(lab(), seconds{3});
    }

    /// Longer than a degradation takes, or not: commits may go on alone before the link is good again.
    static void delay(const std::string& node)
    {
        const Delayed delayed{lab(), node, std::chrono::milliseconds{100}};
        expect_one_primary_at_most(lab(), seconds{5});
    }

    static void block_replication(const std::string&)
    {
        const std::string standby = pair().standby();
        const Blocked blocked{
            lab(), standby, {replication_from_peer(standby), replication_to_peer(standby)}
        };
        expect_one_primary_at_most(lab(), seconds{20});
    }

    static void stall_attributes(const std::string& node)
    {
        const Frozen frozen{lab(), node, attribute_daemon};
        expect_one_primary_at_most(lab(), seconds{8});
    }

    static void stall_cib(const std::string& node)
    {
        const Frozen frozen{lab(), node, cib_daemon};
        expect_one_primary_at_most(lab(), seconds{8});
    }

    static void lose_both(const std::string& node)
    {
        on_both(lab(), &Lab::unplug);
        lab().power_on(node);
        lab().power_on(peer_of(node));
    }

    std::mt19937 random_{static_cast<std::mt19937::result_type>(number_from("PGTWIN_SOAK_SEED", 1))};
};

TEST_F(Soak, SurvivesRandomFaults)
{
    const auto end = steady_clock::now() + seconds{number_from("PGTWIN_SOAK_SECONDS", 300)};
    std::size_t survived = 0;
    while (steady_clock::now() < end && !HasFailure())
    {
        begin();
        const std::string what = "fault " + std::to_string(survived + 1) + ": " + cause_something();
        switch_on();
        expect_recovery(what, any_gap, long_heal_limit);
        ++survived;
    }
    EXPECT_GT(survived, 0U);
    report("seed " + std::to_string(number_from("PGTWIN_SOAK_SEED", 1)) + ": " + std::to_string(survived) +
           " faults survived, " + std::to_string(pair().ledger().count()) + " commits checked");
}

TEST_F(Soak, LedgersAreEqualInTheEnd)
{
    expect_equal_ledgers();
}

} // namespace
} // namespace pgtwin::test
