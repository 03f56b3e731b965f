// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/sys/lock.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::sys
{
namespace
{

using test::TemporaryDirectory;

using namespace std::chrono_literals;

TEST(FileLock, IsHeldAsLongAsItsOwnerLives)
{
    const TemporaryDirectory directory;
    const std::string path = directory / "lock";
    EXPECT_FALSE(FileLock::is_held(path).value());
    {
        const auto lock = FileLock::acquire(path, Deadline{0ms});
        ASSERT_TRUE(lock);
        EXPECT_TRUE(FileLock::is_held(path).value());
        EXPECT_EQ(ErrorKind::conflict, FileLock::acquire(path, Deadline{30ms}).error().kind);
    }
    EXPECT_FALSE(FileLock::is_held(path).value());
    EXPECT_TRUE(FileLock::acquire(path, Deadline{0ms}));
}

TEST(FileLock, BelowAFileIsHeldByNobody)
{
    const TemporaryDirectory directory;
    ASSERT_TRUE(FileLock::acquire(directory / "file", Deadline{0ms}));
    EXPECT_FALSE(FileLock::is_held(directory / "file/lock").value());
}

TEST(FileLock, ThatCannotBeOpenedIsAnError)
{
    EXPECT_FALSE(FileLock::acquire("/nonexistent/lock", Deadline{0ms}));
    EXPECT_FALSE(FileLock::is_held("/nonexistent/lock").value());
}

} // namespace
} // namespace pgtwin::sys
