// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/local_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <iterator>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include "pgtwin/pg/control_data.hpp"
#include "pgtwin/pg/directories.hpp"
#include "pgtwin/pg/process_title.hpp"
#include "pgtwin/pg/programs.hpp"
#include "pgtwin/pg/server_log.hpp"
#include "pgtwin/sys/error.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr std::size_t kept_log = std::size_t{64} << 10;
constexpr std::int64_t longest_start_wait = 3;
constexpr std::chrono::milliseconds launch_round{5};
constexpr std::string_view data_directory = "data_directory";

constexpr const char* control_file = "global/pg_control";
/// PG_CONTROL_FILE_SIZE (src/include/catalog/pg_control.h): what is shorter was cut off.
constexpr std::uint64_t control_file_size = 8192;

/// Under whatever names: Debian's data_directory may go through a link.
bool is_same_directory(const std::string& one, const std::string& other)
{
    const auto first = sys::look_at(one, sys::Links::follow);
    const auto second = sys::look_at(other, sys::Links::follow);
    return first && *first && second && *second && (*first)->device == (*second)->device &&
           (*first)->inode == (*second)->inode;
}

/// What is no number is not below anything.
bool is_below(std::string_view value, std::int64_t least)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    return error == std::errc{} && end == value.data() + value.size() && number < least;
}

Timeline newest_timeline(const ControlData& control)
{
    return std::max(control.timeline, control.minimum_recovery_timeline);
}

/// Of the timeline that a server takes for the latest one, by the files in pg_wal (timeline.c, findNewestTimeLine).
Expected<TimelineHistory> newest_history(const Instance& instance, TimelineHistory newest)
{
    for (;;)
    {
        auto next = instance.history(Timeline{number(newest.timeline) + 1});
        if (!next)
            return next.error();
        if (next->ancestors.empty())
            return newest;
        newest = std::move(*next);
    }
}

/// Whatever the configuration says, a server does not start itself again behind Pacemaker's back, nor in a directory
/// that nobody has looked at, and takes the names of its standby from us.
std::string server_options(const Options& options, int version)
{
    constexpr int may_forbid_alter_system = 17;
    std::string text = "-c restart_after_crash=off -c data_directory='" + options.pgdata + "'";
    if (version >= may_forbid_alter_system)
        text += " -c allow_alter_system=on";
    if (!options.config_file.empty())
        text += " -c config_file='" + options.config_file + "'";
    return text;
}

} // namespace

Expected<sys::Command> LocalServer::command(const std::string& program, std::vector<std::string> arguments) const
{
    const auto user = instance_.user();
    if (!user)
        return user.error();
    arguments.insert(arguments.begin(), instance_.program(program));
    return sys::Command{
        sys::as_user(*user, std::move(arguments)),
        {"PATH=" + instance_.options().bindir + ":/usr/bin:/bin", "HOME=" + user->home, "LC_ALL=C"}
    };
}

Expected<std::string> LocalServer::output_of(const std::string& program, std::vector<std::string> arguments,
                                             const Deadline& deadline) const
{
    const auto prepared = command(program, std::move(arguments));
    if (!prepared)
        return prepared.error();
    return sys::output_of(*prepared, deadline);
}

Expected<Processes> LocalServer::processes()
{
    const auto postmaster = instance_.postmaster();
    if (!postmaster)
        return postmaster.error();
    if (*postmaster)
        return Processes::postmaster;
    const auto found = instance_.server_processes();
    if (!found)
        return found.error();
    return found->empty() ? Processes::none : Processes::leftovers;
}

Expected<int> LocalServer::program_version(const Deadline& deadline)
{
    if (!program_version_)
    {
        const auto output = output_of("postgres", {"-V"}, deadline);
        if (!output)
            return output.error();
        program_version_ = pg::program_version(*output);
    }
    return *program_version_;
}

/// What a server still writes while somebody empties its directory, or what is left when that was interrupted.
bool is_left_by_server(const std::string& name)
{
    static constexpr std::array<std::string_view, 27> known{
        "base",          "global",       "log",        "current_logfiles", "postmaster.pid", "postmaster.opts",
        "pgtwin.log",    "core",         "logfile",    "pg_commit_ts",     "pg_dynshmem",    "pg_hba.conf",
        "pg_ident.conf", "pg_log",       "pg_logical", "pg_multixact",     "pg_notify",      "pg_replslot",
        "pg_serial",     "pg_snapshots", "pg_stat",    "pg_stat_tmp",      "pg_subtrans",    "pg_tblspc",
        "pg_twophase",   "pg_wal",       "pg_xact"};
    return is_extraneous(name) || std::find(known.begin(), known.end(), name) != known.end();
}

