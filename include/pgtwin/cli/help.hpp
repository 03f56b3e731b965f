// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pgtwin::cli
{

/// A few lines: how to call pgtwin.
[[nodiscard]] std::string usage();

/// All of it: actions, parameters with defaults, exit codes, examples; at most 80 columns.
[[nodiscard]] std::string help();

/// An exit code of the actions.
struct ExitCode
{
    std::string_view number;
    std::string_view meaning; ///< one line, no full stop
};

[[nodiscard]] std::span<const ExitCode> exit_codes();

/// "pgtwin 0.1.0".
[[nodiscard]] std::string version();

/// Breaks a text at blanks into lines of at most `width` characters, each after `indent` blanks; ends with a line
/// break.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 80);

} // namespace pgtwin::cli
