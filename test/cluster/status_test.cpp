// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>

#include "cluster/scenario.hpp"
#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr const char* rules = "/var/lib/postgresql/data/pg_hba.conf";
constexpr const char* executable = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";

constexpr int healthy = 0;
constexpr int degraded = 1;
constexpr int unknown = 3;

/// What `pgtwin status` answers, and how long that took.
struct Status
{
    int code = -1;
    json whole;
    milliseconds took{};
    std::string error;

    [[nodiscard]] const json& pair() const { return whole.at("pairs").at(0); }
    [[nodiscard]] json node(const std::string& name) const
    {
        for (const json& each : pair().at("nodes"))
            if (each.at("name") == name)
                return each;
        return {};
    }
    /// Null if there is none of that kind.
    [[nodiscard]] json problem(const std::string& id) const
    {
        for (const json& each : pair().at("problems"))
            if (each.at("id") == id)
                return each;
        return {};
    }
    [[nodiscard]] bool has_problem(const std::string& id) const { return !problem(id).is_null(); }
    [[nodiscard]] std::string in_words() const
    {
        return "exit code " + std::to_string(code) + ": " + whole.dump() + error;
    }
};

/// What both nodes tell alike; the rest moves on between two looks.
json shared_facts(const Status& status)
{
    json facts;
    for (const char* const key : {"verdict", "problems", "cluster", "management", "target_role", "bans",
                                  "commits_since", "synchronous_standby_names", "addresses"})
        facts[key] = status.pair().at(key);
    for (const json& node : status.pair().at("nodes"))
        for (const char* const key : {"membership", "standby_mode", "maintenance", "role", "server", "timeline",
                                      "data_status", "certificate", "promotion_score", "promotion", "repair"})
            facts[node.at("name").get<std::string>()][key] = node.at(key);
    return facts;
}

class PairStatus : public PairTest
{
protected:
    static Status status_on(const std::string& node, const Arguments& before = {})
    {
        Arguments argv = before;
        argv.insert(argv.end(), {executable, "status", "--json"});
        const auto begin = steady_clock::now();
        const Ran ran = lab().try_exec(node, argv);
        Status status;
        status.took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
        status.code = ran.code;
        status.whole = json::parse(ran.out, nullptr, false);
        status.error = ran.err;
        if (status.whole.is_discarded())
            throw LabError("pgtwin status --json on " + node + " wrote no JSON: " + ran.explained());
        report("status on " + node + ": " + std::to_string(status.took.count()) + " ms");
        return status;
    }

    static void wait_agreement(const std::string& what)
    {
        wait_until("both nodes tell the same of " + what, Deadline{heal_limit},
                   []() -> std::string
                   {
                       const json first = shared_facts(status_on(first_node));
                       const json second = shared_facts(status_on(second_node));
                       return first == second ? "" : json::diff(first, second).dump();
                   });
    }

    /// Lets nobody into these databases of a node's server by the replication user.
    static void shut_out(const std::string& node, const std::string& databases)
    {
        lab().exec(node, {"sed", "-i.kept", "1i host " + databases + " replicator 0.0.0.0/0 reject", rules});
        (void)lab().sql(node, "SELECT pg_reload_conf()");
    }

    static void let_in(const std::string& node)
    {
        lab().exec(node, {"mv", std::string{rules} + ".kept", rules});
        (void)lab().sql(node, "SELECT pg_reload_conf()");
    }

    static std::size_t decisions_on(const std::string& node)
    {
        const json told = json::parse(lab().exec(node, {executable, "explain", "--json", "--last=1000"}));
        return told.at("pairs").at(0).at("decisions").size();
    }

    static Status wait_status(const std::string& node, const std::string& what,
                              const std::function<bool(const Status&)>& is_reached)
    {
        Status status;
        wait_until(what, Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       status = status_on(node);
                       return is_reached(status) ? "" : status.in_words();
                   });
        return status;
    }
};

