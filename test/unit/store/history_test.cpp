// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <filesystem>

#include "pgtwin/store/history.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::store
{
namespace
{

HistoryEntry entry(int number)
{
    HistoryEntry made;
    made.when = std::chrono::seconds{number};
    made.action = "monitor";
    made.reason = "running-primary";
    return made;
}

class History : public testing::Test
{
protected:
    test::TemporaryDirectory directory;
};

TEST_F(History, IsEmptyBeforeTheFirstEntry)
{
    const HistoryFile file{directory / "a/b"};
    ASSERT_TRUE(file.read());
    EXPECT_TRUE(file.read()->empty());
    EXPECT_FALSE(file.last());
}

TEST_F(History, KeepsEntriesInTheirOrder)
{
    const HistoryFile file{directory / "a/b"};
    ASSERT_TRUE(file.append(entry(1)));
    ASSERT_TRUE(file.append(entry(2)));
    EXPECT_EQ(*file.read(), (std::vector<HistoryEntry>{entry(1), entry(2)}));
    EXPECT_EQ(file.last(), entry(2));
}

TEST_F(History, IsBoundedAndKeepsTheNewest)
{
    const std::string path = directory / "a/b";
    const HistoryFile file{path, 1000};
    for (int number = 1; number <= 100; ++number)
        ASSERT_TRUE(file.append(entry(number)));
    EXPECT_LE(std::filesystem::file_size(path + "/history.1"), 1200U);
    const auto entries = *file.read();
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.back(), entry(100));
    EXPECT_LT(entries.size(), 40U);
}

} // namespace
} // namespace pgtwin::store
