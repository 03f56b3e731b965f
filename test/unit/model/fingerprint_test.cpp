// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/fingerprint.hpp"

namespace
{

using pgtwin::fingerprint;

TEST(Fingerprint, IsEmptyForNothing)
{
    EXPECT_EQ(fingerprint({}), "");
}

TEST(Fingerprint, IsOneShortWord)
{
    const std::string long_line(1000, 'x');
    EXPECT_LE(fingerprint({long_line, long_line}).size(), 20U);
    EXPECT_EQ(fingerprint({"two words"}).find_first_not_of("0123456789"), std::string::npos);
}

TEST(Fingerprint, TellsLinesApart)
{
    EXPECT_EQ(fingerprint({"a", "b"}), fingerprint({"a", "b"}));
    EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"b", "a"}));
    EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"ab"}));
    EXPECT_NE(fingerprint({""}), fingerprint({}));
}

} // namespace
