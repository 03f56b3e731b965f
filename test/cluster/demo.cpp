// SPDX-License-Identifier: GPL-2.0-or-later
// The demonstration: a pair on this machine, two faults under load, and the verdict.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>
#include <unistd.h>

#include "cluster/narrator.hpp"
#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds heal_limit{60};

/// What the demonstration adds up.
struct Balance
{
    std::vector<std::string> lines;
    std::size_t lost = 0;
    bool had_two_primaries = false;
};

/// On Ctrl-C the nodes go down with the program.
void take_down_on_interrupt(const std::string& name)
{
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);
    std::thread{[interrupts, name]()
                {
                    int signal = 0;
                    (void)sigwait(&interrupts, &signal);
                    std::puts("\ninterrupted: taking the nodes down");
                    Lab::take_down(name);
                    ::_exit(128 + signal);
                }}
        .detach();
}

void wait_under_load(Pair& pair, std::size_t commits)
{
    const std::size_t wanted = pair.ledger().count() + commits;
    wait_until("commits", Deadline{seconds{30}},
               [&]() -> std::string { return pair.ledger().count() >= wanted ? "" : pair.client().trouble(); });
}

void add_up(Balance& balance, const std::string& fault, const Cost& cost)
{
    balance.lines.push_back(fault + ":\n    " + cost.in_words());
    balance.lost = cost.lost.size();
    balance.had_two_primaries = balance.had_two_primaries || !cost.two_primaries.empty();
}

void deploy(Pair& pair, Narrator& narrator)
{
    narrator.say("psql1 has a database, psql2 is empty");
    narrator.say("configuring the pair: a promotable clone and a virtual address", Tone::title);
    narrator.watch_cluster(pair.lab());
    pair.configure();
    narrator.say("an application begins to commit through the virtual address", Tone::title);
    narrator.watch_commits(pair.ledger());
    pair.wait_healthy(heal_limit);
}

void suffer(Pair& pair, Narrator& narrator, Balance& balance)
{
    wait_under_load(pair, 1000);
    const std::string first = pair.primary();
    narrator.say("FAULT: kill -9 of PostgreSQL on the primary, " + first, Tone::title);
    Moment since = steady_clock::now();
    pair.kill_postmaster(first);
    add_up(balance, "PostgreSQL killed on " + first, pair.recover(since, heal_limit));
    narrator.say("the pair has healed", Tone::good);

    wait_under_load(pair, 1000);
    const std::string second = pair.primary();
    narrator.say("FAULT: the primary, " + second + ", loses its power", Tone::title);
    since = steady_clock::now();
    pair.lab().power_off(second);
    add_up(balance, second + " lost its power", pair.recover(since, heal_limit));
    narrator.say("the pair has healed", Tone::good);
    wait_under_load(pair, 1000);
}

int verdict(Pair& pair, Balance& balance)
{
    pair.client().stop();
    balance.lost = pair.lost_on(pair.primary(), seconds{5}).size();
    std::puts("");
    for (const std::string& line : balance.lines)
        std::printf("  %s\n", line.c_str());
    const Ledger& ledger = pair.ledger();
    std::printf("\nVerdict: %zu commits acknowledged, %zu lost. Unknown to the application: %zu\n"
                "(the connection broke while it waited for the answer).\n",
                ledger.count(), balance.lost, ledger.unknown_count());
    if (balance.had_two_primaries)
        std::puts("There were TWO PRIMARIES at one moment.");
    return balance.lost == 0 && !balance.had_two_primaries ? EXIT_SUCCESS : EXIT_FAILURE;
}

void invite(const Pair& pair)
{
    const std::string name = pair.lab().name();
    const std::string standby = pair.standby();
    const std::string in_lab = "  test/lab/lab exec " + name + " ";
    std::string text = "\nThe cluster '" + name + "' stays up. Play with it:\n";
    text += in_lab + "psql1 crm status\n";
    text += in_lab + "psql1 /usr/lib/ocf/resource.d/heartbeat/pgtwin status\n";
    text += in_lab + "client env PGPASSWORD=app psql -h " + vip_address + " -U app app\n";
    text += "  test/lab/lab shell " + name + " psql1\n";
    text += "Make " + standby + " the primary:\n";
    text += in_lab + "psql1 crm resource move postgres-clone " + standby + "\n";
    text += in_lab + "psql1 crm resource clear postgres-clone\n";
    text += "Cut the power of a node (the other one has it fenced, and it boots again):\n";
    text += "  test/lab/lab power-off " + name + " " + standby + "\n";
    text += "Take it down with:\n  test/lab/lab down " + name;
    std::puts(text.c_str());
}

int tell(Narrator& narrator, Pair& pair)
{
    Balance balance;
    deploy(pair, narrator);
    suffer(pair, narrator, balance);
    narrator.stop();
    return verdict(pair, balance);
}

/// Of a lab that stays: the names of those that are up are taken.
std::string name_of_kept()
{
    const std::string wanted = Lab::prefix() + "demo";
    std::string name = wanted;
    for (int number = 2; Lab::is_up(name); ++number)
        name = wanted + std::to_string(number);
    return name;
}

int demonstrate(bool is_kept)
{
    const std::string name = is_kept ? name_of_kept() : Lab::name_for("demo");
    take_down_on_interrupt(name);
    std::puts("Two nodes with Corosync, Pacemaker, fencing and PostgreSQL.\n\n"
              "    time commits  what happens");
    Narrator narrator{steady_clock::now()};
    narrator.say("the nodes boot and form a cluster");
    Pair pair{name, [&]()
              {
                  narrator.say("both nodes are online; a database is made on psql1");
              }};
    int result = EXIT_FAILURE;
    try
    {
        result = tell(narrator, pair);
        if (is_kept)
            invite(pair);
    }
    catch (const std::exception& error)
    {
        narrator.stop();
        std::printf("\nThe demonstration failed: %s\nLogs of both nodes: %s\n", error.what(),
                    pair.lab().collect_logs("demo").c_str());
    }
    if (is_kept)
        pair.lab().keep();
    return result;
}

} // namespace
} // namespace pgtwin::test

int main(int count, char** arguments)
{
    const bool is_kept = count == 2 && std::strcmp(arguments[1], "--keep") == 0;
    if (count > 1 && !is_kept)
    {
        (void)std::fputs("usage: pgtwin-demo [--keep]\n", stderr);
        return 2;
    }
    try
    {
        return pgtwin::test::demonstrate(is_kept);
    }
    catch (const std::exception& error)
    {
        (void)std::fprintf(stderr, "\nThe demonstration failed: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
