// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/boot.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "pgtwin/sys/file.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr std::string_view umbrella = "postgresql.service";
constexpr const char* blanks = " \t";

std::vector<std::string> names_in(const std::string& directory)
{
    auto names = sys::list_directory(directory);
    if (!names)
        return {};
    std::sort(names->begin(), names->end());
    return *std::move(names);
}

std::string in_folder(std::string folder, const std::string& name)
{
    return std::move(folder.append("/").append(name));
}

std::set<std::string> wanted_units(const std::string& root)
{
    std::set<std::string> units;
    const std::string system = root + "/etc/systemd/system";
    for (const std::string& target : names_in(system))
        if (target.ends_with(".wants"))
            for (const std::string& unit : names_in(in_folder(system, target)))
                if (unit.starts_with("postgresql") && unit.ends_with(".service"))
                    units.insert(unit);
    return units;
}

/// The lines of a configuration file without comments and without blanks around them; none if it cannot be read.
std::vector<std::string> lines_of(const std::string& path)
{
    std::vector<std::string> lines;
    const auto text = sys::read_file(path, sys::Links::follow);
    std::string_view rest = text ? std::string_view{*text} : std::string_view{};
    while (!rest.empty())
    {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        line = line.substr(0, line.find('#'));
        const std::size_t begin = line.find_first_not_of(blanks);
        if (begin != std::string_view::npos)
            lines.emplace_back(line.substr(begin, line.find_last_not_of(blanks) + 1 - begin));
    }
    return lines;
}

std::string without_slash(std::string path)
{
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

/// Debian's pg_createcluster writes data_directory; without it a server keeps its data where the cluster's name says.
std::string data_directory_of(const std::string& root, const std::string& cluster)
{
    std::string found = "/var/lib/postgresql/" + cluster;
    const std::string configuration = root + "/etc/postgresql/" + cluster + "/postgresql.conf";
    for (const std::string& line : lines_of(configuration))
    {
        const std::size_t begin = line.find('\'');
        const std::size_t end = line.rfind('\'');
        if (line.starts_with("data_directory") && begin < end && end != std::string::npos)
            found = line.substr(begin + 1, end - begin - 1);
    }
    return without_slash(found);
}

bool starts_itself(const std::string& root, const std::string& cluster)
{
    const auto lines = lines_of(root + "/etc/postgresql/" + cluster + "/start.conf");
    return lines.empty() || lines.front() == "auto";
}

std::vector<std::string> clusters_of(const std::string& pgdata, const std::string& root)
{
    std::vector<std::string> clusters;
    const std::string all = root + "/etc/postgresql";
    for (const std::string& version : names_in(all))
        for (const std::string& name : names_in(in_folder(all, version)))
            if (const std::string cluster = in_folder(version, name);
                data_directory_of(root, cluster) == without_slash(pgdata))
                clusters.push_back(cluster);
    return clusters;
}

std::string instance_of(std::string cluster)
{
    std::replace(cluster.begin(), cluster.end(), '/', '-');
    return "postgresql@" + cluster + ".service";
}

} // namespace

std::vector<BootStarter> boot_starters(const std::string& pgdata, const std::string& root)
{
    const std::set<std::string> units = wanted_units(root);
    const bool is_debian = sys::list_directory(root + "/usr/share/postgresql-common").has_value() ||
                           sys::list_directory(root + "/etc/postgresql").has_value();
    std::vector<BootStarter> found;
    if (!is_debian)
    {
        for (const std::string& unit : units)
            found.push_back({unit, {}});
        return found;
    }
    for (const std::string& cluster : clusters_of(pgdata, root))
    {
        if (units.contains(std::string{umbrella}) && starts_itself(root, cluster))
            found.push_back({std::string{umbrella}, cluster});
        if (const std::string instance = instance_of(cluster); units.contains(instance))
            found.push_back({instance, {}});
    }
    return found;
}

} // namespace pgtwin::pg
