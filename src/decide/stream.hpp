// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/decide/observation.hpp"

namespace pgtwin::decide
{

/// Hands the directory to the worker, once per action; `why` is the cause that the worker is told.
[[nodiscard]] Maybe launch(const Observation& seen, std::string why);

/// Next step of a standby that does not stream although a primary is there (R9): it waits, asks the primary again, or
/// hands the directory over. Needs state, watch, server and cluster.
[[nodiscard]] Maybe seek_stream(const Observation& seen, const Context& context);

} // namespace pgtwin::decide
