// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/report/checkup.hpp"

namespace pgtwin::report
{

using Advices = std::vector<Advice>;

/// Fencing, quorum and properties.
void check_cluster(const CheckupFacts& facts, Advices& found);
/// Clone, operations, addresses.
void check_resource(const CheckupFacts& facts, Advices& found);
/// Installation, settings and logins of one node.
void check_node(const CheckupFacts& facts, const CheckedNode& node, Advices& found);

/// What is to be changed in the settings of a node's server, and in what replication needs of it.
void check_settings(const CheckupFacts& facts, const CheckedNode& node, Advices& found);

/// The role that replicates.
[[nodiscard]] std::string role_of(const CheckupFacts& facts);

/// "crm configure property NAME=VALUE" and its like with pcs.
[[nodiscard]] Advice property_advice(Advice advice, const std::string& name, const std::string& value);
/// The same for a meta attribute of the clone.
[[nodiscard]] Advice meta_advice(const CheckupFacts& facts, Advice advice, const std::string& name,
                                 const std::string& value);

/// The value of a key; empty if there is none.
[[nodiscard]] std::string value_in(const Values& values, std::string_view name);
[[nodiscard]] bool is_true(const std::string& text);
[[nodiscard]] bool is_false(const std::string& text);

} // namespace pgtwin::report
