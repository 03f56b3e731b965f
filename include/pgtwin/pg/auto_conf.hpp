// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::pg
{

/// postgresql.auto.conf, edited line by line: what is not touched stays byte for byte.
class AutoConf
{
public:
    explicit AutoConf(std::string_view text);

    /// Gives a setting exactly one line: its last one (the one that counts) is replaced, others go, a new one is added
    /// at the end. Malformed: the name is none, or the value has a line break, which the file cannot hold.
    [[nodiscard]] Expected<void> set(std::string_view name, std::string_view value);

    [[nodiscard]] std::string text() const;

private:
    std::vector<std::string> lines_; ///< each with its line break, if it has one
};

/// `name = 'value'` as ALTER SYSTEM writes it, quotes and backslashes doubled.
[[nodiscard]] std::string setting_line(std::string_view name, std::string_view value);

} // namespace pgtwin::pg
