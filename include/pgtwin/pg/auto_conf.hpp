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

    /// Adds an empty value as the last line of the setting; the lines before it stay, and count no more.
    void shadow(std::string_view name);
    /// Takes back what shadow() added.
    void unshadow(std::string_view name);

    [[nodiscard]] std::string text() const;

private:
    /// The line of the setting that counts, which is its last one.
    [[nodiscard]] std::vector<std::string>::iterator last(std::string_view name);
    void append(std::string line);

    std::vector<std::string> lines_; ///< each with its line break, if it has one
};

/// `name = 'value'` as ALTER SYSTEM writes it, quotes and backslashes doubled.
[[nodiscard]] std::string setting_line(std::string_view name, std::string_view value);

} // namespace pgtwin::pg
