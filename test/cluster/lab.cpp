// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/lab.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

// Long enough to build a missing root file system first.
constexpr seconds up_limit{2400};
constexpr seconds short_limit{60};
constexpr seconds stack_limit{240};

std::string environment_or(const char* name, const std::string& fallback)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return value == nullptr ? fallback : value;
}

const std::string& tool()
{
    static const std::string path = PGTWIN_SOURCE_DIR "/test/lab/lab";
    return path;
}

} // namespace

std::string peer_of(const std::string& node)
{
    return node == first_node ? second_node : first_node;
}

std::string Lab::prefix()
{
    return environment_or("PGTWIN_LAB_PREFIX", "");
}

std::string Lab::name_for(const std::string& purpose)
{
    return prefix() + purpose + "-p" + std::to_string(::getpid());
}

Lab::Lab(std::string name, Stack stack) : name_{std::move(name)}
{
    (void)try_command({"down-orphans"}, stack_limit);
    Arguments up{"up", name_, "--owner", std::to_string(::getpid())};
    if (const std::string suite = environment_or("PGTWIN_LAB_SUITE", ""); !suite.empty())
        up.insert(up.end(), {"--suite", suite});
    if (stack == Stack::absent)
        up.emplace_back("--no-cluster");
    else
        up.insert(up.end(),
                  {"--agent", environment_or("PGTWIN_EXECUTABLE", "/usr/lib/ocf/resource.d/heartbeat/pgtwin")});
    try
    {
        command(up, up_limit);
        client_pid_ = std::stoi(try_command({"pid", name_, "client"}, short_limit).out);
    }
    catch (...)
    {
        take_down(name_);
        throw;
    }
}

Lab::~Lab()
{
    if (!is_kept_)
        take_down(name_);
}

bool Lab::is_up(const std::string& name)
{
    const std::string labs = "\n" + try_command({"list"}, short_limit).out;
    return labs.find("\n" + name + " ") != std::string::npos;
}

void Lab::keep()
{
    command({"keep", name_}, short_limit);
    is_kept_ = true;
}

void Lab::take_down(const std::string& name)
{
    (void)run_program({tool(), "down", name}, Deadline{short_limit});
}

void Lab::prepare_postgres() const
{
    command({"postgres", name_}, short_limit);
}

void Lab::configure(const Arguments& parameters) const
{
    Arguments arguments{"configure", name_};
    arguments.insert(arguments.end(), parameters.begin(), parameters.end());
    command(arguments, short_limit);
}

void Lab::power_off(const std::string& node) const
{
    command({"power-off", name_, node}, short_limit);
}

void Lab::unplug(const std::string& node) const
{
    command({"unplug", name_, node}, short_limit);
}

void Lab::power_on(const std::string& node) const
{
    command({"power-on", name_, node}, short_limit);
}

void Lab::boot(const std::string& node) const
{
    command({"power-on", name_, node, "--no-cluster"}, short_limit);
}

void Lab::cut(const std::string& node) const
{
    command({"cut", name_, node}, short_limit);
}

void Lab::mend(const std::string& node) const
{
    command({"mend", name_, node}, short_limit);
}

void Lab::delay(const std::string& node, std::chrono::milliseconds time) const
{
    command({"delay", name_, node, std::to_string(time.count())}, short_limit);
}

void Lab::set_fencing(const std::string& answer) const
{
    command({"fencing", name_, answer}, short_limit);
}

std::string Lab::power_log() const
{
    return try_command({"power-log", name_}, short_limit).out;
}

void Lab::stop_stack(const std::string& node) const
{
    command({"stack-stop", name_, node}, stack_limit);
}

void Lab::start_stack(const std::string& node) const
{
    command({"stack-start", name_, node}, short_limit);
}

bool Lab::is_on(const std::string& node) const
{
    return try_command({"state", name_, node}, short_limit).out == "on\n";
}

Ran Lab::try_exec(const std::string& node, const Arguments& argv, seconds limit) const
{
    Arguments arguments{"exec", name_, node};
    arguments.insert(arguments.end(), argv.begin(), argv.end());
    return try_command(arguments, limit);
}

