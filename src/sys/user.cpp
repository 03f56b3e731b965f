// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/sys/user.hpp"

#include <cerrno>
#include <cstdlib>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "pgtwin/sys/error.hpp"

namespace pgtwin::sys
{
namespace
{

constexpr std::size_t passwd_buffer = std::size_t{64} * 1024;
constexpr int most_groups = 65536; // NGROUPS_MAX of Linux

std::vector<gid_t> groups_of(const passwd& entry)
{
    int count = most_groups;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0)
        count = 0;
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

std::vector<gid_t> own_groups()
{
    std::vector<gid_t> groups(static_cast<std::size_t>(most_groups));
    const int count = ::getgroups(most_groups, groups.data());
    groups.resize(static_cast<std::size_t>(count < 0 ? 0 : count));
    return groups;
}

/// Groups first: only root may set them.
bool become(const User& user)
{
    return ::setgroups(user.groups.size(), user.groups.data()) == 0 && ::setegid(user.gid) == 0 &&
           ::seteuid(user.uid) == 0;
}

bool is_restored(gid_t gid, const std::vector<gid_t>& groups)
{
    return ::seteuid(0) == 0 && ::setegid(gid) == 0 && ::setgroups(groups.size(), groups.data()) == 0;
}

} // namespace

Expected<User> find_user(const std::string& name)
{
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(passwd_buffer);
    const int error = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error != 0)
        return system_error("cannot look up user " + name, error);
    if (found == nullptr)
        return Error{ErrorKind::unavailable, "there is no user " + name};
    return User{name, entry.pw_uid, entry.pw_gid, entry.pw_dir, groups_of(entry)};
}

Expected<AsUser> AsUser::enter(const User& user)
{
    AsUser guard;
    if (::geteuid() == user.uid)
        return guard;
    guard.own_gid_ = ::getegid();
    guard.own_groups_ = own_groups();
    guard.is_switched_ = ::geteuid() == 0;
    if (!guard.is_switched_ || !become(user))
        return system_error("cannot act as user " + user.name, guard.is_switched_ ? errno : EPERM);
    return guard;
}

AsUser::AsUser(AsUser&& other) noexcept
    : is_switched_{std::exchange(other.is_switched_, false)},
      own_gid_{other.own_gid_},
      own_groups_{std::move(other.own_groups_)}
{
}

AsUser::~AsUser()
{
    // Going on with half of another identity would be worse than ending here.
    if (is_switched_ && !is_restored(own_gid_, own_groups_))
        std::abort();
}

std::vector<std::string> as_user(const User& user, std::vector<std::string> argv)
{
    if (::geteuid() == user.uid)
        return argv;
    std::vector<std::string> prefixed{setpriv, "--reuid=" + std::to_string(user.uid),
                                      "--regid=" + std::to_string(user.gid), "--init-groups", "--"};
    for (std::string& argument : argv)
        prefixed.push_back(std::move(argument));
    return prefixed;
}

} // namespace pgtwin::sys
