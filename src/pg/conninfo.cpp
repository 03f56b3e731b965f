// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <sys/stat.h>

#include "pgtwin/sys/file.hpp"

namespace pgtwin::pg
{
namespace
{

/// A path that nothing can have.
constexpr const char* nobody = "/dev/null/none";

using ParsedOptions = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

/// Or what is wrong. libpq quotes the words it stumbles over: they must not be parts of a password.
Expected<ParsedOptions> parsed(const std::string& text)
{
    char* reason = nullptr;
    ParsedOptions options{PQconninfoParse(text.c_str(), &reason), PQconninfoFree};
    const std::unique_ptr<char, void (*)(void*)> owner{reason, PQfreemem};
    if (options)
        return options;
    std::string what = reason == nullptr || text.find("password") != std::string::npos ? "syntax error" : reason;
    what.erase(what.find_last_not_of('\n') + 1);
    return Error{ErrorKind::malformed, what};
}

/// As libpq reads a number: blanks around it do not count (parse_int_param, src/interfaces/libpq/fe-connect.c).
bool is_integer(std::string_view text)
{
    constexpr std::string_view spaces = " \t\n\v\f\r";
    const std::size_t first = std::min(text.find_first_not_of(spaces), text.size());
    text = text.substr(first, text.find_last_not_of(spaces) + 1 - first);
    int number = 0;
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

/// libpq reads these only as far as a connection comes, and some only for TCP.
std::string problem_in_integers(const PQconninfoOption* option)
{
    constexpr std::array<std::string_view, 6> integers{"connect_timeout",  "keepalives",          "keepalives_idle",
                                                       "keepalives_count", "keepalives_interval", "tcp_user_timeout"};
    for (; option->keyword != nullptr; ++option)
        if (option->val != nullptr && !is_integer(option->val) &&
            std::find(integers.begin(), integers.end(), option->keyword) != integers.end())
            return "invalid integer value \"" + std::string{option->val} + "\" for connection option \"" +
                   option->keyword + "\"";
    return {};
}

/// Of options that do not say whom to connect to.
///
/// libpq judges values only when it is to connect: to a socket that cannot be there it fails at once, and by another
/// message if the values are right.
std::string problem_in_values(const std::string& options)
{
    const std::string nowhere =
        Conninfo{}.append(options).add("host", nobody).add("user", "nobody").add("passfile", nobody).text();
    const std::unique_ptr<PGconn, void (*)(PGconn*)> attempt{PQconnectStart(nowhere.c_str()), PQfinish};
    std::string said = PQerrorMessage(attempt.get());
    if (said.find(nobody) != std::string::npos)
        return {};
    said.erase(said.find_last_not_of('\n') + 1);
    return said;
}

} // namespace

Conninfo& Conninfo::add(std::string_view keyword, std::string_view value)
{
    if (!text_.empty())
        text_ += ' ';
    text_.append(keyword).append("='");
    for (const char c : value)
    {
        if (c == '\'' || c == '\\')
            text_ += '\\';
        text_ += c;
    }
    text_ += '\'';
    return *this;
}

Conninfo& Conninfo::append(std::string_view text)
{
    if (!text_.empty() && !text.empty())
        text_ += ' ';
    text_ += text;
    return *this;
}

Expected<void> check_conninfo(const std::string& text)
{
    const auto options = parsed(text);
    if (!options)
        return within("not a connection string", options.error());
    for (const PQconninfoOption* option = options->get(); option->keyword != nullptr; ++option)
        if (std::string_view{option->keyword} == "password" && option->val != nullptr)
            return Error{ErrorKind::malformed,
                         "a connection string holds a password, which belongs in a password file"};
    return {};
}

std::string ignored_passfile(const std::string& conninfo)
{
    const auto options = parsed(conninfo);
    const PQconninfoOption* option = options ? options->get() : nullptr;
    while (option != nullptr && option->keyword != nullptr && std::string_view{option->keyword} != "passfile")
        ++option;
    if (option == nullptr || option->keyword == nullptr || option->val == nullptr)
        return {};
    const auto file = sys::look_at(option->val, sys::Links::follow);
    const bool is_there = file && *file;
    const bool is_open = is_there && ((*file)->mode & (S_IRWXG | S_IRWXO)) != 0;
    return is_there && (is_open || !(*file)->is_regular) ? option->val : "";
}

std::string problem_in_options(const std::string& options)
{
    const auto result = parsed(options);
    if (!result)
        return "must be options that libpq knows: " + result.error().what;
    std::string problem = problem_in_integers(result->get());
    if (problem.empty() && !options.empty())
        problem = problem_in_values(options);
    return problem.empty() ? std::string{} : "must have values that libpq takes: " + problem;
}

} // namespace pgtwin::pg
