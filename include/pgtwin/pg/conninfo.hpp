// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::pg
{

/// A connection string in keyword=value form (manual, "Connection Strings"). Of a keyword given twice libpq takes the
/// last.
class Conninfo
{
public:
    /// Adds `keyword='value'`, quoted so that any value arrives as it is.
    Conninfo& add(std::string_view keyword, std::string_view value);
    /// Adds text that is a connection string already.
    Conninfo& append(std::string_view text);

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Whether libpq understands a connection string, and it holds no password: it will be seen in the list of processes.
/// Malformed, with libpq's reason, if not.
[[nodiscard]] Expected<void> check_conninfo(const std::string& text);

/// Path of the password file in a connection string if libpq would ignore that file, because it is not private or not a
/// regular file. libpq would say so on standard error, which belongs to the exit reason. Empty if there is none such.
[[nodiscard]] std::string ignored_passfile(const std::string& conninfo);

/// Why libpq would not take the options of parameter primary_conninfo_opt, as "must be ..."; empty if it takes them.
/// They must not say whom to connect to. pgtwin's own libpq is asked, which makes connections with them, too.
[[nodiscard]] std::string problem_in_options(const std::string& options);

} // namespace pgtwin::pg
