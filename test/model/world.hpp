// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/scene.hpp"
#include "walk.hpp"

namespace pgtwin::test
{

using View = std::optional<ClusterView>;

/// The looks that find one of `values` in a field of the observation.
template <typename Field, typename T>
std::vector<Look> finds(Field field, const std::vector<T>& values)
{
    std::vector<Look> looks;
    for (const T& value : values)
        looks.push_back([field, value](decide::Observation& seen) { seen.*field = value; });
    return looks;
}

/// The same, or that it cannot be told.
template <typename Field, typename T>
std::vector<Look> finds_or_not(Field field, const std::vector<T>& values)
{
    auto looks = finds(field, values);
    looks.push_back([field](decide::Observation& seen)
                    { seen.*field = std::remove_reference_t<decltype(seen.*field)>::unknown(); });
    return looks;
}

[[nodiscard]] std::vector<View> views(const std::vector<ClusterView>& of);
/// The views with "no cluster runs on this machine" added.
[[nodiscard]] std::vector<View> views_or_none(const std::vector<ClusterView>& of);
[[nodiscard]] ServerLook look_of(const Scene& scene);
/// A standby in each of the conditions that matter.
[[nodiscard]] std::vector<ServerLook> standby_servers();
[[nodiscard]] std::vector<ServerLook> servers_of_any_kind();
[[nodiscard]] std::vector<ServerLook> a_few_servers();
[[nodiscard]] std::vector<Processes> all_processes();
[[nodiscard]] std::vector<Directory> directories();
[[nodiscard]] std::vector<Identity> identities();
/// The peer as it answers itself: a primary that we can follow, one that we cannot, no primary, another system.
[[nodiscard]] std::vector<Identity> upstreams();
[[nodiscard]] std::vector<Settings> settings();
/// Everything that the guard may find.
[[nodiscard]] std::vector<ClusterView> guard_views();
/// What it may find when it looks again.
[[nodiscard]] std::vector<ClusterView> later_guard_views();
/// Everything that a primary may find.
[[nodiscard]] std::vector<ClusterView> primary_views();
[[nodiscard]] std::vector<ClusterView> later_primary_views();
/// A primary whose standby is in each of the conditions that matter, under each value of the names.
[[nodiscard]] std::vector<ServerLook> primary_servers();
[[nodiscard]] std::vector<Watch> primary_watches();

} // namespace pgtwin::test
