// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "pgtwin/sys/process.hpp"
#include "postgres_node.hpp"

namespace pgtwin::test
{
namespace
{

namespace fs = std::filesystem;

/// A primary with a tablespace, and a standby whose pg_wal lies elsewhere.
class Layout : public testing::Test
{
protected:
    void SetUp() override
    {
        primary_.create_primary();
        make_directory(space());
        primary_.sql("CREATE TABLESPACE space LOCATION '" + space() + "'");
        primary_.sql("CREATE TABLE held TABLESPACE space AS SELECT generate_series(1, 1000) AS number");
    }

    [[nodiscard]] std::string space() const { return sandbox_.path() + "/space"; }
    [[nodiscard]] std::string wal() const { return sandbox_.path() + "/wal"; }
    [[nodiscard]] std::string old() const { return standby_.options.pgdata + ".pgtwin-old"; }

    static void make_directory(const std::string& path)
    {
        fs::create_directory(path);
        const auto user = sys::find_user("postgres").value();
        ASSERT_EQ(0, ::chown(path.c_str(), user.uid, user.gid));
    }

    /// The directories of the copies in a place.
    static std::vector<std::string> copies_in(const std::string& place)
    {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{place})
            if (entry.path().filename().string().starts_with("pgtwin-"))
                names.push_back(entry.path().string());
        return names;
    }

    /// The standby's programs are those of a folder of its own, where this one is a script; no text: it is not there.
    void replace_program(const std::string& name, const std::string& script)
    {
        const std::string bin = sandbox_.path() + "/bin";
        if (standby_.options.bindir != bin)
        {
            fs::create_directory(bin);
            for (const auto& entry : fs::directory_iterator{standby_.options.bindir})
                fs::create_symlink(entry.path(), bin + "/" + entry.path().filename().string());
            standby_.options.bindir = bin;
        }
        fs::remove(bin + "/" + name);
        if (script.empty())
            return;
        std::ofstream{bin + "/" + name} << "#!/bin/sh\n" << script << '\n';
        fs::permissions(bin + "/" + name, fs::perms{0755});
    }

    void expect_streaming()
    {
        ASSERT_TRUE(eventually([&] { return primary_.status().peer_sender.has_value(); }));
        primary_.sql("INSERT INTO held VALUES (0)");
        EXPECT_TRUE(eventually([&] { return standby_.sql("SELECT count(*) FROM held WHERE number = 0") != "0"; }));
    }

    void stop_standby() const { ASSERT_TRUE(standby_.server().stop(port::StopMode::fast, patience())); }

