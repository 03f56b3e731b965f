// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/admin/gather.hpp"

namespace pgtwin::admin
{

// A pair of the primitive db in the clone db-clone with the address vip, on psql1, where it is looked at, and psql2.

inline constexpr report::Time now{2000};
inline constexpr const char* primary_run = "run=aaaaaaaaaaaaaaaa role=primary timeline=3 word=aaaaaaaaaaaaaaaa";
inline constexpr const char* standby_run = "run=bbbbbbbbbbbbbbbb role=standby timeline=3 word=aaaaaaaaaaaaaaaa";

[[nodiscard]] std::string attribute(const std::string& name, const std::string& value);

/// A node that is a member, or that was lost.
[[nodiscard]] std::string node_state(const std::string& id, bool is_member, const std::string& attributes,
                                     const std::string& history);

/// An operation that has ended, with "why" as its reason.
[[nodiscard]] std::string operation(const std::string& name, int call, int code, int expected,
                                    const std::string& reason = "why");
/// One that runs since 1900.
[[nodiscard]] std::string running(const std::string& name);
[[nodiscard]] std::string history(const std::string& resource, const std::string& operations);

/// The parts of a CIB that a test may change.
struct Configuration
{
    std::string meta{};        ///< of the clone
    std::string constraints{}; ///< besides that of the address
    std::string fencing{};     ///< primitives of class stonith
    std::string operations{};  ///< of the pair
};

[[nodiscard]] Expected<ClusterLook> look_of(const std::string& states, const Configuration& configuration = {});
[[nodiscard]] Target target_in(const Expected<ClusterLook>& look);
[[nodiscard]] Target target();

/// psql1 is the primary, and psql2 a standby with that certificate.
[[nodiscard]] Expected<ClusterLook> healthy_look(const std::string& certified = "run=bbbbbbbbbbbbbbbb mode=sync");
/// psql1 is a standby of psql2.
[[nodiscard]] Expected<ClusterLook> look_on_the_standby();

[[nodiscard]] ServerStatus primary_status();
[[nodiscard]] ServerLooks looks_of(const ServerStatus& status);
[[nodiscard]] ServerLooks primary_looks();
/// A primary without a standby.
[[nodiscard]] ServerLooks lonely_looks();
[[nodiscard]] ServerLooks standby_looks();
/// What psql2 answers as a primary.
[[nodiscard]] Identity primary_identity();
[[nodiscard]] pg::PeerPart primary_part();

[[nodiscard]] report::PairFacts facts_of(const Expected<ClusterLook>& look, const ServerLooks& looks);

/// An entry of the history.
[[nodiscard]] HistoryEntry entry(int when, const std::string& action, std::vector<std::string> steps = {});

} // namespace pgtwin::admin
