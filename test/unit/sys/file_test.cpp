// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "pgtwin/sys/error.hpp"
#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/tree.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::sys
{
namespace
{

using test::TemporaryDirectory;

using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST(SystemError, OfWhatCannotBeReadIsNotAbsence)
{
    EXPECT_EQ(ErrorKind::unavailable, system_error("x", ENOENT).kind);
    EXPECT_EQ(ErrorKind::denied, system_error("x", EACCES).kind);
    for (const int error : {EIO, ESTALE, EUCLEAN, ENOTCONN, EMFILE, ENFILE, ENOMEM})
        EXPECT_EQ(ErrorKind::conflict, system_error("x", error).kind) << error;
}

class File : public testing::Test
{
protected:
    TemporaryDirectory directory_;
};

TEST_F(File, IsWrittenWholeWithItsModeAndNothingIsLeftBeside)
{
    ::umask(0026);
    ASSERT_TRUE(write_file(directory_ / "state", "one", 0600));
    ASSERT_TRUE(write_file(directory_ / "state", "two", 0640));
    EXPECT_EQ("two", read_file(directory_ / "state").value());
    EXPECT_EQ(mode_t{0640}, look_at(directory_ / "state").value()->mode);
    EXPECT_EQ(1U, list_directory(directory_.path()).value().size());
}

TEST_F(File, IsWrittenInSpiteOfALeftoverOfAKilledWriter)
{
    fs::create_symlink(directory_ / "victim", directory_ / "state.pgtwin");
    ASSERT_TRUE(write_file(directory_ / "state", "one", 0600));
    EXPECT_FALSE(*look_at(directory_ / "victim"));
    EXPECT_EQ("one", read_file(directory_ / "state").value());
}

TEST_F(File, ThatIsMissingIsUnavailable)
{
    EXPECT_EQ(ErrorKind::unavailable, read_file(directory_ / "none").error().kind);
    EXPECT_FALSE(look_at(directory_ / "none").value());
}

TEST_F(File, IsNotReadThroughALinkUnlessAsked)
{
    std::ofstream{directory_ / "file"} << "text";
    fs::create_symlink(directory_ / "file", directory_ / "link");
    EXPECT_EQ(ErrorKind::conflict, read_file(directory_ / "link").error().kind);
    EXPECT_EQ("text", read_file(directory_ / "link", Links::follow).value());
    EXPECT_TRUE(look_at(directory_ / "link").value()->is_link);
}

TEST_F(File, ThatIsNoFileOrTooLargeIsMalformed)
{
    std::ofstream{directory_ / "file"} << "text";
    ::mkfifo((directory_ / "fifo").c_str(), 0600);
    EXPECT_EQ(ErrorKind::malformed, read_file(directory_.path()).error().kind);
    EXPECT_EQ(ErrorKind::malformed, read_file(directory_ / "fifo").error().kind);
    EXPECT_EQ(ErrorKind::malformed, read_file(directory_ / "file", Links::refuse, 3).error().kind);
}

TEST_F(File, IsReadFromWhereItEndedBefore)
{
    std::ofstream{directory_ / "log"} << "0123456789";
    EXPECT_EQ(10U, look_at(directory_ / "log").value()->size);
    EXPECT_EQ("6789", read_end(directory_ / "log", 6, 100).value());
    EXPECT_EQ("789", read_end(directory_ / "log", 6, 3).value());
    EXPECT_EQ("", read_end(directory_ / "log", 10, 100).value());
    EXPECT_EQ("", read_end(directory_ / "log", 11, 100).value());
    EXPECT_EQ(ErrorKind::unavailable, read_end(directory_ / "none", 0, 100).error().kind);
}

TEST_F(File, DirectoryIsMadeOnceWithItsMode)
{
    ASSERT_TRUE(make_directory(directory_ / "new", 0750));
    ASSERT_TRUE(make_directory(directory_ / "new", 0700));
    EXPECT_EQ(mode_t{0750}, look_at(directory_ / "new").value()->mode);
    std::ofstream{directory_ / "file"} << "text";
    EXPECT_EQ(ErrorKind::conflict, make_directory(directory_ / "file", 0700).error().kind);
}

TEST_F(File, IsNotRenamedOntoAnother)
{
    std::ofstream{directory_ / "one"} << "1";
    std::ofstream{directory_ / "two"} << "2";
    EXPECT_EQ(ErrorKind::conflict, rename_new(directory_ / "one", directory_ / "two").error().kind);
    ASSERT_TRUE(rename_new(directory_ / "one", directory_ / "three"));
    EXPECT_EQ("1", read_file(directory_ / "three").value());
}

TEST_F(File, SystemHasFreeSpaceAndMountPoints)
{
    const auto space = space_at(directory_.path());
    ASSERT_TRUE(space);
    EXPECT_GT(space->free, 0);
    EXPECT_GE(space->total, space->free);
    EXPECT_FALSE(is_mount_point(directory_.path()).value());
    EXPECT_TRUE(is_mount_point("/proc").value());
}

TEST(ParentOf, IsTheDirectoryThatHoldsThePath)
{
    EXPECT_EQ("/var/lib", parent_of("/var/lib/data"));
    EXPECT_EQ("/var/lib", parent_of("/var/lib/data/"));
    EXPECT_EQ("/", parent_of("/data"));
}

class Tree : public File
{
};

TEST_F(Tree, IsRemovedWithoutFollowingLinks)
{
    fs::create_directories(directory_ / "tree/base/1");
    fs::create_directories(directory_ / "elsewhere");
    std::ofstream{directory_ / "elsewhere/kept"} << "x";
    std::ofstream{directory_ / "tree/base/1/file"} << "x";
    fs::create_directory_symlink(directory_ / "elsewhere", directory_ / "tree/pg_wal");
    ASSERT_TRUE(remove_tree(directory_ / "tree", Deadline{5s}));
    EXPECT_FALSE(*look_at(directory_ / "tree"));
    EXPECT_TRUE(*look_at(directory_ / "elsewhere/kept"));
}

TEST_F(Tree, ThatIsAbsentIsRemovedAlready)
{
    EXPECT_TRUE(remove_tree(directory_ / "none", Deadline{5s}));
}

TEST_F(Tree, BehindALinkIsNotRemoved)
{
    fs::create_directories(directory_ / "tree/base");
    fs::create_directory_symlink(directory_ / "tree", directory_ / "link");
    EXPECT_EQ(ErrorKind::conflict, remove_tree(directory_ / "link", Deadline{5s}).error().kind);
    EXPECT_TRUE(*look_at(directory_ / "tree/base"));
}

TEST_F(Tree, IsLeftWhereTheDeadlinePasses)
{
    fs::create_directories(directory_ / "tree/base");
    EXPECT_EQ(ErrorKind::timed_out, remove_tree(directory_ / "tree", Deadline{0ms}).error().kind);
    EXPECT_TRUE(*look_at(directory_ / "tree/base"));
}

} // namespace
} // namespace pgtwin::sys
