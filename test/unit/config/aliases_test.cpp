// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/reading.hpp"

namespace pgtwin::config
{
namespace
{

Reading reading_of(Environment environment)
{
    environment.try_emplace("OCF_RESKEY_pgdata", "/data");
    return read_params(environment);
}

TEST(Aliases, StandForParametersAndAreNoneThemselves)
{
    for (const AliasSpec& alias : alias_table())
    {
        EXPECT_EQ(meant_by(alias).name, alias.meaning);
        const auto parameters = param_table();
        EXPECT_TRUE(std::none_of(parameters.begin(), parameters.end(),
                                 [&](const ParamSpec& spec) { return spec.name == alias.name; }))
            << alias.name;
        EXPECT_FALSE(meant_by(alias).is_required) << alias.name;
    }
}

TEST(Aliases, AreUnderstoodAsInPgsql)
{
    const Reading reading = reading_of({
        {"OCF_RESKEY_pgctl",     "/usr/lib/postgresql/15/bin/pg_ctl"      },
        {"OCF_RESKEY_config",    "/etc/postgresql/15/main/postgresql.conf"},
        {"OCF_RESKEY_master_ip", "10.100.1.100"                           },
        {"OCF_RESKEY_repuser",   "follower"                               },
        {"OCF_RESKEY_pgdba",     "pgadmin"                                },
        {"OCF_RESKEY_socketdir", "/run/postgresql"                        },
    });
    EXPECT_TRUE(reading.errors.empty());
    EXPECT_EQ(reading.params.pg_bindir, "/usr/lib/postgresql/15/bin");
    EXPECT_EQ(reading.params.config_file, "/etc/postgresql/15/main/postgresql.conf");
    EXPECT_EQ(reading.params.vip, "10.100.1.100");
    EXPECT_EQ(reading.params.rep_user, "follower");
    EXPECT_EQ(reading.params.pguser, "pgadmin");
    EXPECT_EQ(reading.params.pghost, "/run/postgresql");
}

TEST(Aliases, GiveWayToTheParameterItself)
{
    const Reading reading = reading_of({
        {"OCF_RESKEY_pgctl",     "/usr/lib/postgresql/15/bin/pg_ctl"},
        {"OCF_RESKEY_pg_bindir", "/opt/postgresql/bin"              },
    });
    EXPECT_EQ(reading.params.pg_bindir, "/opt/postgresql/bin");
}

TEST(Aliases, AreNamedWhenTheirValueIsWrong)
{
    const Reading reading = reading_of({
        {"OCF_RESKEY_config", "postgresql.conf"}
    });
    ASSERT_EQ(reading.errors.size(), 1U);
    EXPECT_EQ(reading.errors.front().name, "config");
}

} // namespace
} // namespace pgtwin::config
