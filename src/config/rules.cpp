// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/config/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "pgtwin/model/names.hpp"

namespace pgtwin::config
{
namespace
{

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

/// Keywords of primary_conninfo that have a parameter of their own, or that pgtwin decides.
constexpr std::array<std::string_view, 10> own_keywords{
    "host",   "hostaddr", "port",    "user",        "application_name",
    "dbname", "passfile", "service", "replication", "servicefile"};

/// Keywords whose values are secrets (PostgreSQL 18 manual, "Parameter Key Words"). Whoever lists processes or reads
/// postgresql.auto.conf would see them.
constexpr std::array<std::string_view, 5> secret_keywords{"password", "sslpassword", "oauth_client_secret",
                                                          "scram_client_key", "scram_server_key"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Why a keyword may not stand in primary_conninfo_opt; empty if it may.
std::string forbidden_keyword(const std::string& keyword)
{
    if (keyword == "password")
        return "must not hold a password: put it into the password file (parameter pgpassfile)";
    if (is_among(secret_keywords, keyword))
        return "must not hold " + keyword + ", a secret that others could read: remove it";
    if (is_among(own_keywords, keyword))
        return "must not set " + keyword + ": pgtwin sets it from its own parameters";
    return {};
}

bool is_made_of(std::string_view text, std::string_view one, std::string_view other)
{
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [&](char c)
                                        {
                                            return one.find(c) != std::string_view::npos ||
                                                   other.find(c) != std::string_view::npos ||
                                                   digits.find(c) != std::string_view::npos;
                                        });
}

bool is_node(std::string_view text)
{
    return is_made_of(text, letters, "._-") && text.front() != '-';
}

bool is_host(std::string_view text)
{
    return is_made_of(text, letters, "._-:%") && text.front() != '-';
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/// Takes one "keyword = value" off the front; an empty keyword means that the text is not of that form.
std::string take_keyword(std::string_view& rest)
{
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos)
        return {};
    std::string_view keyword = rest.substr(0, equals);
    while (!keyword.empty() && is_blank(keyword.back()))
        keyword.remove_suffix(1);
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && is_blank(rest.front()))
        rest.remove_prefix(1);
    return is_made_of(keyword, letters, "_") ? std::string{keyword} : std::string{};
}

/// Takes a plain or quoted value off the front; false if a quote stays open.
bool take_value(std::string_view& rest)
{
    const bool is_quoted = !rest.empty() && rest.front() == '\'';
    std::size_t at = is_quoted ? 1 : 0;
    while (at < rest.size() && (is_quoted ? rest[at] != '\'' : !is_blank(rest[at])))
        at += rest[at] == '\\' ? 2U : 1U;
    if (at > rest.size() || (is_quoted && at == rest.size()))
        return false;
    rest.remove_prefix(is_quoted ? at + 1 : at);
    while (!rest.empty() && is_blank(rest.front()))
        rest.remove_prefix(1);
    return true;
}

/// Whether a command has the placeholder `%letter`; `%%` is a percent sign.
bool has_placeholder(std::string_view command, char letter)
{
    for (std::size_t at = command.find('%'); at < command.size(); at = command.find('%', at + 2))
        if (at + 1 < command.size() && command[at + 1] == letter)
            return true;
    return false;
}

/// Groups of an IPv6 address between colons; -1 if one of them is none. A trailing IPv4 address counts as two.
int count_groups(std::string_view text)
{
    int groups = 0;
    while (!text.empty())
    {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && is_ipv4(group))
            return groups + 2;
        if (group.empty() || group.size() > 4 || group.find_first_not_of(hex_digits) != std::string_view::npos)
            return -1;
        ++groups;
        if (colon == std::string_view::npos)
            return groups;
        text.remove_prefix(colon + 1);
        if (text.empty())
            return -1;
    }
    return groups;
}

} // namespace

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    constexpr std::string_view separators = " \t,";
    for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;)
    {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = text.find_first_not_of(separators, end);
    }
    return words;
}

std::map<std::string, std::string> pairs_of(std::string_view text)
{
    std::map<std::string, std::string> pairs;
    for (const std::string& word : words_of(text))
    {
        const std::size_t equals = std::min(word.find('='), word.size());
        pairs.emplace(word.substr(0, equals), word.substr(std::min(equals + 1, word.size())));
    }
    return pairs;
}

std::string must_be_path(std::string_view text)
{
    if (text.find_first_of("'\"\\`$") != std::string_view::npos)
        return "must not contain quotes, backslashes or dollar signs";
    if (text.empty() || text.front() != '/' || text.find_first_not_of('/') == std::string_view::npos)
        return "must be an absolute path, such as /var/lib/postgresql";
    return {};
}

std::string may_be_path(std::string_view text)
{
    return text.empty() ? std::string{} : must_be_path(text);
}