Expected<DirectoryKind> LocalServer::directory_kind() const
{
    const std::string& pgdata = instance_.options().pgdata;
    const auto info = sys::look_at(pgdata, sys::Links::follow);
    if (!info)
        return info.error();
    if (!*info)
        return DirectoryKind::absent;
    if (!(*info)->is_directory)
        return DirectoryKind::foreign;
    const auto names = sys::list_directory(pgdata);
    if (!names)
        return names.error();
    if (std::all_of(names->begin(), names->end(), is_extraneous))
        return DirectoryKind::empty;
    if (std::find(names->begin(), names->end(), "PG_VERSION") != names->end())
        return DirectoryKind::data;
    return std::all_of(names->begin(), names->end(), is_left_by_server) ? DirectoryKind::incomplete
                                                                        : DirectoryKind::foreign;
}

/// Empty: the file is not there, cut off or damaged, so that nothing can be learnt from it. A file that cannot be read,
/// or that says what is not understood, is an error: it may be sound.
Expected<std::optional<ControlData>> LocalServer::control_data(const Deadline& deadline) const
{
    const auto file = instance_.read(control_file);
    const bool is_missing = !file && file.error().kind == ErrorKind::unavailable;
    if (is_missing || (file && file->size() < control_file_size))
        return std::optional<ControlData>{};
    if (!file)
        return file.error();
    const auto output = output_of("pg_controldata", {"-D", instance_.options().pgdata}, deadline);
    if (!output)
        return output.error();
    if (is_doubtful(*output))
        return std::optional<ControlData>{};
    const auto control = parse_control_data(*output);
    return control ? Expected<std::optional<ControlData>>{*control} : control.error();
}

Expected<void> LocalServer::look_for_files(Directory& directory) const
{
    const auto version = instance_.read("PG_VERSION");
    const auto signal = instance_.look_at("standby.signal");
    const auto label = instance_.look_at("backup_label");
    if (!version)
        return version.error();
    if (!signal || !label)
        return signal ? label.error() : signal.error();
    directory.major_version = data_version(*version);
    directory.has_standby_signal = signal->has_value();
    directory.has_backup_label = label->has_value();
    return {};
}

Expected<void> LocalServer::look_into(Directory& directory, const Deadline& deadline) const
{
    if (const auto looked = look_for_files(directory); !looked)
        return looked.error();
    const bool is_other_version =
        directory.program_version != 0 && directory.major_version != directory.program_version;
    const auto control = control_data(deadline);
    if (is_other_version)
        directory.kind = DirectoryKind::wrong_version;
    else if (control && !*control)
        directory.kind = DirectoryKind::incomplete;
    if (is_other_version && !control)
        return {};
    if (!control)
        return control.error();
    if (!*control)
        return {};
    const auto history = instance_.history(newest_timeline(**control));
    if (!history)
        return history.error();
    const auto newest = newest_history(instance_, *history);
    if (!newest)
        return newest.error();
    directory.control = **control;
    directory.history = *history;
    directory.newest_timeline = newest->timeline;
    directory.is_off_newest_timeline = is_off(**control, *newest);
    directory.in_recovery = segment_in_recovery(directory);
    return {};
}

std::optional<WalSegment> LocalServer::segment_in_recovery(const Directory& directory) const
{
    const auto file = instance_.look_at("postmaster.pid");
    if (!directory.has_standby_signal || !file || !*file)
        return std::nullopt;
    const auto processes = instance_.server_processes();
    if (!processes)
        return std::nullopt;
    for (const sys::ProcessInfo& process : *processes)
        if (const auto title = sys::title_of(process); title && !wal_file_in(*title).empty())
            return WalSegment::named(wal_file_in(*title), directory.control->wal_segment_size);
    return std::nullopt;
}

Expected<Directory> LocalServer::directory(const Deadline& deadline)
{
    const auto kind = directory_kind();
    if (!kind)
        return kind.error();
    const auto version = program_version(deadline);
    if (!version && version.error().kind != ErrorKind::unavailable)
        return version.error();
    Directory directory;
    directory.kind = *kind;
    directory.program_version = version ? *version : 0;
    if (*kind == DirectoryKind::data)
        if (const auto looked = look_into(directory, deadline); !looked)
            return looked.error();
    return directory;
}

