// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/ocf/exit_reason.hpp"

namespace pgtwin::ocf
{
namespace
{

constexpr std::size_t room = 127;

TEST(OneLine, TurnsControlCharactersIntoBlanks)
{
    EXPECT_EQ(one_line("a\nb\tc\r\n"), "a b c");
    EXPECT_EQ(one_line(" plain "), " plain");
    EXPECT_EQ(one_line("\n"), "");
}

TEST(Cut, LeavesAShortTextAlone)
{
    const std::string text(room, 'x');
    EXPECT_EQ(cut(text, room), text);
}

TEST(Cut, MarksWhatIsMissing)
{
    EXPECT_EQ(cut("0123456789", 8), "01234...");
    EXPECT_EQ(cut(std::string(128, 'x'), room).size(), room);
}

TEST(Cut, NeverSplitsACharacter)
{
    EXPECT_EQ(cut("ab\xc3\xa4"
                  "cdefgh",
                  6),
              "ab...");
    EXPECT_EQ(cut("ab\xc3\xa4"
                  "cdefgh",
                  7),
              "ab\xc3\xa4...");
}

TEST(Cut, CopesWithNextToNoRoom)
{
    EXPECT_EQ(cut("0123456789", 2), "..");
    EXPECT_EQ(cut("0123456789", 0), "");
}

} // namespace
} // namespace pgtwin::ocf
