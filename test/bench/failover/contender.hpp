// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/failover/fault.hpp"
#include "bench/failover/load.hpp"
#include "cluster/lab.hpp"

namespace pgtwin::bench
{

using test::Arguments;
using test::Lab;

/// A resource agent in a lab, set up as its documentation says. The resource is `postgres-db` in the promotable clone
/// `postgres-clone`, with the address `postgres-vip`, whoever's agent it is.
class Contender
{
public:
    Contender() = default;
    Contender(const Contender&) = delete;
    Contender& operator=(const Contender&) = delete;
    virtual ~Contender() = default;

    [[nodiscard]] virtual std::string name() const = 0;
    /// Makes a fresh lab ready to be measured.
    virtual void deploy(const Lab& lab) const = 0;
    /// What it lacks to be measured, in words; empty: nothing.
    [[nodiscard]] virtual std::string ailment(const Lab& lab) const = 0;
    /// What its documentation asks of an administrator after a fault. `lost` is the node that is not primary any more.
    virtual void repair(const Lab& /*lab*/, const std::string& /*lost*/) const {}
    /// Without one, clients knock at the address instead of committing.
    [[nodiscard]] virtual bool has_database() const { return true; }
    [[nodiscard]] virtual bool can_be_measured(Fault /*fault*/) const { return true; }
    /// Causes the fault; returns the moment from which there is no service at the latest.
    [[nodiscard]] virtual Moment cause(Fault fault, const Lab& lab) const;
    /// Waits until a standby that was lost is fully back; how long that took from the moment it streamed.
    [[nodiscard]] virtual std::optional<std::chrono::milliseconds> certified_after(const Lab& /*lab*/) const
    {
        return std::nullopt;
    }
};

/// The names of all contenders, the floor first.
[[nodiscard]] std::vector<std::string> contender_names();
/// Nothing if there is none of that name.
[[nodiscard]] std::unique_ptr<Contender> make_contender(const std::string& name);

/// One configuration in crmsh's language.
void load_configuration(const Lab& lab, const std::string& text);
/// Clone, address and constraints as in the README; `operations` of the primitive stand in `primitive`.
/// `order` is the kind of the order "demote, then stop the address".
[[nodiscard]] std::string with_address(const std::string& primitive, const std::string& order = "Optional");
/// The node with the role Promoted, which must be one.
[[nodiscard]] std::string primary_of(const Lab& lab);
/// What the cluster lacks to be a primary with the address and a running standby; empty: nothing.
[[nodiscard]] std::string cluster_ailment(const Lab& lab);
/// Makes the table of the load.
void create_ledger(const Lab& lab, const std::string& primary);
/// SIGKILL to the postmaster of a node.
void kill_postmaster(const Lab& lab, const std::string& node);

} // namespace pgtwin::bench
