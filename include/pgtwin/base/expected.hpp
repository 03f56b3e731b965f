// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace pgtwin
{

/// What a caller can do about an error; the text is for people only.
enum class ErrorKind
{
    unavailable, ///< nobody answered: connection refused, program not found, no cluster on this machine
    timed_out,   ///< the deadline passed first
    denied,      ///< permission, authentication, pg_hba.conf
    malformed,   ///< an answer arrived and could not be understood
    conflict,    ///< the world is not in the state the call requires
    internal,    ///< a bug in pgtwin
};

/// Why an operation failed.
struct Error
{
    ErrorKind kind = ErrorKind::internal;
    std::string what; ///< lower case, no full stop, names the object; never holds a secret
};

/// The same error with what was being done put in front: "cannot read control data: permission denied".
[[nodiscard]] inline Error within(const std::string& doing, Error error)
{
    error.what = doing + ": " + error.what;
    return error;
}

/// A value or an Error. Subset of std::expected<T, Error>, which g++ 12 lacks in C++20 mode.
template <typename T>
class [[nodiscard]] Expected
{
public:
    Expected(T value) : state_{std::in_place_index<0>, std::move(value)} {}     // NOLINT(google-explicit-constructor)
    Expected(Error error) : state_{std::in_place_index<1>, std::move(error)} {} // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
    [[nodiscard]] T& value() & { return std::get<0>(state_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Expected<void>
{
public:
    Expected() = default;
    Expected(Error error) : state_{std::move(error)} {} // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }

private:
    std::variant<std::monostate, Error> state_;
};

} // namespace pgtwin
