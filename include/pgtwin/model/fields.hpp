// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/model/wal.hpp"

namespace pgtwin
{

/// Value and name of an enumerator, for the texts of records.
template <typename T>
using Named = std::pair<T, std::string_view>;

/// Builds the text of a record: `key=value` pairs, each followed by `separator`, or with it only in between.
class FieldWriter
{
public:
    explicit FieldWriter(char separator) : separator_{separator} {}

    /// A character that would end the value or is not printable ASCII is written as an underscore.
    FieldWriter& text(std::string_view key, std::string_view value);
    FieldWriter& number(std::string_view key, std::uint64_t value);
    FieldWriter& lsn(std::string_view key, Lsn value);
    FieldWriter& flag(std::string_view key, bool value); ///< "yes" or "no"

    template <typename T>
    FieldWriter& choice(std::string_view key, T value, std::span<const Named<T>> names)
    {
        for (const auto& [enumerator, name] : names)
            if (enumerator == value)
                text(key, name);
        return *this;
    }

    /// With the separator between the fields.
    [[nodiscard]] const std::string& inline_text() const noexcept { return text_; }
    /// With the separator after the last field too, so that a cut text can be told.
    [[nodiscard]] std::string lines() const { return text_ + separator_; }

private:
    char separator_;
    std::string text_;
};

/// What a reader makes of a text that another version of pgtwin wrote.
enum class Tolerance
{
    none,           ///< exactly the keys that are asked for
    advice,         ///< keys that begin with "x-" are passed over: whoever adds one promises that it may be
    unknown_keys,   ///< keys that nobody asks for are passed over
    other_versions, ///< the same, and a key that is missing has its default
};

/// Reader of such a text: each key that is asked for must be there exactly once, and no other, unless that is
/// tolerated.
///
/// Getters of a text that is wrong answer a default value; only finish() tells.
class FieldReader
{
public:
    FieldReader(std::string_view text, char separator, Tolerance tolerance = Tolerance::none);

    std::string text(std::string_view key);
    /// Letters, digits, '_', '-', '.', ':' and '/', at most 64; may be empty.
    std::string word(std::string_view key);
    std::uint64_t number(std::string_view key);
    Timeline timeline(std::string_view key);
    Lsn lsn(std::string_view key);
    bool flag(std::string_view key);
    /// The same; one that is missing is what `otherwise` says.
    bool flag_or(std::string_view key, bool otherwise);

    template <typename T>
    T choice(std::string_view key, std::span<const Named<T>> names, T fallback = T{})
    {
        const std::string* const name = find(key);
        if (name == nullptr)
            return fallback;
        for (const auto& [enumerator, known] : names)
            if (*name == known)
                return enumerator;
        fail(key);
        return fallback;
    }

    /// Marks the text as wrong in the value of `key`.
    void fail(std::string_view key);
    /// Success if nothing was missing, doubled, unknown or wrong; otherwise malformed, naming the first such key.
    [[nodiscard]] Expected<void> finish() const;

private:
    struct Field
    {
        std::string key;
        std::string value;
        bool is_read = false;
    };

    void add(std::string_view field);
    [[nodiscard]] bool has(std::string_view key) const;
    /// Whether a key that nobody asked for does no harm.
    [[nodiscard]] bool is_passed_over(std::string_view key) const;
    /// The value of a key; null if it is missing, which makes the text wrong unless that is tolerated.
    const std::string* find(std::string_view key);

    Tolerance tolerance_;
    std::vector<Field> fields_;
    std::optional<std::string> wrong_;
};

} // namespace pgtwin
