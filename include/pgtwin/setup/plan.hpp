// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/config/params.hpp"

namespace pgtwin::setup
{

/// The two shells in which clusters are administered.
enum class Shell
{
    crm, ///< crmsh 4 and 5
    pcs, ///< pcs 0.11 and 0.12
};

/// Whether the reminder of fencing has an example of devices.
enum class FencingExample
{
    left_out,
    shown,
};

/// What an administrator says of a new pair, unchecked.
struct Wish
{
    Shell shell = Shell::crm;
    std::string resource = "postgres-db";
    std::vector<std::string> nodes;
    std::string vip;                                             ///< with its prefix length: "192.0.2.20/24"
    std::vector<std::pair<std::string, std::string>> parameters; ///< further parameters of the agent, by name
    FencingExample fencing = FencingExample::left_out;
};

/// A pair that can be configured.
struct Plan
{
    Shell shell = Shell::crm;
    std::string resource; ///< the primitive
    std::string clone;
    std::string address; ///< the primitive of the service address
    std::array<std::string, 2> nodes;
    std::string vip;
    std::string prefix_length;
    std::vector<std::pair<std::string, std::string>> parameters; ///< all that the primitive gets, in order
    Params params;                                               ///< the same as the agent will read them
    FencingExample fencing = FencingExample::left_out;
};

/// Checks a wish by the rules of the parameter table. An error is malformed and one line for the administrator.
[[nodiscard]] Expected<Plan> plan_of(const Wish& wish);

/// The whole configuration as a commented shell script, with everything that has to be true before it is run.
[[nodiscard]] std::string script_of(const Plan& plan);

/// The commands alone.
[[nodiscard]] std::string commands_of(const Plan& plan);

/// What has to be done to fencing, quorum and PostgreSQL first, as lines of comment.
[[nodiscard]] std::string preparation_of(const Plan& plan);

/// Lines of postgresql.conf that a pair needs.
[[nodiscard]] std::string_view server_settings();

/// What pg_rewind needs: manual, "pg_rewind", section "Notes".
[[nodiscard]] std::string rewind_grants(std::string_view role);

/// The role of replication, with what pg_rewind needs.
[[nodiscard]] std::string role_statements(std::string_view role);

} // namespace pgtwin::setup