TEST_F(PairStatus, OfAHealthyPairIsTheSameOnBothNodes)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    for (const std::string& asked : {primary, standby})
    {
        const Status status =
            wait_status(asked, "healthy on " + asked, [](const Status& s) { return s.code == healthy; });
        EXPECT_EQ(status.whole.at("verdict"), "healthy");
        EXPECT_EQ(status.pair().at("resource"), "postgres-db");
        EXPECT_EQ(status.pair().at("clone"), "postgres-clone");
        EXPECT_EQ(status.node(primary).at("role"), "primary") << status.in_words();
        EXPECT_EQ(status.node(standby).at("role"), "standby") << status.in_words();
        EXPECT_EQ(status.node(standby).at("promotion").at("id"), "certified") << status.in_words();
        EXPECT_EQ(status.node(primary).at("timeline"), status.node(standby).at("timeline"));
        EXPECT_EQ(status.pair().at("replication").at("state"), "streaming");
        EXPECT_EQ(status.pair().at("replication").at("sync_state"), "sync");
        EXPECT_EQ(status.pair().at("addresses").at(0).at("node"), primary) << status.in_words();
        EXPECT_EQ(status.pair().at("cluster").at("source"), "live");
        EXPECT_EQ(status.pair().at("slot").at("active"), true) << status.in_words();
        EXPECT_TRUE(status.pair().at("slot").at("held_bytes").is_number());
        EXPECT_EQ(status.pair().at("synchronous_standby_names"), '"' + standby + '"');
        EXPECT_TRUE(status.pair().at("commits_since").is_string()) << status.in_words();
        EXPECT_LT(status.took, seconds{4});
    }
    wait_agreement("a healthy pair");
}

TEST_F(PairStatus, OfAStandbyThatIsNotLetInTellsWhyTheSlotIsUnknown)
{
    const std::string primary = pair().primary();
    begin();
    shut_out(primary, "postgres");
    const Status status =
        wait_status(peer_of(primary), "an unknown slot", [](const Status& s) { return s.pair().at("slot").is_null(); });
    EXPECT_EQ(status.code, healthy) << status.in_words();
    const std::string text = lab().exec(peer_of(primary), {executable, "status"});
    EXPECT_NE(text.find("  slot            ? (connection to server"), std::string::npos) << text;
    let_in(primary);
    expect_recovery("the standby was not let in for its status");
}

TEST_F(PairStatus, FitsAScreenOfEightyColumns)
{
    const std::string node = pair().primary();
    const std::string text = lab().exec(node, {executable, "status"});
    report("\n" + text);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 80U) << line;
    EXPECT_EQ(lab().try_exec(node, {executable, "status", "no-such-resource"}).code, unknown);
    EXPECT_NE(
        lab().exec(node, {executable, "status", "--prometheus"}).find("pgtwin_status{resource=\"postgres-db\"} 0"),
        std::string::npos);
}

/// Types control-C as soon as the terminal has shown three screens; `script` keeps all that went to the terminal.
constexpr const char* watch_a_terminal = R"sh(rm -f /tmp/watched
export TERM=xterm
{ timeout 20 sh -c "tail -c +1 -F /tmp/watched 2>/dev/null | grep -a -m 3 '$(printf '\033')\[J' >/dev/null"
    printf '\003'; timeout 10 tail -f --pid="$(pgrep -x script)" /dev/null; } |
    script -q -e -f -c "stty cols 80 rows 24; exec $1 status --watch=1" /tmp/watched >/dev/null
echo $?; tr '\033\r' '~ ' </tmp/watched)sh";

/// What a terminal shows if its escapes have become `~`.
std::string without_escapes(const std::string& text)
{
    return std::regex_replace(text, std::regex{"~\\[[0-9;?]*[A-Za-z]"}, "");
}

