// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/pair_note.hpp"

namespace pgtwin
{
namespace
{

PairNote note()
{
    return {
        "orders", "psql1", "psql2", {{"OCF_RESKEY_pgdata", "/data=1"}, {"OCF_RESKEY_pgport", "5433"}}
    };
}

TEST(PairNote, IsReadAsItWasWritten)
{
    const auto read = PairNote::parse(note().text());
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(*read, note());
}

TEST(PairNote, ThatWasCutIsMalformed)
{
    const std::string text = note().text();
    EXPECT_FALSE(PairNote::parse(text.substr(0, text.size() - 3)));
    EXPECT_FALSE(PairNote::parse(text.substr(5)));
    EXPECT_FALSE(PairNote::parse("pgtwin-pair 1\nresource=orders\ncomplete=yes\n"));
    EXPECT_FALSE(PairNote::parse(""));
}

TEST(PairNote, PassesOverKeysOfAnotherVersion)
{
    EXPECT_TRUE(PairNote::parse("pgtwin-pair 1\nresource=orders\nnode=psql1\ncolour=blue\ncomplete=yes\n"));
}

TEST(PairNote, StaysOnItsLinesWhateverAValueSays)
{
    PairNote odd = note();
    odd.parameters["OCF_RESKEY_vip"] = "a\nresource=other";
    const auto read = PairNote::parse(odd.text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->resource, "orders");
}

} // namespace
} // namespace pgtwin
