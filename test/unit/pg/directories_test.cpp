// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <unistd.h>

#include "pgtwin/pg/directories.hpp"
#include "pgtwin/sys/file.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::pg
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// An old and a new data directory, as the user who runs the test.
class Swap : public testing::Test
{
protected:
    void SetUp() override { user_ = sys::find_user(::getpwuid(::geteuid())->pw_name).value(); }

    [[nodiscard]] std::string data() const { return root_ + "/data"; }
    [[nodiscard]] Directories places() const { return directories_of(data()).value(); }

    static void fill(const std::string& path, const std::string& content)
    {
        fs::create_directories(path + "/global");
        std::ofstream{path + "/PG_VERSION"} << content;
        std::ofstream{path + "/global/pg_control"} << content;
    }
    static std::string content_of(const std::string& path)
    {
        std::string text;
        std::ifstream{path + "/global/pg_control"} >> text;
        return text;
    }
    [[nodiscard]] Expected<void> swap() const { return swap_in(places(), OldCopy::usable, user_, Deadline{10s}); }

    /// The layout of a mount point, without a mount: the decision is directories_of's, the moves are the same.
    [[nodiscard]] Directories inside() const
    {
        return {data(), data() + "/pgtwin-new", data() + "/pgtwin-old", data() + "/pgtwin-moving",
                true,   data() + "/pgtwin-torn"};
    }

    test::TemporaryDirectory directory_;
    std::string root_ = directory_.path();
    sys::User user_;
};

TEST_F(Swap, PlacesLieBesideTheDirectory)
{
    fs::create_directory(data());
    EXPECT_EQ((Directories{data(), data() + ".pgtwin-new", data() + ".pgtwin-old", data() + ".pgtwin-moving", false,
                           data() + ".pgtwin-torn"}),
              directories_of(data() + "/").value());
}

TEST_F(Swap, PlacesLieBesideWhatALinkPointsTo)
{
    fs::create_directories(root_ + "/disk/real");
    fs::create_directory_symlink("disk/real", data());
    EXPECT_EQ(root_ + "/disk/real.pgtwin-new", places().fresh);
    fs::remove(root_ + "/disk/real");
    EXPECT_EQ(root_ + "/disk/real", places().data);
}

TEST_F(Swap, PlacesLieInsideAMountPoint)
{
    EXPECT_EQ("/proc/pgtwin-new", directories_of("/proc").value().fresh);
    EXPECT_TRUE(directories_of("/proc").value().is_mount);
}

TEST_F(Swap, KeepsTheOldDirectoryAside)
{
    fill(data(), "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(places().old));
    EXPECT_FALSE(fs::exists(places().fresh));
}

TEST_F(Swap, LeavesAloneWhateverElseLiesBeside)
{
    for (const char* name : {".backup.1700000000", ".old", ".pgtwin-old.mine", "2"})
        fill(data() + name, "precious");
    fill(data(), "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    ASSERT_TRUE(remove_displaced(places(), user_, Deadline{10s}));
    for (const char* name : {".backup.1700000000", ".old", ".pgtwin-old.mine", "2"})
        EXPECT_EQ("precious", content_of(data() + name));
}

TEST_F(Swap, IsDoneWhenRepeated)
{
    fill(data(), "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    ASSERT_TRUE(swap());
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(places().old));
}

TEST_F(Swap, GoesOnBetweenTheTwoRenames)
{
    fill(places().old, "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(places().old));
}

TEST_F(Swap, ReplacesTheOldDirectoryOfAnEarlierTime)
{
    fill(places().old, "older");
    fill(data(), "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    EXPECT_EQ("old", content_of(places().old));
}

TEST_F(Swap, DoesNotPushOutAUsableCopyByOneThatIsNot)
{
    for (const OldCopy old : {OldCopy::damaged, OldCopy::torn})
    {
        fill(places().old, "older");
        fill(data(), "torn");
        fill(places().fresh, "new");
        ASSERT_TRUE(swap_in(places(), old, user_, Deadline{10s}));
        EXPECT_EQ("new", content_of(data()));
        EXPECT_EQ("older", content_of(places().old));
        ASSERT_TRUE(keep_one(places(), old, user_, Deadline{10s}));
        EXPECT_EQ("older", content_of(places().old));
        EXPECT_FALSE(fs::exists(places().torn));
    }
}

TEST_F(Swap, KeepsWhatIsDamagedIfThereIsNothingBetter)
{
    fill(data(), "damaged");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap_in(places(), OldCopy::damaged, user_, Deadline{10s}));
    EXPECT_FALSE(fs::exists(places().old));
    ASSERT_TRUE(keep_one(places(), OldCopy::damaged, user_, Deadline{10s}));
    ASSERT_TRUE(keep_one(places(), OldCopy::damaged, user_, Deadline{10s}));
    EXPECT_EQ("damaged", content_of(places().old));
}

TEST_F(Swap, TakesNoCopyWhoseRemovalWasCutShortForAUsableOne)
{
    fill(places().old, "older");
    EXPECT_FALSE(remove_displaced(places(), user_, Deadline{0s}));
    ASSERT_TRUE(fs::exists(places().old));
    fill(data(), "damaged");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap_in(places(), OldCopy::damaged, user_, Deadline{10s}));
    ASSERT_TRUE(keep_one(places(), OldCopy::damaged, user_, Deadline{10s}));
    EXPECT_EQ("damaged", content_of(places().old));
    EXPECT_FALSE(fs::exists(places().torn));
}

TEST_F(Swap, DoesNotKeepWhatIsTorn)
{
    fill(data(), "torn");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap_in(places(), OldCopy::torn, user_, Deadline{10s}));
    ASSERT_TRUE(keep_one(places(), OldCopy::torn, user_, Deadline{10s}));
    EXPECT_FALSE(fs::exists(places().old) || fs::exists(places().torn));
}

TEST_F(Swap, MakesRoomByExactNames)
{
    fill(data(), "old");
    fill(places().old, "older");
    fill(data() + ".mine", "precious");
    fill(places().fresh, "incomplete");
    ASSERT_TRUE(remove_fresh(places(), user_, Deadline{10s}));
    EXPECT_FALSE(fs::exists(places().fresh));
    ASSERT_TRUE(remove_displaced(places(), user_, Deadline{10s}));
    EXPECT_FALSE(fs::exists(places().old));
    EXPECT_EQ("old", content_of(data()));
    ASSERT_TRUE(remove_data(places(), user_, Deadline{10s}));
    ASSERT_TRUE(remove_data(places(), user_, Deadline{10s}));
    EXPECT_FALSE(fs::exists(data()) || fs::exists(places().torn));
    EXPECT_EQ("precious", content_of(data() + ".mine"));
}

TEST_F(Swap, MakesRoomInAMountPoint)
{
    fill(data(), "old");
    fs::create_directory(data() + "/lost+found");
    ASSERT_TRUE(remove_data(inside(), user_, Deadline{10s}));
    EXPECT_TRUE(fs::exists(data() + "/lost+found"));
    EXPECT_FALSE(fs::exists(data() + "/global") || fs::exists(inside().torn));
}

TEST_F(Swap, OntoAnEmptyDirectoryKeepsWhatWasAside)
{
    fill(places().old, "old");
    fs::create_directories(data() + "/lost+found");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(places().old));
}

