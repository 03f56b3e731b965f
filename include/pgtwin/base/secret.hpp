// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <utility>

namespace pgtwin
{

/// Text that must not be seen: it cannot be compared, streamed or formatted, only handed on by reveal().
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string text) : text_{std::move(text)} {}

    /// For the one call that needs the text itself (libpq, a file of mode 0600).
    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

private:
    std::string text_;
};

} // namespace pgtwin