std::string Lab::exec(const std::string& node, const Arguments& argv, seconds limit) const
{
    const Ran ran = try_exec(node, argv, limit);
    if (!ran.ok())
        throw LabError{argv.front() + " on " + node + " failed: " + ran.explained()};
    return ran.out;
}

void Lab::copy_in(const std::string& node, const std::string& from, const std::string& to) const
{
    const int pid = std::stoi(try_command({"pid", name_, node}, short_limit).out);
    std::filesystem::copy_file(from, "/proc/" + std::to_string(pid) + "/root" + to,
                               std::filesystem::copy_options::overwrite_existing);
}

std::string Lab::crm(const std::string& node, const Arguments& argv) const
{
    Arguments arguments{"crm"};
    arguments.insert(arguments.end(), argv.begin(), argv.end());
    return exec(node, arguments, stack_limit);
}

Ran Lab::try_sql(const std::string& node, const std::string& text, seconds limit) const
{
    return try_exec(node,
                    {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "env", "PGCONNECT_TIMEOUT=3",
                     "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", "app", "-c", text},
                    limit);
}

std::string Lab::sql(const std::string& node, const std::string& text) const
{
    const Ran ran = try_sql(node, text);
    if (!ran.ok())
        throw LabError{"'" + text + "' on " + node + " failed: " + ran.explained()};
    return ran.out.empty() ? "" : ran.out.substr(0, ran.out.find_last_not_of('\n') + 1);
}

// crm_mon takes a tenth of a second of a processor, five times what the version of the CIB takes, and scenarios look
// all the time.
ClusterState Lab::state_seen_by(const std::string& node) const
{
    const std::string cib = exec(node, {"timeout", "5", "cibadmin", "--query", "--no-children"}, seconds{8});
    if (const auto known = seen_before(node, cib))
        return *known;
    const std::string xml =
        exec(node, {"timeout", "5", "crm_mon", "-1", "--output-as=xml", "--include=all"}, seconds{8});
    const auto state = parse_cluster_state(xml);
    if (!state)
        throw LabError{"crm_mon on " + node + " printed no XML"};
    const std::lock_guard lock{looking_};
    looks_.insert_or_assign(node, Look{cib, std::chrono::steady_clock::now(), *state});
    return *state;
}

// That failures expire changes no CIB: hence the age.
std::optional<ClusterState> Lab::seen_before(const std::string& node, const std::string& cib) const
{
    const std::lock_guard lock{looking_};
    const auto look = looks_.find(node);
    const bool holds = look != looks_.end() && look->second.cib == cib &&
                       std::chrono::steady_clock::now() - look->second.when < seconds{2};
    return holds ? std::optional{look->second.state} : std::nullopt;
}

ClusterState Lab::state() const
{
    std::string reasons;
    for (const std::string node : {first_node, second_node})
    {
        try
        {
            ClusterState state = state_seen_by(node);
            // Before it has joined, a node shows an old copy of the state in which its peer seems to be lost.
            if (state.has_dc && state.nodes[node].is_online && !state.nodes[node].is_pending)
                return state;
            reasons += node + " has not joined by its own view; ";
        }
        catch (const LabError& error)
        {
            reasons += std::string{error.what()} + "; ";
        }
    }
    throw LabError{"no node answers: " + reasons};
}

std::string Lab::collect_logs(const std::string& about) const
{
    std::string directory = environment_or("PGTWIN_TEST_LOGS", "/tmp/pgtwin-cluster-logs") + "/" + name_ + "/" + about;
    std::filesystem::create_directories(directory);
    (void)try_command({"logs", name_, directory}, short_limit);
    return directory;
}

void Lab::command(const Arguments& arguments, seconds limit) const
{
    if (const Ran ran = try_command(arguments, limit); !ran.ok())
        throw LabError{"lab " + arguments.front() + " failed: " + ran.explained()};
}

Ran Lab::try_command(const Arguments& arguments, seconds limit)
{
    Arguments argv{tool()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run_program(argv, Deadline{limit});
}

} // namespace pgtwin::test
