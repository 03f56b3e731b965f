// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <unistd.h>

#include "pgtwin/sys/file.hpp"
#include "pgtwin/sys/process.hpp"
#include "pgtwin/sys/user.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::sys
{
namespace
{

using test::TemporaryDirectory;

using namespace std::chrono_literals;

TEST(User, IsFoundWithItsGroups)
{
    const auto user = find_user("nobody");
    ASSERT_TRUE(user);
    EXPECT_EQ(65534U, user->uid);
    EXPECT_EQ(1, std::count(user->groups.begin(), user->groups.end(), user->gid));
}

TEST(User, ThatDoesNotExistIsUnavailable)
{
    EXPECT_EQ(ErrorKind::unavailable, find_user("no-such-user").error().kind);
}

TEST(AsUser, ActsOnFilesAsThatUserAndIsItselfAgain)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can be another user";
    const User nobody = find_user("nobody").value();
    const TemporaryDirectory directory;
    {
        const auto guard = AsUser::enter(nobody);
        ASSERT_TRUE(guard);
        EXPECT_EQ(nobody.uid, ::geteuid());
        EXPECT_EQ(ErrorKind::denied, write_file(directory / "file", "x", 0600).error().kind);
    }
    EXPECT_EQ(0U, ::geteuid());
    EXPECT_EQ(0U, ::getegid());
    EXPECT_TRUE(write_file(directory / "file", "x", 0600));
}

TEST(AsUser, RunsProgramsWithIdsAndGroupsOfThatUser)
{
    const User nobody = find_user("nobody").value();
    const auto output = output_of({as_user(nobody, {"/usr/bin/id"}), {"LC_ALL=C"}}, Deadline{5s});
    ASSERT_TRUE(output) << output.error().what;
    EXPECT_EQ("uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)\n", *output);
}

TEST(AsUser, SaysIfThereIsNoSuchProgram)
{
    const auto output = output_of({as_user(find_user("nobody").value(), {"/nonexistent/pg_ctl"}), {}}, Deadline{5s});
    ASSERT_FALSE(output);
    EXPECT_EQ(ErrorKind::unavailable, output.error().kind);
    EXPECT_TRUE(output.error().what.starts_with("/nonexistent/pg_ctl")) << output.error().what;
}

} // namespace
} // namespace pgtwin::sys
