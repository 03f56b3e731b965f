// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <string_view>

#include "pgtwin/pg/local_server.hpp"
#include "pgtwin/pg/programs.hpp"

namespace pgtwin::pg
{
namespace
{

/// A file of this node's own in PGDATA, with what it holds.
struct KeptFile
{
    std::string path;
    std::string content;
    mode_t mode = 0;
};

/// Configuration and certificates belong to a node, not to the data.
bool is_of_node(std::string_view name)
{
    constexpr std::array<std::string_view, 5> endings{".conf", ".crt", ".key", ".pem", ".crl"};
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

/// Links are left out: pg_rewind leaves them as they are, and what they point to too.
Expected<std::vector<KeptFile>> files_of_node(const std::string& pgdata)
{
    const auto names = sys::list_directory(pgdata);
    if (!names)
        return names.error();
    std::vector<KeptFile> files;
    for (const std::string& name : *names)
    {
        const std::string path = std::string{pgdata}.append("/").append(name);
        const auto info = is_of_node(name) ? sys::look_at(path) : std::optional<sys::FileInfo>{};
        if (!info)
            return info.error();
        if (!*info || !(*info)->is_regular)
            continue;
        auto content = sys::read_file(path);
        if (!content)
            return content.error();
        files.push_back({path, std::move(*content), (*info)->mode});
    }
    return files;
}

Expected<void> put_back(const std::vector<KeptFile>& files)
{
    for (const KeptFile& file : files)
        if (const auto written = sys::write_file(file.path, file.content, file.mode); !written)
            return written.error();
    return {};
}

} // namespace

Expected<std::vector<std::string>> LocalServer::rewind_arguments(const Deadline& deadline)
{
    const Options& options = instance_.options();
    // WAL from before the fork may be gone here; the next configuration of a standby holds the archive back again.
    if (const auto released = set_archive(Archive::in_use, deadline); !released)
        return released.error();
    const auto source = instance_.peer_conninfo("pgtwin_rewind");
    const auto settings = settings_on_disk({"data_directory", "restore_command"}, deadline);
    if (!source || !settings)
        return source ? settings.error() : source.error();
    // pg_rewind has a server recover what the configuration names, whatever it is told to rewind itself.
    if (settings->at("data_directory") != options.pgdata)
        return Error{ErrorKind::conflict, "data_directory is " + settings->at("data_directory")};
    std::vector<std::string> arguments{"-D", options.pgdata, "--source-server=" + *source + " dbname='postgres'"};
    if (!settings->at("restore_command").empty())
        arguments.emplace_back("--restore-target-wal");
    if (!options.config_file.empty())
        arguments.push_back("--config-file=" + options.config_file);
    return arguments;
}

Expected<void> LocalServer::rehearse_rewind(const Deadline& deadline)
{
    auto arguments = rewind_arguments(deadline);
    if (!arguments)
        return arguments.error();
    arguments->emplace_back("--dry-run");
    auto rewinder = command("pg_rewind", std::move(*arguments));
    if (!rewinder)
        return rewinder.error();
    bool has_nothing_to_do = false;
    rewinder->on_error_line = [&](std::string_view line)
    {
        has_nothing_to_do = has_nothing_to_do || line.find("no rewind required") != std::string_view::npos;
    };
    const auto finished = sys::run(*rewinder, deadline);
    if (!finished)
        return finished.error();
    if (!finished->is_success())
        return sys::failure(*rewinder, *finished);
    // Before PostgreSQL 16, pg_rewind does not see a promotion before the checkpoint that follows it.
    if (has_nothing_to_do)
        return Error{ErrorKind::conflict, "pg_rewind sees no difference"};
    return {};
}

Expected<void> LocalServer::rewind(const std::function<void(port::Progress)>& progress, const Deadline& deadline)
{
    const auto user = instance_.user();
    auto arguments = rewind_arguments(deadline);
    if (!user || !arguments)
        return user ? arguments.error() : user.error();
    arguments->emplace_back("--progress");
    auto rewinder = command("pg_rewind", std::move(*arguments));
    if (!rewinder)
        return rewinder.error();
    rewinder->on_error_line = [&](std::string_view line)
    {
        if (const auto step = parse_progress(line); step && progress)
            progress(*step);
    };
    const auto as_owner = [&](const auto& act)
    {
        const auto guard = sys::AsUser::enter(*user);
        return guard ? act() : decltype(act()){guard.error()};
    };
    const auto kept = as_owner([&] { return files_of_node(instance_.options().pgdata); });
    if (!kept)
        return kept.error();
    const auto finished = sys::run(*rewinder, deadline);
    if (!finished)
        return finished.error();
    if (!finished->is_success())
        return sys::failure(*rewinder, *finished);
    return as_owner([&] { return put_back(*kept); });
}

} // namespace pgtwin::pg