/// From each jump to the first line to the next erasure of the rest.
std::vector<std::string> screens_in(const std::string& shown)
{
    std::vector<std::string> screens;
    for (std::size_t at = shown.find("~[H"); at != std::string::npos; at = shown.find("~[H", at + 1))
        if (const std::size_t end = shown.find("~[J", at); end != std::string::npos)
            screens.push_back(shown.substr(at, end - at));
    return screens;
}

TEST_F(PairStatus, IsWatchedOnATerminalUntilControlC)
{
    const std::string shown =
        lab().exec(pair().standby(), {"sh", "-c", watch_a_terminal, "sh", executable}, seconds{30});
    report("\n" + shown);
    EXPECT_EQ(shown.substr(0, shown.find('\n')), "130");
    EXPECT_NE(shown.find("~[Hpostgres-db  ~[32mHEALTHY~[0m"), std::string::npos);
    EXPECT_EQ(shown.find("~[?"), std::string::npos) << "modes that would outlive it";
    EXPECT_EQ(shown.substr(shown.rfind('~'), 3), "~[J");
    const auto screens = screens_in(shown);
    EXPECT_GE(screens.size(), 3U);
    for (const std::string& screen : screens)
    {
        EXPECT_LE(std::count(screen.begin(), screen.end(), '\n'), 23) << screen;
        std::istringstream lines{without_escapes(screen)};
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.find_last_not_of(' ') + 1, 80U) << line;
    }
}

TEST_F(PairStatus, PaintsNothingIfTheUserWantsNoColour)
{
    const std::string command = std::string{"script -q -e -c '"} + executable + " status' /dev/null";
    EXPECT_NE(lab().exec(pair().primary(), {"sh", "-c", "TERM=xterm " + command}).find('\033'), std::string::npos);
    for (const std::string wish : {"TERM=xterm NO_COLOR=1 ", "TERM=dumb "})
        EXPECT_EQ(lab().exec(pair().primary(), {"sh", "-c", wish + command}).find('\033'), std::string::npos) << wish;
}

TEST_F(PairStatus, IsJsonForProgramsThatWatchWhatCannotBeRead)
{
    const Ran ran = lab().try_exec(pair().primary(), {"timeout", "--preserve-status", "2", executable, "status",
                                                      "--json", "--watch=1", "no-such"});
    const json first = json::parse(ran.out.substr(0, ran.out.find("\n\n")), nullptr, false);
    ASSERT_TRUE(first.is_object()) << ran.explained();
    EXPECT_EQ(first.at("exit_code"), unknown);
}

TEST_F(PairStatus, OfTheUserOfTheServerTellsTheRolesAndWhatItMayNotKnow)
{
    const std::string primary = pair().primary();
    for (const std::string& asked : {primary, peer_of(primary)})
    {
        report("\n" + lab().try_exec(asked, {"runuser", "-u", "postgres", "--", executable, "status"}).out);
        const Status status = status_on(asked, {"runuser", "-u", "postgres", "--"});
        EXPECT_EQ(status.code, unknown) << status.in_words();
        EXPECT_TRUE(status.has_problem("cluster-denied")) << status.in_words();
        EXPECT_EQ(status.pair().at("resource"), "postgres-db") << status.in_words();
        EXPECT_EQ(status.pair().at("replication").at("state"), "streaming") << status.in_words();
        EXPECT_EQ(status.node(primary).at("role"), "primary") << status.in_words();
        EXPECT_EQ(status.node(peer_of(primary)).at("role"), "standby") << status.in_words();
    }
}

