// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/fields.hpp"

namespace
{

using pgtwin::FieldReader;
using pgtwin::FieldWriter;

TEST(FieldWriter, PutsTheSeparatorBetweenFields)
{
    EXPECT_EQ(FieldWriter{' '}.text("a", "x").number("b", 7).flag("c", true).inline_text(), "a=x b=7 c=yes");
}

TEST(FieldWriter, WritesWhatWouldEndAValueAsUnderscore)
{
    EXPECT_EQ(FieldWriter{' '}.text("a", "x y\nz\x01").inline_text(), "a=x_y_z_");
    EXPECT_EQ(FieldWriter{'\n'}.text("a", "x y\nz\xe4").lines(), "a=x y_z_\n");
}

TEST(FieldReader, ReadsInAnyOrder)
{
    FieldReader reader{"b=2 a=x=y", ' '};
    EXPECT_EQ(reader.text("a"), "x=y");
    EXPECT_EQ(reader.number("b"), 2U);
    EXPECT_TRUE(reader.finish());
}

TEST(FieldReader, NamesTheFirstThingThatIsWrong)
{
    FieldReader reader{"a=1 b=x", ' '};
    EXPECT_EQ(reader.number("b"), 0U);
    EXPECT_EQ(reader.number("c"), 0U);
    EXPECT_EQ(reader.finish().error().what, "missing, doubled or wrong: b");
}

TEST(FieldReader, RefusesAKeyThatNobodyAskedFor)
{
    FieldReader reader{"a=1 b=2", ' '};
    EXPECT_EQ(reader.number("a"), 1U);
    EXPECT_EQ(reader.finish().error().what, "unknown: b");
}

TEST(FieldReader, PassesOverAdviceAndNothingElse)
{
    FieldReader advised{"a=1 x-b=2", ' ', pgtwin::Tolerance::advice};
    EXPECT_EQ(advised.number("a"), 1U);
    EXPECT_TRUE(advised.finish());
    FieldReader other{"a=1 b=2", ' ', pgtwin::Tolerance::advice};
    EXPECT_EQ(other.number("a"), 1U);
    EXPECT_FALSE(other.finish());
    FieldReader incomplete{"x-b=2", ' ', pgtwin::Tolerance::advice};
    EXPECT_EQ(incomplete.number("a"), 0U);
    EXPECT_FALSE(incomplete.finish());
}

TEST(FieldReader, RefusesADoubledKey)
{
    FieldReader reader{"a=1 a=1", ' '};
    EXPECT_EQ(reader.number("a"), 1U);
    EXPECT_FALSE(reader.finish());
}

TEST(FieldReader, RefusesAFieldWithoutKeyOrValue)
{
    for (const char* const text : {"a=1 b", "a=1 =b", "a=1  ", "a=1\x01"})
    {
        FieldReader reader{text, ' '};
        reader.number("a");
        EXPECT_FALSE(reader.finish()) << text;
    }
}

struct Wrong
{
    const char* text;
    void (*read)(FieldReader&);

    friend void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.text; }
};

class WrongValue : public testing::TestWithParam<Wrong>
{
};

TEST_P(WrongValue, IsMalformed)
{
    FieldReader reader{GetParam().text, ' '};
    GetParam().read(reader);
    EXPECT_EQ(reader.finish().error().kind, pgtwin::ErrorKind::malformed);
}

const Wrong wrong_values[] = {
    {"a=",
     [](FieldReader& reader)
     {
         reader.number("a");
     }},
    {"a=-1",
     [](FieldReader& reader)
     {
         reader.number("a");
     }},
    {"a=1x",
     [](FieldReader& reader)
     {
         reader.number("a");
     }},
    {"a=18446744073709551616",
     [](FieldReader& reader)
     {
         reader.number("a");
     }},
    {"a=4294967296",
     [](FieldReader& reader)
     {
         reader.timeline("a");
     }},
    {"a=0-0",
     [](FieldReader& reader)
     {
         reader.lsn("a");
     }},
    {"a=true",
     [](FieldReader& reader)
     {
         reader.flag("a");
     }},
    {"a=x;y",
     [](FieldReader& reader)
     {
         reader.word("a");
     }},
    {"b=1",
     [](FieldReader& reader)
     {
         reader.word("a");
     }},
};

INSTANTIATE_TEST_SUITE_P(FieldReader, WrongValue, testing::ValuesIn(wrong_values));

} // namespace
