// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "pgtwin/config/param_table.hpp"
#include "pgtwin/config/reading.hpp"

namespace pgtwin::config
{
namespace
{

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(ParamTable, DescribesEveryParameter)
{
    std::set<std::string_view> names;
    for (const ParamSpec& spec : param_table())
    {
        EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        EXPECT_FALSE(spec.brief.empty() || spec.brief.back() == '.') << spec.name;
        EXPECT_TRUE(spec.detail.size() > 30 && spec.detail.back() == '.') << spec.name;
        EXPECT_TRUE(is_plain(spec.detail) && is_plain(spec.brief)) << spec.name;
    }
}

TEST(ParamTable, HasDefaultsThatItAcceptsItself)
{
    Environment environment;
    for (const ParamSpec& spec : param_table())
        environment["OCF_RESKEY_" + std::string{spec.name}] = spec.fallback;
    for (const ParamError& error : read_params(environment).errors)
        ADD_FAILURE() << error.text();
}

TEST(ParamTable, HasEveryParameterOfThePredecessorAndTheNewOnes)
{
    std::set<std::string_view> names;
    for (const ParamSpec& spec : param_table())
        names.insert(spec.name);
    for (const char* const name : {"pgdata",
                                   "pghost",
                                   "pgport",
                                   "pguser",
                                   "application_name",
                                   "slot_name",
                                   "max_slot_wal_keep_size",
                                   "monitor_timeout_promoted",
                                   "monitor_timeout_unpromoted",
                                   "rep_mode",
                                   "node_list",
                                   "backup_before_basebackup",
                                   "basebackup_timeout",
                                   "pgpassfile",
                                   "replication_failure_threshold",
                                   "vip",
                                   "pg_bindir",
                                   "max_promotion_lag_bytes",
                                   "force_promotion",
                                   "container_mode",
                                   "config_file",
                                   "replication_hosts",
                                   "primary_conninfo_opt",
                                   "restore_command",
                                   "rep_user",
                                   "replace_old_copy_on",
                                   "basebackup_max_rate",
                                   "sync_degrade_delay"})
        EXPECT_EQ(names.count(name), 1U) << name;
}

TEST(ParamTable, LetsNearlyEverythingBeReloaded)
{
    std::set<std::string_view> fixed;
    for (const ParamSpec& spec : param_table())
        if (!spec.is_reloadable)
            fixed.insert(spec.name);
    EXPECT_EQ(fixed, (std::set<std::string_view>{"pgdata", "config_file", "pg_bindir", "pguser", "pgport"}));
}

TEST(ParamTable, UsesTheThreeTypesThatEveryValidatorKnows)
{
    for (const ParamSpec& spec : param_table())
        EXPECT_TRUE(type_name(spec) == "string" || type_name(spec) == "integer" || type_name(spec) == "boolean");
}

} // namespace
} // namespace pgtwin::config
