// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::pg
{

/// Content of postmaster.pid (src/include/utils/pidfile.h). A starting server has not written all lines yet.
struct PostmasterPid
{
    pid_t pid = 0;                ///< also of a single-user server, which writes it negative
    int port = 0;                 ///< 0: not written yet
    std::string socket_directory; ///< empty: none, or not written yet
    friend bool operator==(const PostmasterPid&, const PostmasterPid&) = default;
};

[[nodiscard]] Expected<PostmasterPid> parse_postmaster_pid(std::string_view text);

} // namespace pgtwin::pg