TEST_F(PairStatus, TellsThatTheStandbyIsGoneAndThatItIsBack)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    take_out(lab(), standby);
    for (const std::string& asked : {primary, standby})
    {
        const Status status = wait_status(asked, "no standby, asked on " + asked,
                                          [](const Status& s) { return s.has_problem("standby-missing"); });
        EXPECT_EQ(status.code, degraded);
        EXPECT_TRUE(status.has_problem("node-standby")) << status.in_words();
        EXPECT_EQ(status.node(primary).at("role"), "primary");
        EXPECT_EQ(status.node(standby).at("role"), "stopped");
        EXPECT_EQ(status.node(standby).at("promotion").at("allowed"), false);
    }
    wait_agreement("a pair without a standby");
    bring_back(lab(), standby);
    expect_recovery("the standby was taken out and status was asked");
    (void)wait_status(primary, "healthy again", [](const Status& s) { return s.code == healthy; });
}

TEST_F(PairStatus, NamesTheCommandThatEndsWhatAnAdministratorHasSet)
{
    const std::string standby = pair().standby();
    begin();
    const std::map<std::string, Arguments> set_by{
        {"maintenance", {"crm_attribute", "--name", "maintenance-mode", "--update", "true"}                  },
        {"unmanaged",   {"crm_resource", "-r", "postgres-clone", "--meta", "-p", "is-managed", "-v", "false"}},
        {"left-ban",    {"crm_resource", "-r", "postgres-clone", "--ban", "--promoted", "--node", standby}   },
    };
    for (const auto& [id, command] : set_by)
    {
        lab().exec(standby, command);
        const Status status = wait_status(standby, id, [&](const Status& s) { return s.has_problem(id); });
        EXPECT_EQ(status.code, degraded) << status.in_words();
        wait_agreement(id);
        lab().exec(standby, {"sh", "-c", status.problem(id).at("hint").get<std::string>()});
        (void)wait_status(standby, "healthy after " + id, [](const Status& s) { return s.code == healthy; });
    }
    expect_recovery("what was set was ended by what status told");
}

TEST_F(PairStatus, OfAStartThatIsRefusedTellsWhyOnBothNodes)
{
    const std::string standby = pair().standby();
    const std::string settings = std::string{data_directory} + "/postgresql.conf";
    begin();
    take_out(lab(), standby);
    lab().exec(standby, {"sed", "-i.kept", "$a max_wal_senders = 1", settings});
    bring_back(lab(), standby);
    for (const std::string& asked : {standby, peer_of(standby)})
    {
        const Status status = wait_status(asked, "a refused start, asked on " + asked,
                                          [](const Status& s) { return s.has_problem("action-failed"); });
        const json problem = status.problem("action-failed");
        EXPECT_EQ(status.code, degraded) << status.in_words();
        EXPECT_EQ(problem.at("cause"), "wrong-setting") << problem;
        EXPECT_NE(problem.at("text").get<std::string>().find("max_wal_senders = 1"), std::string::npos) << problem;
        EXPECT_NE(problem.at("hint").get<std::string>().find("crm_resource --cleanup"), std::string::npos) << problem;
    }
    wait_agreement("a refused start");
    lab().exec(standby, {"mv", settings + ".kept", settings});
    clean_up(lab(), standby);
    expect_recovery("the start of the standby was refused and status was asked");
}

TEST_F(PairStatus, ShowsARepairAndWhatHoldsItUp)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    take_out(lab(), standby);
    lab().exec(standby, {"sh", "-c", std::string{"rm -rf "} + data_directory + "/*"});
    shut_out(primary, "all,replication");
    bring_back(lab(), standby);
    for (const std::string& asked : {primary, standby})
    {
        const Status status = wait_status(asked, "a repair that is held up, asked on " + asked,
                                          [](const Status& s) { return s.has_problem("repair-held-up"); });
        EXPECT_EQ(status.problem("repair-held-up").at("cause"), "rebuild-denied") << status.in_words();
        EXPECT_NE(status.problem("repair-held-up").at("hint"), "") << status.in_words();
    }
    std::optional<Delayed> delayed{std::in_place, lab(), standby, milliseconds{100}};
    let_in(primary);
    for (const std::string& asked : {primary, standby})
    {
        const Status status = wait_status(asked, "a repair of the standby, asked on " + asked,
                                          [&](const Status& s) { return s.has_problem("repair"); });
        EXPECT_EQ(status.code, degraded);
        EXPECT_TRUE(status.node(standby).at("repair").is_object());
        EXPECT_EQ(status.node(standby).at("promotion").at("allowed"), false);
    }
    delayed.reset();
    expect_recovery("status was asked while the standby was filled", 2 * gap_limit, 2 * heal_limit);
}

