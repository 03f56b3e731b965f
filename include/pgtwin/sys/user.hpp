// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::sys
{

/// An account of the operating system.
struct User
{
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
    std::vector<gid_t> groups; ///< all its groups, as initgroups(3) would set them
    friend bool operator==(const User&, const User&) = default;
};

/// Looks an account up. Unavailable: there is none of that name.
[[nodiscard]] Expected<User> find_user(const std::string& name);

/// While it lives, this process acts on files and sockets as `user`; then it is itself again.
///
/// Nothing may be started meanwhile: a child would keep the real user id of root. Does nothing if we are that user
/// already.
class AsUser
{
public:
    [[nodiscard]] static Expected<AsUser> enter(const User& user);

    AsUser(const AsUser&) = delete;
    AsUser& operator=(const AsUser&) = delete;
    AsUser(AsUser&& other) noexcept;
    AsUser& operator=(AsUser&&) = delete;
    ~AsUser();

private:
    AsUser() = default;

    bool is_switched_ = false;
    gid_t own_gid_ = 0;
    std::vector<gid_t> own_groups_;
};

/// Where setpriv(1) of util-linux lies.
inline constexpr const char* setpriv = "/usr/bin/setpriv";

/// `argv` behind a prefix that runs it as `user` with all groups of that user (setpriv(1)); unchanged if we are that
/// user.
[[nodiscard]] std::vector<std::string> as_user(const User& user, std::vector<std::string> argv);

} // namespace pgtwin::sys
