// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/config/unknown.hpp"

namespace pgtwin::config
{
namespace
{

std::string nearest_to(const std::string& name)
{
    const auto unknown = unknown_params({
        {"OCF_RESKEY_" + name, "x"}
    });
    return unknown.size() == 1 && unknown[0].name == name ? unknown[0].nearest : "not reported";
}

TEST(UnknownParameters, AreNoneThatPgtwinOrPacemakerUses)
{
    Environment environment{
        {"OCF_RESKEY_CRM_meta_timeout", "60000" },
        {"OCF_RESKEY_crm_feature_set",  "3.19.0"},
        {"OCF_RESKEY_trace_ra",         "1"     },
        {"OCF_RESOURCE_INSTANCE",       "db"    },
        {"OCF_CHECK_LEVEL",             "10"    },
        {"PATH",                        "/bin"  }
    };
    for (const ParamSpec& spec : param_table())
        environment["OCF_RESKEY_" + std::string{spec.name}] = "x";
    for (const AliasSpec& alias : alias_table())
        environment["OCF_RESKEY_" + std::string{alias.name}] = "x";
    EXPECT_TRUE(unknown_params(environment).empty());
}

TEST(UnknownParameters, AreToldWithTheNearestName)
{
    EXPECT_EQ(nearest_to("pgdta"), "pgdata");
    EXPECT_EQ(nearest_to("PGDATA"), "");
    EXPECT_EQ(nearest_to("pgprot"), "pgport");
    EXPECT_EQ(nearest_to("repmode"), "rep_mode");
    EXPECT_EQ(nearest_to("nodelist"), "node_list");
    EXPECT_EQ(nearest_to("bindir"), "pg_bindir");
    EXPECT_EQ(nearest_to("max_slot_wal_keep_sice"), "max_slot_wal_keep_size");
}

TEST(UnknownParameters, OfOtherAgentsAreNotMistakenForOurs)
{
    for (const char* const name : {"psql", "pgdb", "tmpdir", "logfile", "monitor_sql", "start_opt", "stop_escalate",
                                   "recovery_template", "maxlag", "start_opts", "datadir", "x"})
        EXPECT_EQ(nearest_to(name), "") << name;
}

TEST(UnknownParameters, AreOneSentence)
{
    EXPECT_EQ(warning_of({}), "");
    EXPECT_EQ(warning_of({
                  {"pgdta",  "pgdata"},
                  {"tmpdir", ""      }
    }),
              "pgtwin has no parameter of this name, correct or remove it: pgdta (pgdata is meant?), tmpdir");
}

} // namespace
} // namespace pgtwin::config