TEST_F(PairStatus, WorksWithPacemakerStopped)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    lab().stop_stack(standby);
    const Status status = status_on(standby);
    EXPECT_EQ(status.code, degraded) << status.in_words();
    EXPECT_EQ(status.pair().at("cluster").at("source"), "saved");
    EXPECT_TRUE(status.has_problem("cluster-stopped"));
    EXPECT_EQ(status.node(primary).at("role"), "primary") << status.in_words();
    EXPECT_EQ(status.node(standby).at("role"), "stopped");
    EXPECT_LT(status.took, seconds{4});
    lab().start_stack(standby);
    expect_recovery("status was asked with Pacemaker stopped", 2 * gap_limit);
}

TEST_F(PairStatus, AnswersInTimeWithThePeerPoweredOff)
{
    const std::string primary = pair().primary();
    const std::string standby = peer_of(primary);
    begin();
    lab().unplug(standby);
    EXPECT_LT(status_on(primary).took, seconds{4});
    wait_peer_gone(lab(), primary);
    const Status status =
        wait_status(primary, "no standby", [](const Status& s) { return s.has_problem("standby-missing"); });
    EXPECT_EQ(status.code, degraded) << status.in_words();
    EXPECT_TRUE(status.has_problem("node-away"));
    EXPECT_EQ(status.node(standby).at("membership"), "offline");
    EXPECT_LT(status.took, seconds{4});
    lab().power_on(standby);
    expect_recovery("status was asked with the peer powered off", 2 * gap_limit, 2 * heal_limit);
}

TEST_F(PairStatus, AnswersInTimeWithADaemonOfPacemakerFrozen)
{
    const std::string standby = pair().standby();
    begin();
    {
        const Frozen frozen{lab(), standby, cib_daemon};
        const Status status = status_on(standby);
        EXPECT_EQ(status.code, degraded) << status.in_words();
        EXPECT_TRUE(status.has_problem("cluster-hung")) << status.in_words();
        EXPECT_EQ(status.node(standby).at("role"), "standby") << status.in_words();
        EXPECT_LT(status.took, seconds{4});
    }
    expect_recovery("status was asked with a frozen daemon", 2 * gap_limit, 2 * heal_limit);
}

TEST_F(PairStatus, ExplainsASwitchover)
{
    const std::string to = pair().standby();
    begin();
    switch_over(lab(), to);
    expect_recovery("switchover that is explained");
    const json told = json::parse(lab().exec(to, {executable, "explain", "--json"}));
    const json& decisions = told.at("pairs").at(0).at("decisions");
    bool is_told = false;
    for (const json& decision : decisions)
        is_told = is_told || (decision.at("action") == "promote" && decision.at("reason") == "promoted" &&
                              !decision.at("steps").empty() && !decision.at("facts").get<std::string>().empty());
    EXPECT_TRUE(is_told) << decisions.dump(1);
    report("\n" + lab().exec(to, {executable, "explain", "--last=3"}));
    (void)wait_status(to, "healthy again", [](const Status& s) { return s.code == healthy; });
    const std::size_t before = decisions_on(to);
    // Four monitors of the primary; the last step of the upkeep may still be to come.
    expect_throughout("steady monitors write nothing", seconds{12},
                      [&]() -> std::string
                      {
                          const std::size_t now = decisions_on(to);
                          return now <= before + 1 ? "" : std::to_string(now - before) + " more decisions";
                      });
}

} // namespace
} // namespace pgtwin::test
