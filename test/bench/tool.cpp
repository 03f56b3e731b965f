// SPDX-License-Identifier: GPL-2.0-or-later
// Runs inside a node of the lab, for test/bench/monitor. "bare CONNINFO" connects, asks once and closes, which is the
// least that a monitor of a database can do. "measure COUNT COMMAND... -- COMMAND..." runs the commands in turns and
// prints, for each, the median of the wall time in microseconds and the largest resident size in KiB.
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

extern char** environ;

namespace
{

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

int ask_once(const char* conninfo)
{
    PGconn* const connection = PQconnectdb(conninfo);
    PGresult* const result = PQexec(connection, "SELECT pg_is_in_recovery()");
    const bool is_answered = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!is_answered)
        (void)std::fputs(PQerrorMessage(connection), stderr);
    PQclear(result);
    PQfinish(connection);
    return is_answered ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct Contestant
{
    std::vector<char*> argv;
    std::vector<long> times;
    long resident = 0;
    int code = -1;
};

void run(Contestant& contestant)
{
    const auto begin = steady_clock::now();
    pid_t pid = -1;
    if (posix_spawn(&pid, contestant.argv[0], nullptr, nullptr, contestant.argv.data(), environ) != 0)
        return;
    int status = 0;
    rusage usage{};
    ::wait4(pid, &status, 0, &usage);
    contestant.times.push_back(duration_cast<microseconds>(steady_clock::now() - begin).count());
    contestant.resident = std::max(contestant.resident, usage.ru_maxrss);
    contestant.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<Contestant> contestants(int count, char** arguments)
{
    std::vector<Contestant> found(1);
    for (int i = 0; i < count; ++i)
        if (std::strcmp(arguments[i], "--") == 0)
            found.emplace_back();
        else
            found.back().argv.push_back(arguments[i]);
    for (Contestant& contestant : found)
        contestant.argv.push_back(nullptr);
    return found;
}

int measure(int rounds, std::vector<Contestant> all)
{
    for (int round = 0; round < rounds; ++round)
        for (Contestant& contestant : all)
            run(contestant);
    for (Contestant& contestant : all)
    {
        if (contestant.times.empty())
            return EXIT_FAILURE;
        std::sort(contestant.times.begin(), contestant.times.end());
        std::printf("%ld %ld %d\n", contestant.times[contestant.times.size() / 2], contestant.resident,
                    contestant.code);
    }
    return EXIT_SUCCESS;
}

} // namespace

int main(int count, char** arguments)
{
    if (count == 3 && std::strcmp(arguments[1], "bare") == 0)
        return ask_once(arguments[2]);
    if (count >= 4 && std::strcmp(arguments[1], "measure") == 0)
        return measure(std::atoi(arguments[2]), contestants(count - 3, arguments + 3));
    return 2;
}
