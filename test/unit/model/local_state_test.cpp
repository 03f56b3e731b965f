// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <random>

#include "pgtwin/model/local_state.hpp"

namespace
{

using namespace pgtwin;
using std::chrono::milliseconds;

LocalState a_state()
{
    LocalState state;
    state.run = "00ff00ff00ff00ff";
    state.role = Role::primary;
    state.alone = AloneMark{7300000000000000001U, Timeline{4}, Lsn{0x16B374D848}};
    state.words = {
        {Timeline{3}, "aaaa"},
        {Timeline{4}, "bbbb"}
    };
    state.unshared = Timeline{4};
    state.followed = "cccc";
    state.certified = "dddd";
    state.origin = Origin::standby;
    state.is_orderly = true;
    state.rebuild = Rebuild::swapping;
    state.rebuild_reason = "slot lost";
    state.vain_starts = 2;
    state.boot = "b00d.1";
    return state;
}

Watch a_watch()
{
    Watch watch;
    watch.degrade = DegradeWatch{milliseconds{1000}, milliseconds{2000}, "1.2c"};
    watch.certify = CertifyWatch{"abcd", "ef01", milliseconds{3000}, true, Lsn{0x5000060}};
    watch.unhealthy = 3;
    watch.in_recovery = "2:0/13000000";
    watch.cluster_checked = milliseconds{4000};
    watch.checked = "abcd:ef01";
    watch.warned_parameters = "0123456789abcdef";
    watch.warned_settings = "fedcba9876543210";
    watch.standoff = StandoffWatch{"abcd", "ef01", milliseconds{6000}};
    watch.trouble = TroubleWatch{"aaaa", milliseconds{5000}, true};
    return watch;
}

/// Whether a text with one byte changed is refused, or read as what it now says.
template <typename T>
bool is_read_strictly(const std::string& text)
{
    const Expected<T> read = T::parse(text);
    return !read || T::parse(read->text()).value() == *read;
}

template <typename T>
void change_every_byte(const std::string& text)
{
    std::mt19937 random{1};
    for (int round = 0; round < 20; ++round)
        for (std::size_t at = 0; at < text.size(); ++at)
        {
            std::string changed = text;
            changed[at] = static_cast<char>(random());
            EXPECT_TRUE(is_read_strictly<T>(changed)) << changed;
        }
}

TEST(LocalState, SurvivesARoundTrip)
{
    EXPECT_EQ(*LocalState::parse(a_state().text()), a_state());
    EXPECT_EQ(*LocalState::parse(LocalState{}.text()), LocalState{});
}

TEST(LocalState, IsWrittenAsLines)
{
    EXPECT_EQ(a_state().text(), "pgtwin-state 1\n"
                                "run=00ff00ff00ff00ff\n"
                                "role=primary\n"
                                "alone=system=7300000000000000001 timeline=4 lsn=16/B374D848\n"
                                "words=3=aaaa 4=bbbb\n"
                                "unshared=4\n"
                                "followed=cccc\n"
                                "certified=dddd\n"
                                "origin=standby\n"
                                "orderly=yes\n"
                                "rebuild=swapping\n"
                                "rebuild-reason=slot lost\n"
                                "vain-starts=2\n"
                                "boot=b00d.1\n"
                                "complete=yes\n");
}

/// What was written before the files had a last line.
std::string without_last_line(std::string text)
{
    const std::string last = "complete=yes\n";
    text.erase(text.find(last), last.size());
    return text;
}

std::string without_line(std::string text, const std::string& key)
{
    const auto begin = text.find('\n' + key + '=');
    return text.erase(begin, text.find('\n', begin + 1) - begin);
}

TEST(LocalState, IsMalformedWhenCutAnywhere)
{
    const std::string text = a_state().text();
    const std::size_t all_values = without_last_line(text).size();
    for (std::size_t length = 0; length < text.size(); ++length)
    {
        if (length == all_values)
            continue;
        EXPECT_EQ(LocalState::parse(text.substr(0, length)).error().kind, ErrorKind::malformed) << length;
    }
}

TEST(LocalState, LosesNothingWhenOnlyItsLastLineIsCut)
{
    EXPECT_EQ(*LocalState::parse(without_last_line(a_state().text())), a_state());
}

TEST(LocalState, OfAnOlderVersionHasTheDefaultOfAKeyThatItLacks)
{
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "orderly"))->is_orderly, LocalState{}.is_orderly);
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "role"))->role, LocalState{}.role);
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "origin"))->origin, LocalState{}.origin);
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "rebuild"))->rebuild, LocalState{}.rebuild);
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "alone"))->alone, LocalState{}.alone);
    EXPECT_EQ(LocalState::parse(without_line(a_state().text(), "words"))->words, LocalState{}.words);
}