TEST_F(Swap, WithoutANewDirectoryIsAConflict)
{
    EXPECT_EQ(ErrorKind::conflict, swap().error().kind);
    fill(places().old, "old");
    EXPECT_EQ(ErrorKind::conflict, swap().error().kind);
    EXPECT_EQ("old", content_of(places().old));
}

TEST_F(Swap, ThroughALinkLeavesTheLink)
{
    fs::create_directory(root_ + "/disk");
    fs::create_directory_symlink(root_ + "/disk/real", data());
    fill(root_ + "/disk/real", "old");
    fill(places().fresh, "new");
    ASSERT_TRUE(swap());
    EXPECT_TRUE(fs::is_symlink(data()));
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(root_ + "/disk/real.pgtwin-old"));
}

TEST_F(Swap, InsideAMountPointMovesTheEntries)
{
    fill(data(), "old");
    fs::create_directory(data() + "/lost+found");
    fill(inside().old, "older");
    fill(inside().fresh, "new");
    ASSERT_TRUE(swap_in(inside(), OldCopy::usable, user_, Deadline{10s}));
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(inside().old));
    EXPECT_TRUE(fs::exists(data() + "/lost+found"));
    EXPECT_FALSE(fs::exists(inside().fresh) || fs::exists(inside().moving));
}

TEST_F(Swap, InsideAMountPointGoesOnWhileTheOldEntriesMove)
{
    fill(inside().old, "old");
    fs::remove(inside().old + "/PG_VERSION");
    std::ofstream{data() + "/PG_VERSION"} << "old";
    fill(inside().fresh, "new");
    ASSERT_TRUE(swap_in(inside(), OldCopy::usable, user_, Deadline{10s}));
    EXPECT_EQ("new", content_of(data()));
    EXPECT_EQ("old", content_of(inside().old));
    EXPECT_TRUE(fs::exists(inside().old + "/PG_VERSION"));
}

TEST_F(Swap, InsideAMountPointGoesOnWhileTheNewEntriesMove)
{
    fill(inside().moving, "new");
    fs::rename(inside().moving + "/PG_VERSION", data() + "/PG_VERSION");
    ASSERT_TRUE(swap_in(inside(), OldCopy::usable, user_, Deadline{10s}));
    EXPECT_EQ("new", content_of(data()));
    EXPECT_FALSE(fs::exists(inside().moving));
    ASSERT_TRUE(swap_in(inside(), OldCopy::usable, user_, Deadline{10s}));
}

TEST_F(Swap, FreshDirectoryIsEmptyAndPrivate)
{
    fill(places().fresh, "torn");
    ASSERT_TRUE(make_fresh(places(), user_, Deadline{10s}));
    EXPECT_TRUE(fs::is_empty(places().fresh));
    EXPECT_EQ(fs::perms::owner_all, fs::status(places().fresh).permissions());
}

TEST_F(Swap, FreshDirectoryOfAnotherUserIsMadeWhereThatUserMayNot)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can be another user";
    const sys::User nobody = sys::find_user("nobody").value();
    fs::permissions(root_, fs::perms{0755});
    ASSERT_TRUE(make_fresh(places(), nobody, Deadline{10s}));
    const auto info = sys::look_at(places().fresh).value();
    EXPECT_EQ(nobody.uid, info->owner);
    EXPECT_EQ(mode_t{0700}, info->mode);
}

} // namespace
} // namespace pgtwin::pg