std::string must_be_user(std::string_view text)
{
    if (text == "root")
        return "must not be root: PostgreSQL refuses to run as root";
    if (!is_made_of(text, letters, "._-$") || text.front() == '-')
        return "must be the name of the operating system user that owns the data directory";
    return {};
}

std::string must_be_slot(std::string_view text)
{
    return is_slot_name(text) ? "" : "must be lower case letters, digits and underscores, at most 63";
}

std::string may_be_application_name(std::string_view text)
{
    return text.empty() || is_application_name(text)
               ? ""
               : "must be letters, digits and underscores, at most 63, no hyphens";
}

std::string may_be_two_nodes(std::string_view text)
{
    const std::vector<std::string> names = words_of(text);
    if (names.size() > 2)
        return "must name two nodes: pgtwin is for pairs";
    if (!std::all_of(names.begin(), names.end(), is_node))
        return "must be node names as crm_node -l shows them";
    if (names.size() == 1 || (names.size() == 2 && same_node(names[0], names[1])))
        return "must name two different nodes, or be empty";
    return {};
}

std::string may_be_node(std::string_view text)
{
    return text.empty() || is_node(text) ? "" : "must be the name of a node as crm_node -l shows it";
}

std::string may_be_rate(std::string_view text)
{
    constexpr std::int64_t least = 32;
    constexpr std::int64_t most = 1'048'576;
    constexpr std::int64_t kilobytes_in_megabyte = 1024;
    std::int64_t rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const bool is_read = error == std::errc{} && (unit.empty() || unit == "k" || unit == "M");
    const bool is_in_range =
        is_read && rate >= (unit == "M" ? 1 : least) && rate <= (unit == "M" ? most / kilobytes_in_megabyte : most);
    return text.empty() || is_in_range ? "" : "must be a rate from 32k to 1024M, such as 50M";
}

std::string may_be_hosts(std::string_view text)
{
    const auto pairs = pairs_of(text);
    const auto is_pair = [](const auto& pair)
    {
        return is_node(pair.first) && is_host(pair.second);
    };
    if (!std::all_of(pairs.begin(), pairs.end(), is_pair) || pairs.size() != words_of(text).size())
        return "must be node=address for each node, such as psql1=10.0.0.1 psql2=10.0.0.2";
    if (pairs.size() == 1 || pairs.size() > 2)
        return "must give the address of both nodes, or be empty";
    return {};
}

std::string may_be_address(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos)
        return "must be the address alone, without the prefix length: " + std::string{text.substr(0, slash)};
    return text.empty() || is_ipv4(text) || is_ipv6(text) ? "" : "must be an IP address, such as 192.0.2.20";
}

std::string may_be_conninfo(std::string_view text)
{
    std::string_view rest = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
    while (!rest.empty())
    {
        const std::string keyword = take_keyword(rest);
        if (std::string problem = forbidden_keyword(keyword); !problem.empty())
            return problem;
        if (keyword.empty())
            return "must be libpq options, such as sslmode=verify-full sslrootcert=/etc/ssl/ca.pem";
        if (!take_value(rest))
            return "must end the value of " + keyword + ": a quote or a backslash is left open";
    }
    return {};
}

std::string may_be_socket_directory(std::string_view text)
{
    return text.find('/') == std::string_view::npos ? std::string{} : must_be_path(text);
}

std::string may_be_restore_command(std::string_view text)
{
    if (!text.empty() && !has_placeholder(text, 'f'))
        return "must contain %f, which PostgreSQL replaces by the name of the file to fetch";
    if (!text.empty() && !has_placeholder(text, 'p'))
        return "must contain %p, which PostgreSQL replaces by the path to copy the file to";
    return {};
}

std::string must_be_false(std::string_view text)
{
    constexpr std::array<std::string_view, 4> yes{"true", "yes", "on", "1"};
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool is_yes = std::find(yes.begin(), yes.end(), lower) != yes.end();
    return is_yes ? "must be false: pgtwin runs PostgreSQL on the node itself, not in a container; remove it" : "";
}

bool is_ipv4(std::string_view text)
{
    int numbers = 0;
    for (;;)
    {
        const std::size_t dot = text.find('.');
        const std::string_view number = text.substr(0, dot);
        if (number.empty() || number.size() > 3 || number.find_first_not_of(digits) != std::string_view::npos)
            return false;
        if (number.size() > 1 && number.front() == '0')
            return false;
        if (number.size() == 3 && number > "255")
            return false;
        ++numbers;
        if (dot == std::string_view::npos)
            return numbers == 4;
        text.remove_prefix(dot + 1);
    }
}

bool is_ipv6(std::string_view text)
{
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos)
        return count_groups(text) == 8;
    const int before = count_groups(text.substr(0, gap));
    const int after = count_groups(text.substr(gap + 2));
    // An IPv4 address ends the text: it may not stand before the gap.
    const bool is_mixed_early = text.substr(0, gap).find('.') != std::string_view::npos;
    return !is_mixed_early && before >= 0 && after >= 0 && before + after <= 7;
}

} // namespace pgtwin::config
