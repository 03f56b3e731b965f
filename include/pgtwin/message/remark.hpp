// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace pgtwin::message
{

/// What is said of a pair besides the outcome of an action: a problem of `pgtwin status`, a piece of advice of
/// `pgtwin check`, or a warning in the log.
struct Remark
{
    std::string_view id;     ///< stable, kebab-case; a heading in doc/messages.md
    std::string_view cause;  ///< one sentence without a full stop
    std::string_view remedy; ///< the same
};

/// All remarks, ordered by id. Settings of PostgreSQL are not among them: config::check_table has those.
[[nodiscard]] std::span<const Remark> remark_table();

} // namespace pgtwin::message
