// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pgtwin/pg/elsewhere.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::pg
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Two copies of a data directory with a tablespace and a pg_wal outside.
class Outside : public testing::Test
{
protected:
    static void write(const std::string& path)
    {
        fs::create_directories(fs::path{path}.parent_path());
        std::ofstream{path} << "x";
    }

    /// A data directory of version 17 with links to a tablespace and a pg_wal.
    [[nodiscard]] std::string copy(const std::string& name, const std::string& tablespace, const std::string& wal) const
    {
        const std::string path = root_ + "/" + name;
        fs::create_directories(path + "/pg_tblspc");
        std::ofstream{path + "/PG_VERSION"} << "17\n";
        write(tablespace + "/PG_17_202406281/5/1");
        write(wal + "/000000010000000000000001");
        fs::create_directory_symlink(tablespace, path + "/pg_tblspc/16400");
        fs::create_directory_symlink(wal, path + "/pg_wal");
        return path;
    }

    test::TemporaryDirectory directory_;
    std::string root_ = directory_.path();
};

TEST_F(Outside, IsFoundByTheLinks)
{
    const std::string data = copy("data", root_ + "/space", root_ + "/wal");
    const Elsewhere found = elsewhere_of(data).value();
    EXPECT_EQ(std::vector{root_ + "/space"}, found.tablespaces);
    EXPECT_EQ(root_ + "/wal", found.wal);
}

TEST_F(Outside, IsNothingOfADirectoryThatIsNotThereOrHasNoLinks)
{
    EXPECT_TRUE(elsewhere_of(root_ + "/none").value().tablespaces.empty());
    fs::create_directories(root_ + "/plain/pg_wal");
    EXPECT_EQ("", elsewhere_of(root_ + "/plain").value().wal);
}

TEST_F(Outside, HasDirectoriesOfItsOwnForEachCopy)
{
    const std::string first = directory_for_copy("/srv/space", "/data", {});
    const std::string second = directory_for_copy("/srv/space", "/data", {first});
    EXPECT_NE(first, second);
    EXPECT_EQ(first, directory_for_copy("/srv/space", "/data", {second}));
    EXPECT_NE(first, directory_for_copy("/srv/space", "/other", {}));
    EXPECT_EQ("/srv/space", place_of(first));
    EXPECT_EQ("/srv/space", place_of("/srv/space"));
    EXPECT_EQ("/srv/pgtwin-data", place_of("/srv/pgtwin-data"));
}

TEST_F(Outside, GoesWithItsCopyByTheNamesOfPostgres)
{
    const std::string old = copy("old", root_ + "/space", root_ + "/wal");
    const std::string own = directory_for_copy(root_ + "/space", "/data", {});
    const std::string own_wal = directory_for_copy(root_ + "/wal", "/data", {});
    const std::string data = copy("data", own, own_wal);
    write(root_ + "/space/PG_16_202307071/precious");
    write(root_ + "/wal/precious");
    ASSERT_TRUE(remove_elsewhere(old, {data}, Deadline{10s}));
    EXPECT_FALSE(fs::exists(root_ + "/space/PG_17_202406281"));
    EXPECT_FALSE(fs::exists(root_ + "/wal/000000010000000000000001"));
    EXPECT_TRUE(fs::exists(root_ + "/space/PG_16_202307071/precious"));
    EXPECT_TRUE(fs::exists(root_ + "/wal/precious"));
    EXPECT_TRUE(fs::exists(own + "/PG_17_202406281/5/1"));
    EXPECT_TRUE(fs::exists(own_wal + "/000000010000000000000001"));
    ASSERT_TRUE(remove_elsewhere(data, {}, Deadline{10s}));
    EXPECT_FALSE(fs::exists(own) || fs::exists(own_wal));
    EXPECT_TRUE(fs::exists(root_ + "/space/PG_16_202307071/precious"));
}

TEST_F(Outside, StaysIfAnotherCopyUsesIt)
{
    const std::string old = copy("old", root_ + "/space", root_ + "/wal");
    const std::string data = copy("data", root_ + "/space", root_ + "/wal");
    ASSERT_TRUE(remove_elsewhere(old, {data}, Deadline{10s}));
    EXPECT_TRUE(fs::exists(root_ + "/space/PG_17_202406281/5/1"));
    EXPECT_TRUE(fs::exists(root_ + "/wal/000000010000000000000001"));
}

TEST(WalName, IsPostgresOwn)
{
    for (const char* const name :
         {"000000010000000000000001", "000000010000000000000001.partial", "00000002.history", "archive_status",
          "summaries", "000000010000000000000002.00000028.backup", "xlogtemp.17"})
        EXPECT_TRUE(is_wal_name(name)) << name;
    for (const char* const name : {"", "precious", "0000000100000000000000011", "00000002.txt", "pgtwin-1-0"})
        EXPECT_FALSE(is_wal_name(name)) << name;
}

} // namespace
} // namespace pgtwin::pg
