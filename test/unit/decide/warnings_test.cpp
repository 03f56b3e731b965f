// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/decide/upkeep.hpp"
#include "pgtwin/decide/warnings.hpp"
#include "support/table.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;
using namespace std::chrono_literals;

/// Alpha is alone without mark and certificate, and the cluster shows all that it has to say of itself.
Scene a_refused_standby()
{
    Scene scene = a_lonely_standby();
    scene.context.resource = "db";
    publish_own_position(scene);
    return scene;
}

Maybe upkeep_of(const Scene& scene)
{
    return standby_upkeep(scene.observation(), scene.context);
}

/// The warning that is the next step; fails if it is another.
Warn warning_in(const Maybe& next)
{
    const auto* const step = next ? std::get_if<Step>(&*next) : nullptr;
    const auto* const warning = step == nullptr ? nullptr : std::get_if<Warn>(step);
    if (warning != nullptr)
        return *warning;
    ADD_FAILURE() << "no warning but " << text(next);
    return {};
}

/// The same standby after it was refused for this long.
Scene refused_for(std::chrono::milliseconds time)
{
    Scene scene = a_refused_standby();
    scene.watch = warning_in(upkeep_of(scene)).watch.value_or(Watch{});
    scene.now += time;
    return scene;
}

bool has(const std::string& line, std::string_view part)
{
    return line.find(part) != std::string::npos;
}

TEST(Refusal, IsNotSaidWhileItMayPass)
{
    const Warn noted = warning_in(upkeep_of(a_refused_standby()));
    EXPECT_TRUE(noted.lines.empty());
    EXPECT_FALSE(noted.watch->trouble->is_said);
    EXPECT_EQ(text(upkeep_of(refused_for(14s))), "nothing");
}

TEST(Refusal, IsSaidWithReasonPositionsAndOverride)
{
    const Warn said = warning_in(upkeep_of(refused_for(15s)));
    ASSERT_EQ(said.lines.size(), 1U);
    EXPECT_TRUE(has(said.lines.front(), "[stale-alone]")) << said.lines.front();
    EXPECT_TRUE(has(said.lines.front(), "here 3:0/5000000, peer unknown")) << said.lines.front();
    EXPECT_TRUE(has(said.lines.front(), "attrd_updater -n db-accept-data-loss -U true -N alpha")) << said.lines.front();
}

TEST(Refusal, IsSaidOnce)
{
    Scene scene = refused_for(15s);
    scene.watch = *warning_in(upkeep_of(scene)).watch;
    scene.now += 1h;
    EXPECT_EQ(text(upkeep_of(scene)), "nothing");
}

TEST(Refusal, IsSaidAgainForAnotherReason)
{
    Scene scene = refused_for(15s);
    scene.watch = *warning_in(upkeep_of(scene)).watch;
    scene.cluster.has_quorum = false;
    scene.state.alone = a_mark();
    publish_own_position(scene);
    scene.watch = *warning_in(upkeep_of(scene)).watch;
    scene.now += 15s;
    const Warn said = warning_in(upkeep_of(scene));
    ASSERT_EQ(said.lines.size(), 1U);
    EXPECT_TRUE(has(said.lines.front(), "[no-quorum-alone]")) << said.lines.front();
}

TEST(Refusal, IsForgottenOnceTheStandbyMayBePromoted)
{
    Scene scene = two_standbys();
    scene.self().score = score_candidate;
    scene.watch = refused_for(0s).watch;
    const Warn forgotten = warning_in(upkeep_of(scene));
    EXPECT_TRUE(forgotten.lines.empty());
    EXPECT_FALSE(forgotten.watch->trouble);
}

TEST(Refusal, ThatCannotBeRememberedIsLeftToTheNextAction)
{
    EXPECT_EQ(text(upkeep_of(a_refused_standby().failed<Warn>())), "nothing");
}

TEST(StandbyWithoutStream, SaysWhatItsPrimaryAnsweredOnceThatLasts)
{
    Scene scene = a_standby();
    scene.status.receiver.reset();
    const auto refused = [](const Scene& of)
    {
        Observation seen = of.observation();
        seen.upstream = Seen<Identity>::unknown("no pg_hba.conf entry");
        return standby_upkeep(seen, of.context);
    };
    const Warn noted = warning_in(refused(scene));
    EXPECT_TRUE(noted.lines.empty());
    scene.watch = *noted.watch;
    scene.now += 15s;
    const Warn said = warning_in(refused(scene));
    ASSERT_EQ(said.lines.size(), 1U);
    EXPECT_TRUE(has(said.lines.front(), "no pg_hba.conf entry")) << said.lines.front();
}

Scene a_server_with(const Settings& settings)
{
    Scene scene = a_primary();
    scene.settings = settings;
    return scene;
}

Maybe settings_of(const Scene& scene)
{
    return warn_of_settings(scene.observation(), Role::primary, scene.context);
}

TEST(SettingsWarning, NamesSettingRemedyAndCheck)
{
    const Warn said = warning_in(settings_of(a_server_with({
        {"wal_keep_size", "0"}
    })));
    ASSERT_EQ(said.lines.size(), 1U);
    EXPECT_TRUE(has(said.lines.front(), "wal_keep_size = 0, set wal_keep_size = 1GB")) << said.lines.front();
    EXPECT_TRUE(has(said.lines.front(), "[no-wal-kept]")) << said.lines.front();
}

TEST(SettingsWarning, IsSaidOnceAndAgainWhenItChanges)
{
    Scene scene = a_server_with({
        {"wal_keep_size", "0"}
    });
    scene.watch = *warning_in(settings_of(scene)).watch;
    EXPECT_EQ(text(settings_of(scene)), "nothing");
    scene.settings.emplace("hot_standby_feedback", "on");
    EXPECT_EQ(warning_in(settings_of(scene)).lines.size(), 2U);
}

