// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pgtwin/crm/tools.hpp"

namespace pgtwin::crm
{

/// Pacemaker's programs on a cluster of psql1 and psql2 with memory: an attribute manager and a CIB that follows it.
class FakeTools final : public Tools
{
public:
    using Key = std::pair<std::string, std::string>; ///< node, attribute

    std::map<Key, std::string> managed;   ///< what the attribute manager holds
    std::map<Key, std::string> transient; ///< what the CIB holds
    std::map<Key, std::string> permanent;
    int lag = 0; ///< CIB queries until the manager's values arrive there; negative: never
    bool is_refresh_needed = false;
    bool is_manager_deaf = false; ///< it acknowledges updates and forgets them
    bool is_peer_member = true;
    int failing_code = 0;              ///< answered by every program
    std::vector<std::string> commands; ///< all that ran: program and first argument
    std::chrono::milliseconds paused{0};
    std::string ring = "1.2c";

    Expected<ToolAnswer> run(const std::string& program, const std::vector<std::string>& arguments,
                             const Deadline& deadline) override;
    void pause(std::chrono::milliseconds time) override { paused += time; }

    /// Sets an attribute as if it had been there for long.
    void set(const std::string& node, const std::string& attribute, const std::string& value);
    [[nodiscard]] std::string cib() const;

private:
    ToolAnswer cibadmin(const std::vector<std::string>& arguments);
    ToolAnswer attrd_updater(const std::vector<std::string>& arguments);
    ToolAnswer query(const Key& key) const;
    void modify(const std::string& xml);
    void flush();

    int waiting_ = 0;
};

} // namespace pgtwin::crm