/// Or why the server would not start with its configuration, in its own words.
Expected<std::string> LocalServer::setting_on_disk(const std::string& name, const Deadline& deadline) const
{
    const Options& options = instance_.options();
    // The server would complain of its own scanner.
    if (const auto file = sys::look_at(options.config_file, sys::Links::follow); file && *file && (*file)->is_directory)
        return Error{ErrorKind::conflict, options.config_file + " is a directory"};
    std::vector<std::string> arguments{"-C", name, "-D", options.pgdata};
    if (!options.config_file.empty())
        arguments.insert(arguments.end(), {"-c", "config_file=" + options.config_file});
    if (name != data_directory)
        arguments.insert(arguments.end(), {"-c", std::string{data_directory}.append("=").append(options.pgdata)});
    const auto asker = command("postgres", std::move(arguments));
    if (!asker)
        return asker.error();
    auto finished = sys::run(*asker, deadline);
    if (!finished)
        return finished.error();
    if (finished->is_success())
        return finished->out.substr(0, finished->out.find_last_not_of('\n') + 1);
    Error failure = sys::failure(*asker, *finished);
    const std::string cause = cause_in(finished->err);
    failure.what = cause.empty() ? words_in(failure.what) : cause;
    return failure;
}

Expected<Settings> LocalServer::settings_on_disk(const std::vector<std::string>& names, const Deadline& deadline)
{
    Settings settings;
    for (const std::string& name : names)
    {
        auto value = setting_on_disk(name, deadline);
        if (!value)
            return value.error();
        if (name == data_directory && is_same_directory(*value, instance_.options().pgdata))
            value = instance_.options().pgdata;
        settings.emplace(name, std::move(*value));
    }
    return settings;
}

std::string LocalServer::raised_settings(const Deadline& deadline) const
{
    std::string text;
    const auto signal = instance_.look_at("standby.signal");
    if (!signal || !*signal)
        return text;
    const auto control = output_of("pg_controldata", {"-D", instance_.options().pgdata}, deadline);
    for (const auto& [name, least] : control ? least_settings(*control) : std::vector<LeastSetting>{})
    {
        const auto value = setting_on_disk(std::string{name}, deadline);
        if (value && is_below(*value, least))
            text.append(" -c ").append(name).append("=").append(std::to_string(least));
    }
    return text;
}

Expected<std::vector<std::string>>
LocalServer::start_arguments(const std::string& raised, std::vector<std::string> waiting, const Deadline& deadline)
{
    const auto version = program_version(deadline);
    if (!version)
        return version.error();
    const Options& options = instance_.options();
    const std::string log_file = options.log_file.empty() ? "/dev/null" : options.log_file;
    for (const std::string& path : {options.pgdata, log_file, options.config_file})
        if (!path.empty() && !is_plain_path(path))
            return Error{ErrorKind::conflict, "pg_ctl cannot be given the path " + path};
    std::vector<std::string> arguments{"start", "-s",     "-D", options.pgdata,
                                       "-l",    log_file, "-o", server_options(options, *version) + raised};
    arguments.insert(arguments.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
    return arguments;
}

std::uint64_t LocalServer::log_size() const
{
    const auto info = sys::look_at(instance_.options().log_file);
    return info && *info ? (*info)->size : 0;
}

/// With logging_collector the server goes on in a file of its own, of which current_logfiles tells: "stderr log/x.log".
std::string LocalServer::collected_log() const
{
    constexpr std::string_view kind = "stderr ";
    const auto files = instance_.read("current_logfiles");
    const std::size_t at = files ? files->find(kind) : std::string::npos;
    if (at == std::string::npos)
        return {};
    std::string path = files->substr(at + kind.size(), files->find('\n', at) - at - kind.size());
    if (!path.starts_with('/'))
        path.insert(0, instance_.options().pgdata + "/");
    const auto log = sys::read_end(path, 0, kept_log);
    const std::size_t begin = log ? log->rfind("starting PostgreSQL") : std::string::npos;
    return begin == std::string::npos ? std::string{} : log->substr(begin);
}

std::string LocalServer::last_words() const
{
    const auto user = instance_.user();
    const auto guard = user ? sys::AsUser::enter(*user) : Expected<sys::AsUser>{user.error()};
    if (!guard || !log_before_start_)
        return {};
    const auto log = sys::read_end(instance_.options().log_file, *log_before_start_, kept_log);
    if (!log)
        return {};
    std::string cause = cause_in(*log);
    const bool is_elsewhere = cause.empty() && log->find("redirecting log output") != std::string::npos;
    return is_elsewhere ? cause_in(collected_log()) : cause;
}

Expected<void> LocalServer::wait_for_the_dead(const Deadline& deadline) const
{
    const auto file = instance_.postmaster_pid();
    if (!file)
        return file.error();
    return *file ? sys::wait_until_collected((*file)->pid, deadline) : Expected<void>{};
}

Expected<void> LocalServer::remove_foreign_lock() const
{
    const auto file = instance_.postmaster_pid();
    if (!file || !*file)
        return file ? Expected<void>{} : file.error();
    const auto holder = sys::find_process((*file)->pid);
    const auto of_server = instance_.server_processes();
    if (!holder || !of_server)
        return holder ? of_server.error() : holder.error();
    if (!*holder || !of_server->empty())
        return {};
    const auto user = instance_.user();
    const auto guard = user ? sys::AsUser::enter(*user) : Expected<sys::AsUser>{user.error()};
    if (!guard)
        return guard.error();
    const std::string path = instance_.options().pgdata + "/postmaster.pid";
    return ::unlink(path.c_str()) == 0 ? Expected<void>{} : sys::system_error("cannot remove " + path, errno);
}

Expected<void> LocalServer::start(const Deadline& deadline)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(deadline.left()).count() / 2;
    return run_start(raised_settings(deadline),
                     {"-w", "-t", std::to_string(std::clamp<std::int64_t>(seconds, 1, longest_start_wait))}, deadline);
}

