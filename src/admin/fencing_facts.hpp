// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/admin/resources.hpp"
#include "pgtwin/report/facts.hpp"

namespace pgtwin::admin
{

/// How each fencing device stands, by its meta attributes and by what it did last.
[[nodiscard]] std::vector<report::FencingDevice> devices_of(const crm::ResourceView& resources);

/// What the fencer remembers; unknown if it was not asked or did not answer.
[[nodiscard]] Seen<std::vector<report::FencingFacts>> fencing_of(const ClusterLook& look);

/// Adds each end of a fencing to the events. One that is tried again and again is told once.
void add_fencing(report::PairFacts& facts);

} // namespace pgtwin::admin