    Sandbox sandbox_;
    Node primary_{sandbox_, "psql1", "psql2"};
    Node standby_{sandbox_, "psql2", "psql1"};
};

TEST_F(Layout, SizeOfThePrimaryIsThatOfAllDatabasesAndTablespaces)
{
    primary_.sql("CREATE TABLE large AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 20000)");
    const auto parts = standby_.postgres().peer_parts(patience());
    ASSERT_TRUE(parts) << parts.error().what;
    ASSERT_EQ(2U, parts->size());
    EXPECT_EQ(space(), parts->front().location);
    EXPECT_GT(parts->front().bytes, 0);
    const std::int64_t all = parts->front().bytes + parts->back().bytes;
    EXPECT_GE(all, std::stoll(primary_.sql("SELECT sum(pg_database_size(oid)) FROM pg_database")));
    EXPECT_EQ(0, std::stoi(primary_.sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")));
}

TEST_F(Layout, OwnPartsAreThoseOfABaseBackup)
{
    primary_.sql("CHECKPOINT");
    const auto own = primary_.postgres().own_parts(patience());
    const auto copied = standby_.postgres().peer_parts(patience());
    ASSERT_TRUE(own && copied);
    ASSERT_EQ(2U, own->size());
    for (const BackupPart& part : *own)
    {
        const auto same = std::find_if(copied->begin(), copied->end(),
                                       [&](const BackupPart& each) { return each.location == part.location; });
        ASSERT_NE(copied->end(), same) << part.location;
        EXPECT_NEAR(static_cast<double>(part.bytes), static_cast<double>(same->bytes), 2 << 20) << part.location;
    }
}

TEST_F(Layout, RoomIsComparedForEachFileSystem)
{
    const auto rooms = standby_.server().room_for({
        {space(),       1000                  },
        {"",            2000                  },
        {"/dev/shm/no", std::int64_t{1} << 60U}
    });
    ASSERT_TRUE(rooms) << rooms.error().what;
    ASSERT_EQ(2U, rooms->size());
    EXPECT_GT(rooms->front().needed, 3000);
    EXPECT_GT(rooms->front().free, rooms->front().needed);
    EXPECT_EQ("/dev/shm", rooms->back().path);
    EXPECT_LT(rooms->back().free, rooms->back().needed);
}

TEST_F(Layout, ReserveIsWantedWherePgWalLies)
{
    make_directory(standby_.options.pgdata);
    fs::create_directory_symlink("/dev/shm", standby_.options.pgdata + "/pg_wal");
    const auto rooms = standby_.server().room_for({
        {"", 2000}
    });
    ASSERT_TRUE(rooms) << rooms.error().what;
    ASSERT_EQ(2U, rooms->size());
    EXPECT_LT(rooms->front().needed, 1 << 20);
    EXPECT_EQ("/dev/shm", rooms->back().path);
    EXPECT_GE(rooms->back().needed, 64 << 20);
}

TEST_F(Layout, TablespaceOfACopyLiesBesideThatOfTheOldOne)
{
    standby_.clone_peer();
    expect_streaming();
    const auto first = copies_in(space());
    ASSERT_EQ(1U, first.size());
    stop_standby();
    standby_.clone_peer();
    expect_streaming();
    EXPECT_EQ(2U, copies_in(space()).size());
    EXPECT_EQ(standby_.server().dispose_old_directory(OldCopy::usable, patience()).value(), port::Disposed::kept);
    EXPECT_TRUE(fs::exists(first.front()));
    stop_standby();
    standby_.clone_peer();
    EXPECT_EQ(2U, copies_in(space()).size());
    EXPECT_FALSE(fs::exists(first.front())) << "it belonged to a copy that is gone";
    standby_.options.old_directory = pg::OldDirectory::remove;
    EXPECT_EQ(standby_.server().dispose_old_directory(OldCopy::usable, patience()).value(), port::Disposed::removed);
    EXPECT_EQ(standby_.server().dispose_old_directory(OldCopy::usable, patience()).value(), port::Disposed::nothing);
    EXPECT_EQ(1U, copies_in(space()).size());
    expect_streaming();
    EXPECT_EQ("1000", primary_.sql("SELECT count(*) FROM held WHERE number > 0"));
}

TEST_F(Layout, LeftoverOfACopyThatWasCutShortIsNoObstacle)
{
    standby_.clone_peer();
    stop_standby();
    const auto first = copies_in(space());
    ASSERT_TRUE(standby_.server().base_backup({space()}, nullptr, patience()));
    ASSERT_EQ(2U, copies_in(space()).size());
    fs::remove(standby_.options.pgdata + ".pgtwin-new/PG_VERSION");
    standby_.clone_peer();
    expect_streaming();
    EXPECT_EQ(2U, copies_in(space()).size());
    EXPECT_TRUE(fs::exists(first.front()));
}

TEST_F(Layout, TablespaceOfAFormerStandbyIsCopiedFromThere)
{
    standby_.clone_peer();
    expect_streaming();
    ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
    ASSERT_TRUE(standby_.server().promote(patience()));
    ASSERT_TRUE(eventually([&] { return standby_.status().role == Role::primary; }));
    ASSERT_TRUE(standby_.postgres().ensure_slot(patience()));
    primary_.clone_peer();
    ASSERT_TRUE(eventually([&] { return standby_.status().peer_sender.has_value(); }));
    EXPECT_TRUE(copies_in(copies_in(space()).front()).empty()) << "a copy lies within a copy";
    EXPECT_TRUE(fs::is_directory(primary_.options.pgdata + ".pgtwin-old/pg_tblspc"));
}

TEST_F(Layout, WalThatLiesElsewhereStaysThere)
{
    standby_.clone_peer();
    stop_standby();
    make_directory(wal());
    const std::string link = standby_.options.pgdata + "/pg_wal";
    for (const auto& entry : fs::directory_iterator{link})
        fs::rename(entry.path(), wal() + "/" + entry.path().filename().string());
    fs::remove(link);
    fs::create_directory_symlink(wal(), link);
    standby_.clone_peer();
    expect_streaming();
    ASSERT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(wal(), fs::read_symlink(link).parent_path());
    EXPECT_TRUE(fs::is_symlink(old() + "/pg_wal"));
    EXPECT_TRUE(fs::exists(wal() + "/archive_status")) << "the old copy has lost its WAL";
    standby_.options.old_directory = pg::OldDirectory::remove;
    ASSERT_TRUE(standby_.server().dispose_old_directory(OldCopy::usable, patience()));
    EXPECT_FALSE(fs::exists(wal() + "/archive_status"));
    expect_streaming();
}

TEST_F(Layout, GroupMayReadACopyIfItMayReadThePrimary)
{
    ASSERT_TRUE(primary_.server().stop(port::StopMode::fast, patience()));
    for (const auto& entry : fs::recursive_directory_iterator{primary_.options.pgdata})
        if (!entry.is_symlink())
            fs::permissions(entry.path(), entry.is_directory() ? fs::perms{0750} : fs::perms{0640});
    fs::permissions(primary_.options.pgdata, fs::perms{0750});
    primary_.start();
    standby_.clone_peer();
    EXPECT_EQ(fs::perms{0750}, fs::status(standby_.options.pgdata).permissions());
    EXPECT_EQ(fs::perms{0640}, fs::status(standby_.options.pgdata + "/standby.signal").permissions());
    EXPECT_EQ("0750", standby_.sql("SHOW data_directory_mode"));
}

TEST_F(Layout, CopyThatDiffersFromItsManifestIsRefused)
{
    replace_program("pg_verifybackup", "test -f \"$3/backup_manifest\" && echo checksum mismatch >&2; exit 1");
    const auto copied = standby_.server().base_backup({space()}, nullptr, patience());
    ASSERT_FALSE(copied);
    EXPECT_NE(std::string::npos, copied.error().what.find("checksum mismatch")) << copied.error().what;
    EXPECT_EQ(DirectoryKind::absent, standby_.server().directory(patience()).value().kind);
}

TEST_F(Layout, CopyIsMadeWithoutTheProgramThatNeedNotBeThere)
{
    replace_program("pg_verifybackup", "");
    const auto copied = standby_.server().base_backup({space()}, nullptr, patience());
    EXPECT_TRUE(copied) << copied.error().what;
}

TEST_F(Layout, RateOfACopyIsLimited)
{
    standby_.options.backup_rate = "4M";
    const auto begun = std::chrono::steady_clock::now();
    const auto parts = standby_.postgres().peer_parts(patience()).value();
    ASSERT_TRUE(standby_.server().base_backup({space()}, nullptr, patience()));
    const auto least = std::chrono::milliseconds{parts.back().bytes * 1000 / (4 << 20) / 2};
    EXPECT_GT(std::chrono::steady_clock::now() - begun, least);
}

} // namespace
} // namespace pgtwin::test
