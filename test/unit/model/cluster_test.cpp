// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/model/cluster.hpp"

namespace
{

using namespace pgtwin;

const RunRecord a_run{"00ff00ff00ff00ff", Role::primary, Timeline{7}, "1234123412341234"};
const Position a_position{
    "00ff00ff00ff00ff", true, 18446744073709551615U, Timeline{7}, Lsn{0x16B374D848}, "abcd", true, true, false};

TEST(RunRecord, IsWrittenAsFields)
{
    EXPECT_EQ(a_run.text(), "run=00ff00ff00ff00ff role=primary timeline=7 word=1234123412341234");
}

TEST(RunRecord, SurvivesARoundTrip)
{
    EXPECT_EQ(*RunRecord::parse(a_run.text()), a_run);
    const RunRecord fresh{"1", Role::standby, Timeline::none, ""};
    EXPECT_EQ(*RunRecord::parse(fresh.text()), fresh);
}

TEST(Certificate, SurvivesARoundTripInBothModes)
{
    for (const CertificateMode mode : {CertificateMode::sync, CertificateMode::async})
        EXPECT_EQ(*Certificate::parse(Certificate{"abc", mode}.text()), (Certificate{"abc", mode}));
    EXPECT_EQ((Certificate{"abc", CertificateMode::async}.text()), "run=abc mode=async");
}

TEST(Certificate, OfNoRunIsMalformed)
{
    EXPECT_EQ(Certificate::parse("run= mode=sync").error().kind, ErrorKind::malformed);
}

TEST(Position, SurvivesARoundTrip)
{
    EXPECT_EQ(*Position::parse(a_position.text()), a_position);
    Position stopped = a_position;
    stopped.run.clear();
    stopped.has_data = false;
    stopped.was_primary = true;
    EXPECT_EQ(*Position::parse(stopped.text()), stopped);
}

TEST(Position, ThatIsNotFinalSaysSo)
{
    Position unfinished = a_position;
    unfinished.is_final = false;
    EXPECT_EQ(unfinished.text(), a_position.text() + " final=no");
    EXPECT_EQ(*Position::parse(unfinished.text()), unfinished);
    EXPECT_TRUE(Position::parse(a_position.text() + " final=yes")->is_final);
    EXPECT_FALSE(Position::parse(a_position.text() + " final=perhaps"));
}

TEST(Position, IsWrittenAsFields)
{
    EXPECT_EQ(a_position.text(), "run=00ff00ff00ff00ff data=yes system=18446744073709551615 timeline=7 lsn=16/B374D848 "
                                 "word=abcd alone=yes orderly=yes primary=no");
}

TEST(Records, AreMalformedWhenCutAnywhere)
{
    const std::string text = a_position.text();
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(Position::parse(text.substr(0, length))) << length;
}

TEST(Records, AreNotTakenForOneAnother)
{
    EXPECT_FALSE(RunRecord::parse(Certificate{"abc", CertificateMode::sync}.text()));
    EXPECT_FALSE(Certificate::parse(a_run.text()));
    EXPECT_FALSE(Position::parse(a_run.text()));
}

TEST(Records, OfAnotherVersionAreReadIfTheirNewKeysAreAdvice)
{
    EXPECT_EQ(*RunRecord::parse(a_run.text() + " x-since=7"), a_run);
    EXPECT_EQ(*Certificate::parse("run=1 mode=async x-a= x-b=1"), (Certificate{"1", CertificateMode::async}));
    EXPECT_EQ(*Position::parse("x-node=1 " + a_position.text()), a_position);
}

TEST(Records, OfAnotherVersionAreMalformedIfTheyHaveAnyOtherKey)
{
    EXPECT_FALSE(RunRecord::parse(a_run.text() + " since=7"));
    EXPECT_FALSE(Certificate::parse("run=1 mode=async X-a=1"));
    EXPECT_FALSE(Position::parse(a_position.text() + " ax-node=1"));
}

TEST(Records, OfAnUnknownRoleOrModeAreMalformed)
{
    EXPECT_FALSE(RunRecord::parse("run=1 role=master timeline=1 word="));
    EXPECT_FALSE(Certificate::parse("run=1 mode=strict"));
}

} // namespace
