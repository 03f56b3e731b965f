// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <netdb.h>
#include <nss.h>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "pgtwin/action/run.hpp"
#include "pgtwin/action/sentinel.hpp"
#include "pgtwin/admin/command.hpp"
#include "pgtwin/admin/options.hpp"
#include "pgtwin/admin/resources.hpp"
#include "pgtwin/base/deadline.hpp"
#include "pgtwin/cli/command_line.hpp"
#include "pgtwin/cli/configure.hpp"
#include "pgtwin/cli/help.hpp"
#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/reading.hpp"
#include "pgtwin/config/unknown.hpp"
#include "pgtwin/crm/cluster.hpp"
#include "pgtwin/crm/instance.hpp"
#include "pgtwin/crm/notification.hpp"
#include "pgtwin/crm/published_history.hpp"
#include "pgtwin/crm/tools.hpp"
#include "pgtwin/message/message.hpp"
#include "pgtwin/ocf/exit.hpp"
#include "pgtwin/ocf/log.hpp"
#include "pgtwin/ocf/metadata.hpp"
#include "pgtwin/pg/local_postgres.hpp"
#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/store/files.hpp"
#include "pgtwin/store/history.hpp"
#include "pgtwin/store/pair_notes.hpp"
#include "pgtwin/store/sentinel.hpp"
#include "pgtwin/store/worker.hpp"
#include "pgtwin/sys/clock.hpp"

