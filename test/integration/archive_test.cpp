// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

/// A primary and its standby, which may have an archive.
class ArchiveOfAStandby : public testing::Test
{
protected:
    void SetUp() override { primary_.create_primary(); }

    static std::string fact(const Node& node, const std::string& name)
    {
        const auto settings = node.postgres().settings(patience());
        return settings && settings->contains(name) ? settings->at(name) : "not told";
    }

    Sandbox sandbox_;
    Node primary_{sandbox_, "psql1", "psql2"};
    Node standby_{sandbox_, "psql2", "psql1"};
};

TEST_F(ArchiveOfAStandby, IsHeldBackByItsConfiguration)
{
    standby_.create();
    const std::string auto_conf = standby_.options.pgdata + "/postgresql.auto.conf";
    const auto command = [&]
    {
        return standby_.server().settings_on_disk({"restore_command"}, patience()).value().at("restore_command");
    };
    std::ofstream{auto_conf} << "restore_command = 'cp /others/%f %p'\n";
    ASSERT_TRUE(standby_.server().write_standby_configuration({}, patience()));
    EXPECT_EQ("", command());
    const std::string held_back = sys::read_file(auto_conf).value();
    ASSERT_TRUE(standby_.server().write_standby_configuration({}, patience()));
    EXPECT_EQ(held_back, sys::read_file(auto_conf).value());
    ASSERT_TRUE(standby_.server().set_archive(Archive::in_use, patience()));
    EXPECT_EQ("cp /others/%f %p", command());
    ASSERT_TRUE(standby_.server().write_standby_configuration({}, patience()));
    standby_.options.restore_command = "cp /own/%f %p";
    ASSERT_TRUE(standby_.server().set_archive(Archive::in_use, patience()));
    EXPECT_EQ("cp /own/%f %p", command());
    ASSERT_TRUE(standby_.server().set_archive(Archive::held_back, patience()));
    EXPECT_EQ("", command());
    StandbySettings asynchronous;
    asynchronous.archive = Archive::in_use;
    ASSERT_TRUE(standby_.server().write_standby_configuration(asynchronous, patience()));
    EXPECT_EQ("cp /own/%f %p", command());
}

TEST_F(ArchiveOfAStandby, IsHeldBackAndLetInWhileTheServerRuns)
{
    standby_.clone_peer();
    const auto is_in_use = [&]
    {
        return standby_.status().is_archive_in_use;
    };
    EXPECT_FALSE(is_in_use());
    EXPECT_EQ("yes", fact(standby_, "restore_command held back"));
    standby_.sql("ALTER SYSTEM SET restore_command = 'false %f %p'");
    standby_.sql("SELECT pg_reload_conf()");
    ASSERT_TRUE(eventually(is_in_use));
    EXPECT_EQ("not told", fact(standby_, "restore_command held back"));
    ASSERT_TRUE(standby_.server().set_archive(Archive::held_back, patience()));
    ASSERT_TRUE(eventually([&] { return !is_in_use(); }));
    // An action that is killed before it tells the server leaves this behind.
    standby_.sql("ALTER SYSTEM SET restore_command = 'false %f %p'");
    standby_.sql("SELECT pg_reload_conf()");
    ASSERT_TRUE(eventually(is_in_use));
    ASSERT_TRUE(standby_.server().write_standby_configuration({}, patience()));
    ASSERT_TRUE(is_in_use());
    ASSERT_TRUE(standby_.server().set_archive(Archive::held_back, patience()));
    ASSERT_TRUE(eventually([&] { return !is_in_use(); }));
    // ALTER SYSTEM writes the whole file anew.
    standby_.sql("ALTER SYSTEM SET work_mem = '5MB'");
    standby_.sql("SELECT pg_reload_conf()");
    ASSERT_TRUE(eventually([&] { return fact(standby_, "work_mem") == "5120"; }));
    EXPECT_FALSE(is_in_use());
    ASSERT_TRUE(standby_.server().set_archive(Archive::in_use, patience()));
    EXPECT_TRUE(eventually(is_in_use));
    EXPECT_EQ("false %f %p", fact(standby_, "restore_command"));
}

} // namespace
} // namespace pgtwin::test
