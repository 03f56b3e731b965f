// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "cluster/pair.hpp"

/// What scenarios of repairs have in common.
namespace pgtwin::test
{

/// A script of sh in a node, as root, which ends at the first command that fails.
std::string script(const Lab& lab, const std::string& node, const std::string& text);

/// Sets a parameter of the resource; empty removes it.
void set_parameter(const Lab& lab, const std::string& name, const std::string& value);

/// Waits until attribute postgres-db-resync of a node contains a text.
void wait_resync(const Lab& lab, const std::string& node, const std::string& text, std::chrono::seconds limit);

/// Leaves a standby that was taken out as a worker does that died while it copied: another base backup follows.
void order_base_backup(const Lab& lab, const std::string& node);

/// A copy that takes half a minute, until this object goes.
class SlowCopies
{
public:
    explicit SlowCopies(const Lab& lab);
    SlowCopies(const SlowCopies&) = delete;
    SlowCopies& operator=(const SlowCopies&) = delete;
    ~SlowCopies();

private:
    const Lab& lab_;
};

/// Names the directory at PGDATA itself: a base backup replaces it.
[[nodiscard]] std::string directory_at(const Lab& lab, const std::string& node, const std::string& path);

/// Whether pgtwin's log on a node has a line with a text.
[[nodiscard]] bool has_logged(const Lab& lab, const std::string& node, const std::string& text);

} // namespace pgtwin::test