namespace pgtwin
{
namespace
{

using namespace std::chrono_literals;
using crm::value_of;

/// An instance name for a person who runs an action without one.
constexpr const char* instance_by_hand = "pgtwin";

Environment copy_environment()
{
    Environment environment;
    for (char** entry = environ; *entry != nullptr; ++entry)
    {
        const std::string text = *entry;
        if (const auto equals = text.find('='); equals != std::string::npos)
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

/// A static binary must not load name service modules of another C library; files and DNS are built in.
void pin_name_services()
{
    for (const char* database : {"passwd", "group", "initgroups"})
        __nss_configure_lookup(database, "files");
    __nss_configure_lookup("hosts", "files dns");
}

/// Milliseconds, as Pacemaker gives them.
std::optional<std::chrono::milliseconds> time_in(const Environment& environment, const char* name)
{
    const std::string given = value_of(environment, name);
    if (given.empty() || given.size() >= 10 || given.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::chrono::milliseconds{std::stol(given)};
}

/// What Pacemaker gives the operation, or what the action table advertises, less a reserve for the report.
Deadline deadline_of(const Environment& environment, std::chrono::milliseconds advertised)
{
    const auto whole = time_in(environment, "OCF_RESKEY_CRM_meta_timeout").value_or(advertised);
    const auto reserve = std::clamp<std::chrono::milliseconds>(whole / 10, 500ms, 5000ms);
    return Deadline{std::max<std::chrono::milliseconds>(whole - reserve, 500ms)};
}

bool is_probe(const Environment& environment)
{
    const std::string interval = value_of(environment, "OCF_RESKEY_CRM_meta_interval");
    return interval.empty() || interval == "0";
}

/// A monitor may be given less by its parameter.
Deadline limited(const Deadline& deadline, Goal goal, const Params& params, const Environment& environment)
{
    if (goal != Goal::monitor)
        return deadline;
    return deadline.at_most(config::monitor_limit(params, value_of(environment, "OCF_RESKEY_CRM_meta_role")));
}

/// Everything that is known of the call before PostgreSQL or Pacemaker is looked at.
struct Call
{
    Environment environment;
    std::string action;
    Goal goal = Goal::probe;
    config::Reading reading;
    crm::Instance instance;
};

/// By hand without a cluster the host name is the only name this node has.
std::string own_name(const Call& call)
{
    return call.instance.node.empty() ? admin::host_name() : call.instance.node;
}

class SystemClock final : public port::Clock
{
public:
    [[nodiscard]] BootTime since_boot() override { return sys::since_boot(); }
    void wait(std::chrono::milliseconds pause) override { std::this_thread::sleep_for(pause); }
    [[nodiscard]] RunId random_word() override { return sys::random_word(); }
};

decide::Context context_of(const Call& call, const std::string& peer, port::Clock& clock)
{
    decide::Context context;
    context.params = call.reading.params;
    context.resource = call.instance.resource;
    context.self = call.instance.node;
    for (const config::ParamError& error : call.reading.errors)
        context.wrong_parameters.push_back(error.text() + "; the default is used");
    if (!peer.empty())
        context.peer_sync_names = '"' + admin::application_name_for(call.reading.params, peer) + '"';
    context.fresh = clock.random_word();
    context.is_run_by_pacemaker = call.instance.is_run_by_pacemaker;
    const crm::Transition transition = crm::Transition::from(call.environment);
    context.is_stop_planned = call.instance.is_run_by_pacemaker && transition.will_stop(call.instance.node);
    const auto notification = crm::Notification::from(call.environment);
    context.is_pre_notification = notification && notification->moment == crm::Moment::pre;
    context.is_steadiness_enough = call.goal == Goal::monitor && call.action == "monitor";
    if (context.is_steadiness_enough)
        context.monitor_interval = time_in(call.environment, "OCF_RESKEY_CRM_meta_interval").value_or(0ms);
    context.is_promotion_planned = call.instance.is_run_by_pacemaker && !transition.promote.empty();
    return context;
}

int code(OcfExit exit)
{
    return static_cast<int>(exit);
}

ocf::Asker asker_of(const Call& call)
{
    return call.instance.is_run_by_pacemaker ? ocf::Asker::pacemaker : ocf::Asker::person;
}

/// One line for the log, and for Pacemaker if the action failed.
int report(const Call& call, const decide::Outcome& outcome, port::Log& log)
{
    const OcfExit exit = ocf::exit_for(call.goal, outcome.reason, asker_of(call));
    const message::Message& message = message::message_of(outcome.reason);
    if (!ocf::is_good(exit))
        log.exit_reason(message::exit_line(message, outcome.detail));
    log.write(ocf::severity_for(call.goal, outcome.reason, asker_of(call)),
              call.action + ": " + message::log_line(message, outcome.detail));
    return code(exit);
}

HistoryEntry entry_of(const Call& call, const action::Ending& ending, std::chrono::nanoseconds took)
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    HistoryEntry entry;
    entry.when = std::chrono::duration_cast<std::chrono::seconds>(now);
    entry.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    entry.action = call.action;
    entry.reason = message::message_of(ending.outcome.reason).id;
    entry.exit_code = code(ocf::exit_for(call.goal, ending.outcome.reason, asker_of(call)));
    entry.detail = ending.outcome.detail;
    entry.steps = ending.account.steps();
    entry.facts = ending.account.facts();
    return entry;
}

/// Whether people would want to read of it: monitors and notifications that found and did nothing new are not for them.
bool is_worth_remembering(const Call& call, const HistoryEntry& entry, const store::HistoryFile& history, Reason reason)
{
    if (call.goal == Goal::probe || call.goal == Goal::validate)
        return false;
    if (call.goal != Goal::monitor && call.goal != Goal::notify)
        return true;
    if (entry.steps.empty() && message::message_of(reason).severity == Severity::debug)
        return false;
    const auto last = history.last();
    return !last || last->action != entry.action || last->reason != entry.reason || last->steps != entry.steps;
}

/// What an interruption of the application does not wait for. What the others do the cluster tells by itself.
bool may_publish(Goal goal)
{
    return goal == Goal::monitor || goal == Goal::notify || goal == Goal::reload || goal == Goal::rebuild;
}

/// For `pgtwin status` on the other node.
void publish(const Call& call, const store::HistoryFile& history, crm::Tools& tools)
{
    constexpr std::size_t longest = 2000;
    const auto entries = history.read();
    if (entries && call.instance.is_run_by_pacemaker)
        (void)crm::publish_history(tools, call.instance.resource, call.instance.node, digest_of(*entries, longest),
                                   Deadline{1s});
}

/// For `pgtwin explain` and `pgtwin status`. An action never fails because of it.
void remember(const Call& call, const action::Ending& ending, std::chrono::nanoseconds took, crm::Tools& tools)
{
    const store::HistoryFile history{admin::directories_of(call.instance.resource).state};
    const HistoryEntry entry = entry_of(call, ending, took);
    if (is_worth_remembering(call, entry, history, ending.outcome.reason) && history.append(entry) &&
        may_publish(call.goal))
        publish(call, history, tools);
}

/// What pgtwin starts itself gets the same instance and node, however the action was called.
std::vector<std::string> environment_of_child(const Call& call)
{
    Environment environment = call.environment;
    environment["OCF_RESOURCE_INSTANCE"] = call.instance.resource;
    if (!call.instance.node.empty())
        environment["OCF_RESKEY_CRM_meta_on_node"] = call.instance.node;
    environment.erase("OCF_RESKEY_CRM_meta_timeout");
    std::vector<std::string> entries;
    for (const auto& [name, value] : environment)
        entries.emplace_back(name).append(1, '=').append(value);
    return entries;
}

std::vector<std::string> own_command(const char* subcommand)
{
    return {std::filesystem::read_symlink("/proc/self/exe").string(), subcommand};
}

/// Where systemd runs (sd_booted(3)).
std::string systemd_run()
{
    std::error_code error;
    return std::filesystem::is_directory("/run/systemd/system", error) ? "/usr/bin/systemd-run" : "";
}

/// Actions during which the end of the server is no failure.
bool may_end_server(Goal goal)
{
    return goal == Goal::start || goal == Goal::stop || goal == Goal::demote || goal == Goal::rebuild;
}

/// For `pgtwin status` of those who may not ask the cluster. No action fails because of it.
void leave_note(const Call& call, const std::string& peer)
{
    const bool is_changed = call.goal == Goal::start || call.goal == Goal::reload;
    if (!is_changed || !call.instance.is_run_by_pacemaker || !call.reading.errors.empty())
        return;
    (void)store::write_note(
        {call.instance.resource, call.instance.node, peer, config::without_secrets(call.environment)});
}

/// The action itself, with the real world behind every port.
int act(const Call& call, port::Log& log, crm::Tools& tools, const Deadline& deadline)
{
    std::string peer = admin::peer_of(call.reading.params, own_name(call));
    crm::PacemakerCluster cluster{
        {call.instance.resource, call.instance.node, peer},
        tools
    };
    if (peer.empty() && !call.instance.node.empty())
        if (const auto view = cluster.look(deadline.at_most(5s)))
            peer = view->peer.name;
    const pg::Options options = admin::options_of(call.reading.params, {call.instance.resource, own_name(call), peer});
    pg::LocalPostgres postgres{options};
    pg::LocalServer server{options};
    const store::Directories directories = admin::directories_of(call.instance.resource);
    store::FileStore store{directories, sys::boot_name()};
    const std::vector<std::string> environment = environment_of_child(call);
    store::RebuildWorker worker{
        {directories.run, own_command("rebuild"), environment, directories.state + "/rebuild.log", 2s, systemd_run()}
    };
    store::SentinelProcess sentinel{
        {directories.run, own_command("sentinel"), environment}
    };
    SystemClock clock;
    action::Ports ports{postgres, server, cluster, store, worker, sentinel, clock, log};
    if (call.action == "sentinel")
    {
        action::watch(ports, context_of(call, peer, clock));
        return code(OcfExit::success);
    }
    const auto intent = may_end_server(call.goal) ? store::IntentLock::take(directories.run, deadline.at_most(2s))
                                                  : Error{ErrorKind::conflict, "not needed"};
    leave_note(call, peer);
    const auto begin = std::chrono::steady_clock::now();
    const action::Ending ending = action::run_with_account(call.goal, ports, context_of(call, peer, clock), deadline);
    remember(call, ending, std::chrono::steady_clock::now() - begin, tools);
    return report(call, ending.outcome, log);
}

/// All that is wrong with the parameters, the clone and the place of this node in it.
std::vector<config::ParamError> wrong_parameters(const Call& call)
{
    std::vector<config::ParamError> errors = call.reading.errors;
    if (call.goal != Goal::start && call.goal != Goal::promote && call.goal != Goal::validate)
        return errors;
    if (auto error = config::check_clone(call.environment))
        errors.push_back(std::move(*error));
    if (call.instance.node.empty())
        return errors;
    if (auto error = config::check_node(call.reading.params, call.instance.node))
        errors.push_back(std::move(*error));
    return errors;
}

int refuse(const std::string& text, OcfExit exit, port::Log& log)
{
    log.write(Severity::error, text);
    log.exit_reason(text);
    return code(exit);
}

bool is_judging_parameters(const Call& call)
{
    return call.goal == Goal::start || call.goal == Goal::validate;
}

/// It may also be why another parameter is refused.
void warn_of_unknown(const Call& call, port::Log& log)
{
    if (!is_judging_parameters(call))
        return;
    if (const std::string line = config::warning_of(config::unknown_params(call.environment)); !line.empty())
        log.write(Severity::warning, call.action + ": " + line);
}

/// What is not right and forbids nothing.
void warn(const Call& call, const std::vector<config::ParamError>& errors, port::Log& log)
{
    if (call.goal == Goal::promote || call.goal == Goal::demote)
        for (const config::ParamError& error : errors)
            log.write(Severity::warning, call.action + ": " + error.text() + "; the default is used");
    if (!is_judging_parameters(call))
        return;
    for (const std::string& warning : config::warnings_of(call.reading.params))
        log.write(Severity::warning, call.action + ": " + warning);
    const bool is_name_known = !call.instance.node.empty();
    if (const std::string doubt = config::doubt_of_host(call.reading.params, admin::host_name());
        !is_name_known && !doubt.empty())
        log.write(Severity::warning, call.action + ": " + doubt);
}

int perform(Call& call, std::chrono::milliseconds advertised)
{
    const Deadline deadline = deadline_of(call.environment, advertised);
    const bool is_on_terminal = ::isatty(STDIN_FILENO) == 1 || ::isatty(STDERR_FILENO) == 1;
    ocf::LogPlan plan = ocf::log_plan(
        call.environment, {value_of(call.environment, "OCF_RESOURCE_INSTANCE"), ::getpid(), is_on_terminal});
    // The worker's standard error is a file of its own, which people can read while it works.
    plan.to_stderr = plan.to_stderr || (call.goal == Goal::rebuild && !plan.to_terminal);
    ocf::OcfLog log{std::move(plan)};
    if (::geteuid() != 0)
        return refuse("pgtwin must be run as root", OcfExit::permission, log);
    call.environment.try_emplace("OCF_RESOURCE_INSTANCE", instance_by_hand);
    crm::SystemTools tools{call.environment};
    auto instance = crm::find_instance(call.environment, tools, deadline.at_most(5s));
    if (!instance)
        return refuse(instance.error().what, OcfExit::generic, log);
    call.instance = std::move(*instance);
    if (call.goal == Goal::stop || call.goal == Goal::demote || call.goal == Goal::notify)
        call.environment = admin::recalled(call.environment, call.instance.resource, store::read_notes());
    call.reading = admin::parameters_in(call.environment);
    const auto errors = wrong_parameters(call);
    warn_of_unknown(call, log);
    for (const config::ParamError& error : errors)
        if (const auto exit = ocf::refusal_for(call.goal, error))
            return refuse(error.text(), *exit, log);
    warn(call, errors, log);
    return act(call, log, tools, limited(deadline, call.goal, call.reading.params, call.environment));
}

/// The worker holds its lock for as long as it lives.
int rebuild(Environment environment)
{
    Call call{std::move(environment), "rebuild", Goal::rebuild, {}, {}};
    const std::string instance = value_of(call.environment, "OCF_RESOURCE_INSTANCE");
    const auto lock = store::WorkerLock::take(admin::directories_of(instance).run);
    if (!lock)
    {
        std::fprintf(stderr, "pgtwin: %s\n", lock.error().what.c_str());
        return code(OcfExit::generic);
    }
    const auto reading = admin::parameters_in(call.environment);
    return perform(call, reading.params.basebackup_timeout);
}

/// One sentinel per instance; it follows the server that runs when the one before has ended.
int sentinel(Environment environment)
{
    Call call{std::move(environment), "sentinel", Goal::monitor, {}, {}};
    const std::string instance = value_of(call.environment, "OCF_RESOURCE_INSTANCE");
    const auto lock = store::SentinelLock::take(admin::directories_of(instance).run, Deadline{10s});
    return lock ? perform(call, 10s) : code(OcfExit::generic);
}

int print(const std::string& text, int exit)
{
    std::fputs(text.c_str(), exit == 0 ? stdout : stderr);
    return exit;
}

/// Pacemaker's daemons hand their own settings to what they start.
ocf::Reader reader_of(const Environment& environment)
{
    const auto found = environment.lower_bound("PCMK_");
    const bool is_daemon = found != environment.end() && found->first.starts_with("PCMK_");
    return is_daemon ? ocf::Reader::pacemaker : ocf::Reader::validator;
}

int perform_action(const std::string& name, const Environment& environment)
{
    if (name == "meta-data")
        return print(ocf::meta_data(reader_of(environment)), 0);
    const config::ActionSpec& spec = *config::find_action(name);
    Goal goal = spec.goal.value_or(Goal::validate);
    if (goal == Goal::monitor && is_probe(environment))
        goal = Goal::probe;
    Call call{environment, name, goal, {}, {}};
    return perform(call, spec.timeout);
}

int configure(const std::vector<std::string>& arguments)
{
    const cli::Answer answer = cli::configure(arguments);
    return print(answer.text, answer.exit);
}

int run(const std::vector<std::string>& arguments, const Environment& environment)
{
    if (!arguments.empty() && arguments.front() == "configure")
        return configure({arguments.begin() + 1, arguments.end()});
    const cli::CommandLine line = cli::read_command_line(arguments);
    switch (line.request)
    {
    case cli::Request::action:
        return perform_action(line.name, environment);
    case cli::Request::internal:
        return line.name == "sentinel" ? sentinel(environment) : rebuild(environment);
    case cli::Request::command:
        return admin::run(line.invocation, environment);
    case cli::Request::command_help:
        return print(cli::help_of(*cli::find_command(line.name)), 0);
    case cli::Request::command_usage:
        return print("pgtwin " + line.name + ": " + line.problem + "\n" + cli::help_of(*cli::find_command(line.name)),
                     admin::exit_usage);
    case cli::Request::help:
        return print(cli::help(), 0);
    case cli::Request::version:
        return print(cli::version() + "\n", 0);
    case cli::Request::usage:
        break;
    }
    return print((line.problem.empty() ? "" : "pgtwin: " + line.problem + "\n") + cli::usage(),
                 code(OcfExit::unimplemented));
}

} // namespace
} // namespace pgtwin

int main(int argc, char** argv)
{
    pgtwin::pin_name_services();
    const pgtwin::Environment environment = pgtwin::copy_environment();
    // libpq reads PG* and HOME for whatever we leave unset; what we start is given an environment of its own.
    ::clearenv();
    std::signal(SIGPIPE, SIG_IGN);
    try
    {
        return pgtwin::run({argv + 1, argv + argc}, environment);
    }
    catch (const std::exception& error)
    {
        std::fprintf(stderr, "ocf-exit-reason:internal error: %s\n", error.what());
        return pgtwin::code(pgtwin::OcfExit::generic);
    }
}
