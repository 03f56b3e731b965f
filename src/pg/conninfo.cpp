// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/conninfo.hpp"

#include <libpq-fe.h>

#include <memory>

namespace pgtwin::pg
{
namespace
{

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

std::string problem_in_options(const std::string& options)
{
    const auto result = parsed(options);
    return result ? std::string{} : "must be options that libpq knows: " + result.error().what;
}

} // namespace pgtwin::pg