TEST(LocalState, OfANewerVersionIsReadWithoutTheKeysThatAreUnknown)
{
    std::string text = a_state().text();
    text.insert(text.find("orderly="), "more=1\n");
    text.insert(text.find(" timeline=4"), " more=1");
    EXPECT_EQ(*LocalState::parse(text), a_state());
}

TEST(LocalState, WithAWrongValueIsMalformedWhoeverWroteIt)
{
    std::string text = a_state().text();
    text.replace(text.find("orderly=yes"), 11, "orderly=maybe");
    EXPECT_EQ(LocalState::parse(text).error().what, "missing, doubled or wrong: orderly");
}

TEST(LocalState, OfAnotherVersionIsMalformed)
{
    std::string text = a_state().text();
    text.replace(text.find(" 1\n"), 2, " 2");
    EXPECT_EQ(LocalState::parse(text).error().what, "the first line is not pgtwin-state 1");
}

TEST(LocalState, WithSomethingAfterItsLastLineIsMalformed)
{
    EXPECT_EQ(LocalState::parse(a_state().text() + "more=1\n").error().what, "unknown: complete");
}

TEST(LocalState, WithAPartOfAMarkIsMalformed)
{
    std::string text = a_state().text();
    const std::string part = "system=7300000000000000001 ";
    text.erase(text.find(part), part.size());
    EXPECT_EQ(LocalState::parse(text).error().what, "missing, doubled or wrong: alone");
}

TEST(LocalState, IsNeverMisreadWhenAByteIsChanged)
{
    change_every_byte<LocalState>(a_state().text());
}

TEST(LocalState, KeepsALineEndInAReasonFromBreakingTheFile)
{
    LocalState state;
    state.rebuild_reason = "two\nlines";
    EXPECT_EQ(LocalState::parse(state.text())->rebuild_reason, "two_lines");
}

TEST(LocalState, RemembersTheLastEightPromotions)
{
    LocalState state;
    for (std::uint32_t timeline = 1; timeline <= 10; ++timeline)
        state.remember(Timeline{timeline}, "w" + std::to_string(timeline));
    EXPECT_EQ(state.words.size(), 8U);
    EXPECT_EQ(state.word_of(Timeline{2}), "");
    EXPECT_EQ(state.word_of(Timeline{3}), "w3");
    EXPECT_EQ(*LocalState::parse(state.text()), state);
}

TEST(LocalState, ReplacesTheWordOfATimeline)
{
    LocalState state = a_state();
    state.remember(Timeline{3}, "eeee");
    EXPECT_EQ(state.words, (std::vector<PromotionWord>{
                               {Timeline{4}, "bbbb"},
                               {Timeline{3}, "eeee"}
    }));
}

TEST(Watch, SurvivesARoundTrip)
{
    EXPECT_EQ(*Watch::parse(a_watch().text()), a_watch());
    EXPECT_EQ(*Watch::parse(Watch{}.text()), Watch{});
    Watch unproven = a_watch();
    unproven.certify->proof.reset();
    EXPECT_EQ(*Watch::parse(unproven.text()), unproven);
}

TEST(Watch, IsMalformedWhenCutWithinALine)
{
    const std::string text = a_watch().text();
    for (std::size_t length = 1; length < text.size(); ++length)
    {
        if (text[length - 1] == '\n')
            continue;
        EXPECT_FALSE(Watch::parse(text.substr(0, length))) << length;
    }
}

TEST(Watch, OfAnotherVersionHasTheDefaultOfAKeyThatItLacks)
{
    Watch expected = a_watch();
    expected.cluster_checked = {};
    expected.certify.reset();
    EXPECT_EQ(*Watch::parse(without_line(without_line(a_watch().text(), "cluster-checked"), "certify")), expected);
}

TEST(Watch, OfAnotherVersionIsReadWithoutTheKeysThatAreUnknown)
{
    EXPECT_EQ(*Watch::parse(a_watch().text() + "more=1\n"), a_watch());
}

TEST(Watch, HasNoRecordThatIsNotUnderstood)
{
    std::string text = a_watch().text();
    text.replace(text.find("first="), 6, "begun=");
    Watch expected = a_watch();
    expected.degrade.reset();
    EXPECT_EQ(*Watch::parse(text), expected);
}

TEST(Watch, IsNeverMisreadWhenAByteIsChanged)
{
    change_every_byte<Watch>(a_watch().text());
}

TEST(Watch, WithATimeThatDoesNotFitIsMalformed)
{
    std::string text = a_watch().text();
    text.replace(text.find("=4000\n"), 6, "=9223372036854775808\n");
    EXPECT_FALSE(Watch::parse(text));
}

} // namespace
