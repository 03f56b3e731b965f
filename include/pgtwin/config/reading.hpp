// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"
#include "pgtwin/config/environment.hpp"
#include "pgtwin/config/params.hpp"

namespace pgtwin::config
{

/// Whom a wrong value stops.
enum class Scope
{
    every_node, ///< wrong in the cluster's configuration itself: no node can run with it
    this_node,  ///< another node may run with it
};

/// A parameter that cannot be used.
struct ParamError
{
    std::string name;
    std::string value;
    std::string problem; ///< "must be an integer from 1 to 65535": says what to write instead
    Scope scope = Scope::every_node;

    /// "parameter pgport is 'abc': must be an integer from 1 to 65535"; a long value is shortened.
    [[nodiscard]] std::string text() const;
    friend bool operator==(const ParamError&, const ParamError&) = default;
};

/// Parameters as far as they could be read, with all that was wrong.
struct Reading
{
    Params params; ///< a wrong value leaves the default, and a wrong or missing pgdata leaves it empty
    std::vector<ParamError> errors;
};

/// Reads and checks every parameter of the table, each for itself and then together. Start and validation refuse if
/// there are errors; whoever looks after a server that runs goes on with what could be read.
[[nodiscard]] Reading read_params(const Environment& environment);

/// What is worth a warning in parameters that are right, one sentence each: said by every start and validation.
[[nodiscard]] std::vector<std::string> warnings_of(const Params& params);

/// The first error of read_params() as an Error: malformed if it is wrong for every node, conflict if for this node
/// only.
[[nodiscard]] Expected<Params> params_from(const Environment& environment);

/// Whether this node is one of the two named by node_list, or by replication_hosts if that alone is set. Wrong for
/// this node only.
[[nodiscard]] std::optional<ParamError> check_node(const Params& params, std::string_view node);

/// What to say when nobody knows what Pacemaker calls this node, and neither of the two is called as this machine is;
/// empty if there is nothing to say.
[[nodiscard]] std::string doubt_of_host(const Params& params, std::string_view host);

/// Whether Pacemaker runs the resource as a promotable clone with one promoted instance and notifications. Nothing is
/// said if the environment holds no such attribute, as when an action is run by hand.
[[nodiscard]] std::optional<ParamError> check_clone(const Environment& environment);

/// The parameters as they were given, without those that may hold a secret and those that pgtwin does not know.
[[nodiscard]] Environment without_secrets(const Environment& environment);

} // namespace pgtwin::config
