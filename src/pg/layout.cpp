// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/layout.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace pgtwin::pg
{
namespace
{

namespace fs = std::filesystem;

constexpr const char* debian_root = "/usr/lib/postgresql";

bool holds_postgres(const fs::path& directory)
{
    std::error_code error;
    return fs::exists(directory / "postgres", error);
}

std::vector<std::string> installed_by_debian()
{
    std::vector<std::string> found;
    std::error_code error;
    for (fs::directory_iterator entry{debian_root, error}, end; !error && entry != end; entry.increment(error))
        if (holds_postgres(entry->path() / "bin"))
            found.push_back((entry->path() / "bin").string());
    return found;
}

} // namespace

std::string find_bindir(const std::string& configured, const std::string& pgdata)
{
    if (holds_postgres(configured))
        return configured;
    std::string version;
    std::getline(std::ifstream{pgdata + "/PG_VERSION"}, version);
    std::string by_version = std::string{debian_root} + "/" + version + "/bin";
    if (!version.empty() && version.find('/') == std::string::npos && holds_postgres(by_version))
        return by_version;
    const auto installed = installed_by_debian();
    return installed.size() == 1 ? installed.front() : configured;
}

std::string log_file_of(const std::string& resource, const std::string& pgdata)
{
    std::error_code error;
    if (fs::is_directory("/var/log/postgresql", error))
        return "/var/log/postgresql/pgtwin-" + resource + ".log";
    return pgdata + "/pgtwin.log";
}

} // namespace pgtwin::pg
