// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "pgtwin/base/expected.hpp"

namespace pgtwin
{

/// What one look at something told us: a value, *unknown* (we looked and could not tell), or not asked yet.
///
/// "Could not look" is never "is not there": absence that was seen is Seen<std::optional<T>> with an empty optional.
template <typename T>
class Seen
{
public:
    Seen() = default;                                                 ///< not asked yet
    Seen(T value) : state_{State::known}, value_{std::move(value)} {} // NOLINT(google-explicit-constructor)
    /// `why` is for people: what the look ended with.
    [[nodiscard]] static Seen unknown(const std::string& why = {}, ErrorKind kind = ErrorKind::unavailable)
    {
        Seen seen;
        seen.state_ = State::unknown;
        seen.why_ = why;
        seen.kind_ = kind;
        return seen;
    }

    [[nodiscard]] bool is_asked() const noexcept { return state_ != State::not_asked; }
    [[nodiscard]] bool is_unknown() const noexcept { return state_ == State::unknown; }
    [[nodiscard]] bool is_known() const noexcept { return state_ == State::known; }
    /// Why it is unknown; may be empty.
    [[nodiscard]] const std::string& why() const noexcept { return why_; }
    /// What the look ended with, if it is unknown.
    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    /// Whether whoever was asked said that this is wrong; nobody was in want of time or of a program.
    [[nodiscard]] bool is_refused() const noexcept { return is_unknown() && kind_ == ErrorKind::conflict; }
    explicit operator bool() const noexcept { return is_known(); }
    [[nodiscard]] const T& value() const { return value_.value(); }
    const T& operator*() const { return value(); }
    const T* operator->() const { return &value(); }
    friend bool operator==(const Seen&, const Seen&) = default;

private:
    enum class State
    {
        not_asked,
        unknown,
        known
    };
    State state_ = State::not_asked;
    std::optional<T> value_;
    std::string why_;
    ErrorKind kind_ = ErrorKind::unavailable;
};

} // namespace pgtwin
