// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "pair.hpp"
#include "pgtwin/report/terminal.hpp"

namespace pgtwin::report
{
namespace
{

PairFacts in_repair()
{
    PairFacts facts = primary_alone();
    NodeFacts& node = facts.nodes[1];
    node.membership = Membership::online;
    node.server = ServerState::repairing;
    node.repair =
        std::optional{Repair::parse("phase=copying percent=43 done=74029465 total=168401305 rate=6815744 left=13")};
    node.promotion = Promotion{false, "rebuilding", "it is being repaired"};
    facts.events.insert(facts.events.begin(),
                        {facts.now - std::chrono::minutes{1}, "psql2", "start failed",
                         "the directory is not PostgreSQL's: /var/lib/postgresql/data has something else in it", true,
                         "directory-foreign"});
    return facts;
}

// What the lab showed on trixie, with other times.

PairFacts fencing_fails()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].is_local = true;
    NodeFacts& lost = facts.nodes[1];
    lost = NodeFacts{};
    lost.name = "psql2";
    lost.membership = Membership::unclean;
    lost.record = DataStatus::in_sync;
    lost.repair = std::optional<Repair>{};
    facts.replication = std::optional<Replication>{};
    facts.waiting = Waiting{1, std::chrono::seconds{13}};
    facts.cluster.fencing = std::vector<FencingFacts>{
        {"psql2", "reboot", "psql1", FencingState::running, {},                                  {}},
        {"psql2", "reboot", "psql1", FencingState::failed,  facts.now - std::chrono::seconds{1}, {}}
    };
    facts.events.insert(
        facts.events.begin(),
        {facts.now - std::chrono::seconds{1}, "psql2", "fencing failed", "reboot, asked for by psql1", false, {}});
    return facts;
}

NodeFacts stopped_node(const char* name, DataStatus record)
{
    NodeFacts node;
    node.name = name;
    node.membership = Membership::online;
    node.role = std::optional<Role>{};
    node.server = ServerState::stopped;
    node.timeline = Timeline{2};
    node.end = Lsn{0x3000080};
    node.record = record;
    node.promotion = Promotion{false, "not-running", "its server does not run"};
    return node;
}

PairFacts refused_on_both()
{
    const char* const reason =
        "not started, wrong setting: max_wal_senders = 1, set max_wal_senders = 10: the standby and "
        "a base backup need a WAL sender each";
    PairFacts facts = healthy_pair();
    facts.nodes = {stopped_node("psql1", DataStatus::primary), stopped_node("psql2", DataStatus::stale)};
    facts.nodes[0].is_local = true;
    facts.replication = {};
    facts.sync_names = {};
    facts.slot = {};
    facts.addresses[0].node = std::string{};
    facts.events = {
        {facts.now - std::chrono::seconds{12}, "psql1", "start failed", reason, true, "wrong-setting"},
        {facts.now - std::chrono::seconds{25}, "psql2", "start failed", reason, true, "wrong-setting"}
    };
    return facts;
}

PairFacts stale_alone()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0] = stopped_node("psql1", DataStatus::primary);
    facts.nodes[0].membership = Membership::offline;
    facts.nodes[0].end = {};
    facts.nodes[1].record = DataStatus::stale;
    facts.nodes[1].promotion =
        Promotion{false, "stale-alone", "commits may be missing here, and the other node is away"};
    facts.replication = std::optional<Replication>{};
    facts.sync_names = {};
    facts.slot = {};
    facts.addresses[0].node = std::string{};
    facts.events = {
        {facts.now - std::chrono::seconds{20}, "psql1", "fenced", "reboot, asked for by psql2", false, {}}
    };
    return facts;
}

PairFacts switchover()
{
    PairFacts facts = healthy_pair();
    facts.nodes[0].role = std::optional{Role::standby};
    facts.nodes[0].started = facts.now + std::chrono::seconds{1};
    facts.nodes[0].promotion = Promotion{false, "peer-position-missing", "the peer is certified"};
    facts.replication = {};
    facts.sync_names = {};
    facts.slot = {};
    facts.running = {
        {"psql2", "promote", facts.now - std::chrono::seconds{1}}
    };
    return facts;
}

PairFacts as_postgres()
{
    PairFacts facts = healthy_pair();
    facts.cluster = ClusterFacts{};
    facts.cluster.source = Source::absent;
    facts.cluster.silence = Silence::denied;
    for (NodeFacts& node : facts.nodes)
    {
        node.membership = {};
        node.record = {};
        node.certificate = {};
    }
    facts.nodes[1].promotion = {};
    facts.addresses.clear();
    facts.events.clear();
    return facts;
}

PairFacts by(PairFacts (*make)())
{
    return make();
}

struct Row
{
    const char* name;
    PairFacts (*make)();
};