TEST(SettingsWarning, IsForgottenWithItsCause)
{
    Scene scene = a_server_with({
        {"wal_keep_size", "0"}
    });
    scene.watch = *warning_in(settings_of(scene)).watch;
    scene.settings.clear();
    const Warn forgotten = warning_in(settings_of(scene));
    EXPECT_TRUE(forgotten.lines.empty());
    EXPECT_EQ(*forgotten.watch, Watch{});
}

TEST(SettingsWarning, LeavesWhatForbidsAStartToTheStart)
{
    EXPECT_EQ(text(settings_of(a_server_with({
                  {"fsync", "off"}
    }))),
              "nothing");
}

TEST(SettingsWarning, TellsThatFencingIsMissing)
{
    Scene scene = a_server_with({});
    scene.cluster.has_fencing = false;
    ASSERT_EQ(warning_in(settings_of(scene)).lines.size(), 1U);
}

TEST(ParameterWarning, IsSaidOnceByTheMonitor)
{
    Scene scene = a_primary();
    scene.context.wrong_parameters = {"parameter pgport is 'abc': must be an integer"};
    const auto said = monitor(scene.observation(), scene.context);
    const Warn warning = warning_in(said);
    EXPECT_EQ(warning.lines, scene.context.wrong_parameters);
    scene.watch = *warning.watch;
    EXPECT_EQ(text(monitor(scene.observation(), scene.context)), "ends: running-primary;");
}

TEST(Validation, SaysWarningsOfARunningServerEachTime)
{
    Scene scene = a_server_with({
        {"wal_keep_size", "0"}
    });
    const Warn said = warning_in(validate(scene.observation(), scene.context));
    EXPECT_EQ(said.lines.size(), 1U);
    EXPECT_FALSE(said.watch);
    EXPECT_EQ(text(validate(scene.done<Warn>().observation(), scene.context)), "ends: valid;");
}

TEST(Validation, OfAServerThatDoesNotRunAsksNoServer)
{
    Scene scene = a_stopped_primary();
    scene.not_asked = {Subject::server, Subject::settings};
    EXPECT_EQ(text(validate(scene.observation(), scene.context)), "ends: valid;");
}

constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

/// A primary whose slot has kept so much for longer than a moment, after `said` was said.
std::vector<std::string> said_of_slot(std::int64_t held, const std::string& wal_status, int limit, Watch& watch)
{
    Scene scene = a_primary();
    scene.context.params.slot_name = "ha_slot";
    scene.context.params.max_slot_wal_keep_size = limit;
    scene.context.params.is_max_slot_wal_keep_size_set = true;
    scene.status.slot = Slot{false, wal_status, held};
    scene.watch = watch;
    std::vector<std::string> lines;
    for (int look = 0; look < 3; ++look, scene.now += 20s)
        if (const Maybe next = watch_slot(scene.observation(), scene.context))
        {
            const Warn warning = warning_in(next);
            lines.insert(lines.end(), warning.lines.begin(), warning.lines.end());
            scene.watch = *warning.watch;
        }
    watch = scene.watch;
    return lines;
}

TEST(SlotWarning, IsSaidOnceForEachDoubling)
{
    Watch watch;
    EXPECT_TRUE(said_of_slot(gibibyte - 1, "extended", 0, watch).empty());
    EXPECT_EQ(said_of_slot(gibibyte, "extended", 0, watch),
              std::vector<std::string>{"slot ha_slot keeps more than 1024 MiB of WAL for a standby that does not fetch "
                                       "it; bring the standby back, or set max_slot_wal_keep_size before the disk is "
                                       "full"});
    EXPECT_TRUE(said_of_slot(2 * gibibyte - 1, "extended", 0, watch).empty());
    EXPECT_EQ(said_of_slot(5 * gibibyte, "extended", 8000, watch),
              std::vector<std::string>{"slot ha_slot keeps more than 4096 MiB of WAL for a standby that does not fetch "
                                       "it; it is given up beyond 8000 MiB, then the standby comes back by a base "
                                       "backup"});
}

TEST(SlotWarning, DoesNotKnowALimitThatTheServerMayHaveOfItsOwn)
{
    Scene scene = a_primary();
    scene.context.params.max_slot_wal_keep_size = 1024;
    scene.status.slot = Slot{false, "extended", gibibyte};
    scene.watch.trouble = TroubleWatch{};
    std::vector<std::string> lines;
    for (int look = 0; look < 3 && lines.empty(); ++look, scene.now += 20s)
        if (const Maybe next = watch_slot(scene.observation(), scene.context))
        {
            const Warn warning = warning_in(next);
            lines = warning.lines;
            scene.watch = *warning.watch;
        }
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines.front().find("it is given up beyond max_slot_wal_keep_size, then"), std::string::npos);
}

TEST(SlotWarning, TellsThatASlotIsAboutToBeGivenUp)
{
    Watch watch;
    EXPECT_EQ(said_of_slot(1000, "unreserved", 16, watch),
              std::vector<std::string>{"slot ha_slot keeps WAL for a standby that does not fetch it; it is about to be "
                                       "given up, then the standby comes back by a base backup"});
}

TEST(SlotWarning, ComesWithTheUpkeepOfAPrimary)
{
    Scene scene = a_primary();
    scene.status.slot->held_bytes = gibibyte;
    EXPECT_EQ(text(monitor(scene.observation(), scene.context)).rfind("warn", 0), 0U);
}

} // namespace
} // namespace pgtwin::test