Expected<void> LocalServer::launch(const Deadline& deadline)
{
    if (const auto started = run_start({}, {"-W"}, deadline); !started)
        return started.error();
    const Deadline limit = deadline.at_most(std::chrono::seconds{longest_start_wait});
    for (;;)
    {
        const auto postmaster = instance_.postmaster();
        if (!postmaster || *postmaster)
            return postmaster ? Expected<void>{} : postmaster.error();
        if (limit.passed())
            return Error{ErrorKind::timed_out, "the server did not come up"};
        ::poll(nullptr, 0, static_cast<int>(launch_round.count()));
    }
}

Expected<void> LocalServer::run_start(const std::string& raised, std::vector<std::string> waiting,
                                      const Deadline& deadline)
{
    if (const auto running = instance_.postmaster(); !running || *running)
        return running ? Expected<void>{} : running.error();
    if (const auto ready = wait_for_the_dead(deadline); !ready)
        return ready.error();
    if (const auto removed = remove_foreign_lock(); !removed)
        return removed.error();
    const auto arguments = start_arguments(raised, std::move(waiting), deadline);
    if (!arguments)
        return arguments.error();
    auto starter = command("pg_ctl", *arguments);
    if (!starter)
        return starter.error();
    starter->environment.pop_back(); // the server's messages are the administrator's to choose
    log_before_start_ = log_size();
    const auto finished = sys::run(*starter, deadline);
    if (!finished)
        return finished.error();
    if (finished->is_success())
        return {};
    // pg_ctl waits a little, so as to see a server that gives up at once; one that is still on its way is fine.
    const auto postmaster = instance_.postmaster();
    if (!postmaster)
        return postmaster.error();
    if (*postmaster)
        return {};
    const std::string cause = last_words();
    const std::string& log_file = instance_.options().log_file;
    return Error{ErrorKind::conflict,
                 cause.empty() ? sys::failure(*starter, *finished).what + ", see " + log_file : cause};
}

Expected<void> LocalServer::await_end(const Deadline& deadline)
{
    const auto postmaster = instance_.postmaster();
    if (!postmaster)
        return postmaster.error();
    if (!*postmaster)
        return {};
    const auto handle = sys::ProcessHandle::open(**postmaster);
    if (!handle)
        return handle.error().kind == ErrorKind::unavailable ? Expected<void>{} : handle.error();
    return handle->wait_for_end(deadline);
}

Expected<void> LocalServer::stop(port::StopMode mode, const Deadline& deadline)
{
    const auto postmaster = instance_.postmaster();
    if (!postmaster)
        return postmaster.error();
    if (!*postmaster)
        return {};
    const auto handle = sys::ProcessHandle::open(**postmaster);
    if (!handle)
        return handle.error().kind == ErrorKind::unavailable ? Expected<void>{} : handle.error();
    // The signals of pg_ctl stop, to the process that was verified instead of the number in a file.
    if (const auto sent = handle->signal(mode == port::StopMode::fast ? SIGINT : SIGQUIT); !sent)
        return sent.error();
    if (const auto ended = handle->wait_for_end(deadline); !ended)
        return Error{ended.error().kind, "the server did not stop in time"};
    return {};
}

Expected<void> LocalServer::kill_all(const Deadline& deadline)
{
    return sys::kill_until_none([&] { return instance_.server_processes(); }, deadline);
}

Expected<void> LocalServer::promote(const Deadline& deadline)
{
    const auto output = output_of("pg_ctl", {"promote", "-W", "-s", "-D", instance_.options().pgdata}, deadline);
    return output ? Expected<void>{} : output.error();
}

} // namespace pgtwin::pg
