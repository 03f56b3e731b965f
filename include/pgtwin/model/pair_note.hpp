// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "pgtwin/base/expected.hpp"

namespace pgtwin
{

/// Which pair has a server on this node, for those who may not ask the cluster, and for Pacemaker's last calls after
/// the resource was deleted: the content of /run/pgtwin-pairs/<resource>. Nothing in it is a secret.
struct PairNote
{
    std::string resource;
    std::string self;                                             ///< name of this node in the cluster
    std::string peer;                                             ///< empty: not known
    std::map<std::string, std::string, std::less<>> parameters{}; ///< OCF_RESKEY_*, as they were given

    /// `key=value` lines, the first one "pgtwin-pair 1", the last one "complete=yes".
    [[nodiscard]] std::string text() const;
    /// Malformed: it was cut, or another version wrote it in another way.
    static Expected<PairNote> parse(std::string_view text);
    friend bool operator==(const PairNote&, const PairNote&) = default;
};

} // namespace pgtwin