class Screen : public testing::TestWithParam<Row>
{
protected:
    static std::string text() { return terminal_text(by(GetParam().make), assess(by(GetParam().make)), {}); }
};

TEST_P(Screen, IsAsTheFileShowsIt)
{
    const std::string path = std::string{PGTWIN_TEST_DATA "/status/"} + GetParam().name + ".txt";
    if (std::getenv("PGTWIN_UPDATE_DOCUMENTS") != nullptr)
        std::ofstream{path} << text();
    std::ifstream file{path};
    std::ostringstream expected;
    expected << file.rdbuf();
    EXPECT_EQ(text(), expected.str()) << "PGTWIN_UPDATE_DOCUMENTS=1 writes " << path;
}

TEST_P(Screen, FitsIntoEightyColumnsOfAscii)
{
    std::istringstream lines{text()};
    for (std::string line; std::getline(lines, line);)
    {
        EXPECT_LE(line.size(), 80U) << line;
        EXPECT_EQ(
            line.find_first_not_of(
                " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
            std::string::npos)
            << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
    }
}

INSTANTIATE_TEST_SUITE_P(Pair, Screen,
                         testing::Values(Row{"healthy", healthy_pair}, Row{"primary-alone", primary_alone},
                                         Row{"in-repair", in_repair}, Row{"unknown", unknown_pair},
                                         Row{"fencing-fails", fencing_fails}, Row{"refused-on-both", refused_on_both},
                                         Row{"stale-alone", stale_alone}, Row{"switchover", switchover},
                                         Row{"as-postgres", as_postgres}),
                         [](const auto& row)
                         {
                             std::string name{row.param.name};
                             std::erase(name, '-');
                             return name;
                         });

TEST(Painting, IsDoneOnlyIfWanted)
{
    EXPECT_EQ(painted("HEALTHY", Verdict::healthy, Color::never), "HEALTHY");
    EXPECT_EQ(painted("DOWN", Verdict::down, Color::always), "\033[1;31mDOWN\033[0m");
    const PairFacts facts = healthy_pair();
    EXPECT_EQ(terminal_text(facts, assess(facts), {}).find('\033'), std::string::npos);
}

std::size_t lines_in(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Terminal, KeepsToTheHeightOfTheWindowAndShowsWhatIsWrongFirst)
{
    const PairFacts facts = in_repair();
    const std::string text = terminal_text(facts, assess(facts), {Color::never, 23});
    EXPECT_LE(lines_in(text), 23U) << text;
    EXPECT_LT(text.find("[directory-foreign]"), text.find("role  ")) << text;
    EXPECT_NE(text.find("  commits "), std::string::npos) << text;
    const std::string small = terminal_text(facts, assess(facts), {Color::never, 10});
    EXPECT_EQ(lines_in(small), 10U) << small;
    EXPECT_NE(small.find("more lines without --watch\n"), std::string::npos) << small;
    EXPECT_EQ(lines_in(terminal_text(healthy_pair(), assess(healthy_pair()), {Color::never, 80})),
              lines_in(terminal_text(healthy_pair(), assess(healthy_pair()), {})));
}

TEST(Terminal, HasALineForEachOfSeveralPairs)
{
    PairFacts other = primary_alone();
    other.resource = "orders";
    const std::vector<Judged> pairs{judged(healthy_pair()), judged(other)};
    const std::string text = terminal_text(pairs, {});
    EXPECT_EQ(text.find("postgres-db           HEALTHY   primary on psql1\n"
                        "orders                DEGRADED  primary on psql1; psql2 is not in the cluster\n"),
              0U)
        << text;
    const std::string watched = terminal_text(pairs, {Color::never, 23});
    EXPECT_LE(lines_in(watched), 23U) << watched;
    EXPECT_NE(watched.find("[node-away]"), std::string::npos) << watched;
}

TEST(Terminal, OfARepairWhoseSizeIsNotKnownShowsNoBar)
{
    PairFacts facts = in_repair();
    facts.nodes[1].repair = std::optional{Repair::parse("phase=copying percent=0 done=0 total=0 rate=0 left=0")};
    const std::string text = terminal_text(facts, assess(facts), {});
    EXPECT_EQ(text.find('['), text.find("[directory-foreign]"));
    EXPECT_NE(text.find("how much it will be is not known yet"), std::string::npos) << text;
}

TEST(Terminal, TellsWhyTheSlotIsUnknownOnAStandby)
{
    PairFacts facts = healthy_pair();
    facts.slot = Seen<std::optional<SlotFacts>>::unknown("no pg_hba.conf entry for host \"192.0.2.12\"");
    const std::string text = terminal_text(facts, assess(facts), {});
    EXPECT_NE(text.find("\n  slot            ? (no pg_hba.conf entry for host \"192.0.2.12\")\n"), std::string::npos)
        << text;
}

} // namespace
} // namespace pgtwin::report
