// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "pgtwin/store/files.hpp"
#include "support/temporary_directory.hpp"

namespace
{

using namespace pgtwin;
using std::filesystem::perms;

class FileStoreTest : public testing::Test
{
protected:
    test::TemporaryDirectory root_;
    store::Directories directories_{root_ / "lib/pgtwin/db", root_ / "run/pgtwin/db"};
    store::FileStore store_{directories_, "boot-1"};

    FileStoreTest()
    {
        std::filesystem::create_directory(root_ / "lib");
        std::filesystem::create_directory(root_ / "run");
    }

    void write(const std::string& path, const std::string& text)
    {
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
        std::ofstream{path} << text;
    }
};

perms mode_of(const std::string& path)
{
    return std::filesystem::status(path).permissions();
}

TEST_F(FileStoreTest, AnswersDefaultsWhereNothingWasSaved)
{
    EXPECT_EQ(store_.load().value(), LocalState{});
    EXPECT_EQ(store_.load_watch().value(), Watch{});
}

TEST_F(FileStoreTest, AnswersWhatWasSavedLast)
{
    LocalState state;
    state.run = "abcd";
    state.alone = AloneMark{7, Timeline{3}, Lsn{16}};
    ASSERT_TRUE(store_.save(LocalState{}));
    ASSERT_TRUE(store_.save(state));
    EXPECT_EQ(store_.load().value(), state);
    EXPECT_EQ(store::FileStore(directories_, "boot-1").load().value(), state);
}

TEST_F(FileStoreTest, TakesARunOfAnotherBootForEnded)
{
    LocalState state;
    state.run = "abcd";
    state.alone = AloneMark{7, Timeline{3}, Lsn{16}};
    ASSERT_TRUE(store_.save(state));
    EXPECT_EQ(store::FileStore(directories_, "").load().value(), state);
    state.run.clear();
    EXPECT_EQ(store::FileStore(directories_, "boot-2").load().value(), state);
}

TEST_F(FileStoreTest, KeepsTheRunThatAVersionWithoutBootsHasSaved)
{
    LocalState state;
    state.run = "abcd";
    write(directories_.state + "/state", state.text());
    EXPECT_EQ(store_.load().value(), state);
}

TEST_F(FileStoreTest, KeepsTheWatchApartFromTheState)
{
    Watch watch;
    watch.unhealthy = 2;
    ASSERT_TRUE(store_.save_watch(watch));
    EXPECT_EQ(store_.load_watch().value(), watch);
    EXPECT_EQ(store_.load().value(), LocalState{});
}

TEST_F(FileStoreTest, LetsNobodyButItsOwnerIn)
{
    ASSERT_TRUE(store_.save(LocalState{}));
    EXPECT_EQ(mode_of(directories_.state), perms::owner_all);
    EXPECT_EQ(mode_of(directories_.state + "/state"), perms::owner_read | perms::owner_write);
}

TEST_F(FileStoreTest, NamesTheFileThatDoesNotParse)
{
    write(directories_.state + "/state", "pgtwin-state 1\nrun=ab\n");
    const auto loaded = store_.load();
    EXPECT_EQ(loaded.error().kind, ErrorKind::malformed);
    EXPECT_NE(loaded.error().what.find(directories_.state + "/state"), std::string::npos);
}

TEST_F(FileStoreTest, TakesAnEmptyFileForDamageNotForADefault)
{
    write(directories_.state + "/state", "");
    EXPECT_EQ(store_.load().error().kind, ErrorKind::malformed);
}

TEST_F(FileStoreTest, FollowsNoSymbolicLink)
{
    write(root_ / "elsewhere", LocalState{}.text());
    std::filesystem::create_directories(directories_.state);
    std::filesystem::create_symlink(root_ / "elsewhere", directories_.state + "/state");
    EXPECT_FALSE(store_.load());
}

TEST_F(FileStoreTest, TellsWhenItCannotSave)
{
    write(root_ / "lib/pgtwin", "a file in the way");
    EXPECT_FALSE(store_.save(LocalState{}));
}

} // namespace
