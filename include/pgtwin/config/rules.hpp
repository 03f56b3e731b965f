// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pgtwin::config
{

/// Words between blanks; commas count as blanks where lists of names are read.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// Pairs of "name=value" between blanks; a word without "=" has an empty value, a repeated name keeps its first.
[[nodiscard]] std::map<std::string, std::string> pairs_of(std::string_view text);

// Rules of parameters: each says "must be ...", or nothing if the text is right.

/// An absolute path without quotes and backslashes, which pg_ctl would hand to a shell; not the root directory.
[[nodiscard]] std::string must_be_path(std::string_view text);
/// The same, or empty.
[[nodiscard]] std::string may_be_path(std::string_view text);
/// A user of the operating system other than root, which PostgreSQL refuses.
[[nodiscard]] std::string must_be_user(std::string_view text);
[[nodiscard]] std::string must_be_slot(std::string_view text);
[[nodiscard]] std::string may_be_application_name(std::string_view text);
/// Two different names as Pacemaker knows them, or empty.
[[nodiscard]] std::string may_be_two_nodes(std::string_view text);
[[nodiscard]] std::string may_be_node(std::string_view text);
/// What pg_basebackup --max-rate takes: kilobytes, or megabytes with the suffix M, from 32 to 1048576 kilobytes; or
/// empty.
[[nodiscard]] std::string may_be_rate(std::string_view text);
/// At most two pairs of node and host, or empty.
[[nodiscard]] std::string may_be_hosts(std::string_view text);
/// An IPv4 or IPv6 address without a prefix length, or empty.
[[nodiscard]] std::string may_be_address(std::string_view text);
/// Connection options in libpq's keyword form, none of them one that pgtwin sets itself, and no password.
[[nodiscard]] std::string may_be_conninfo(std::string_view text);
/// A text that has a slash in it must be a path; anything else is taken for a host name and is of no account.
[[nodiscard]] std::string may_be_socket_directory(std::string_view text);
/// A command with both of PostgreSQL's placeholders %f and %p (manual, restore_command), or empty.
[[nodiscard]] std::string may_be_restore_command(std::string_view text);
[[nodiscard]] std::string must_be_false(std::string_view text);

/// Whether the text is an IPv4 address in dotted form, or an IPv6 address in RFC 4291's text form without a zone.
[[nodiscard]] bool is_ipv4(std::string_view text);
[[nodiscard]] bool is_ipv6(std::string_view text);

} // namespace pgtwin::config
