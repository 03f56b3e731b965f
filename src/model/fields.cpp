// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/fields.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace pgtwin
{
namespace
{

constexpr std::size_t longest_word = 64;

bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

bool is_word_character(char c)
{
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || std::string_view{"_-.:/"}.find(c) != std::string_view::npos;
}

} // namespace

FieldWriter& FieldWriter::text(std::string_view key, std::string_view value)
{
    if (!text_.empty())
        text_ += separator_;
    text_.append(key).append(1, '=');
    for (const char c : value)
        text_ += is_printable(c) && c != separator_ ? c : '_';
    return *this;
}

FieldWriter& FieldWriter::number(std::string_view key, std::uint64_t value)
{
    return text(key, std::to_string(value));
}

FieldWriter& FieldWriter::lsn(std::string_view key, Lsn value)
{
    return text(key, value.text());
}

FieldWriter& FieldWriter::flag(std::string_view key, bool value)
{
    return text(key, value ? "yes" : "no");
}

FieldReader::FieldReader(std::string_view text, char separator, Tolerance tolerance) : tolerance_{tolerance}
{
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find(separator), text.size());
        add(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void FieldReader::add(std::string_view field)
{
    const std::size_t equals = field.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        return fail("a field without a key");
    const std::string_view key = field.substr(0, equals);
    if (!std::all_of(field.begin(), field.end(), is_printable))
        return fail("a character that is not printable");
    if (has(key))
        return fail(key);
    fields_.push_back({std::string{key}, std::string{field.substr(equals + 1)}});
}

const std::string* FieldReader::find(std::string_view key)
{
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) { return field.key == key; });
    if (found == fields_.end())
    {
        if (tolerance_ != Tolerance::other_versions)
            fail(key);
        return nullptr;
    }
    found->is_read = true;
    return &found->value;
}

std::string FieldReader::text(std::string_view key)
{
    const std::string* const value = find(key);
    return value == nullptr ? std::string{} : *value;
}

std::string FieldReader::word(std::string_view key)
{
    std::string value = text(key);
    if (value.size() <= longest_word && std::all_of(value.begin(), value.end(), is_word_character))
        return value;
    fail(key);
    return {};
}

std::uint64_t FieldReader::number(std::string_view key)
{
    const std::string* const digits = find(key);
    if (digits == nullptr)
        return 0;
    std::uint64_t value = 0;
    const char* const end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, value);
    if (error == std::errc{} && stop == end)
        return value;
    fail(key);
    return 0;
}

Timeline FieldReader::timeline(std::string_view key)
{
    const std::uint64_t value = number(key);
    if (value <= std::numeric_limits<std::uint32_t>::max())
        return Timeline{static_cast<std::uint32_t>(value)};
    fail(key);
    return Timeline::none;
}

Lsn FieldReader::lsn(std::string_view key)
{
    const std::string* const text = find(key);
    if (text == nullptr)
        return Lsn{};
    if (const Expected<Lsn> value = Lsn::parse(*text))
        return *value;
    fail(key);
    return Lsn{};
}

bool FieldReader::flag(std::string_view key)
{
    const std::string* const value = find(key);
    if (value == nullptr)
        return false;
    if (*value != "yes" && *value != "no")
        fail(key);
    return *value == "yes";
}

bool FieldReader::flag_or(std::string_view key, bool otherwise)
{
    return has(key) ? flag(key) : otherwise;
}

bool FieldReader::has(std::string_view key) const
{
    return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) { return field.key == key; });
}

void FieldReader::fail(std::string_view key)
{
    if (!wrong_)
        wrong_ = key;
}

bool FieldReader::is_passed_over(std::string_view key) const
{
    switch (tolerance_)
    {
    case Tolerance::none:
        return false;
    case Tolerance::advice:
        return key.starts_with("x-");
    case Tolerance::unknown_keys:
    case Tolerance::other_versions:
        break;
    }
    return true;
}

Expected<void> FieldReader::finish() const
{
    if (wrong_)
        return Error{ErrorKind::malformed, "missing, doubled or wrong: " + *wrong_};
    const auto unread =
        std::find_if(fields_.begin(), fields_.end(),
                     [this](const Field& field) { return !field.is_read && !is_passed_over(field.key); });
    if (unread != fields_.end())
        return Error{ErrorKind::malformed,
                     (tolerance_ == Tolerance::advice ? "another version of pgtwin wrote the key " : "unknown: ") +
                         unread->key};
    return {};
}

} // namespace pgtwin
