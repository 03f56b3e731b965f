// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/repairs.hpp"

#include "cluster/steps.hpp"

namespace pgtwin::test
{
namespace
{

} // namespace

std::string script(const Lab& lab, const std::string& node, const std::string& text)
{
    return lab.exec(node, {"sh", "-ec", text}, patience);
}

void set_parameter(const Lab& lab, const std::string& name, const std::string& value)
{
    Arguments arguments{"resource", "param", "postgres-db", value.empty() ? "delete" : "set", name};
    if (!value.empty())
        arguments.push_back(value);
    lab.crm(first_node, arguments);
}

void wait_resync(const Lab& lab, const std::string& node, const std::string& text, std::chrono::seconds limit)
{
    wait_until("'" + text + "' in postgres-db-resync of " + node, Deadline{limit},
               [&]() -> std::string
               {
                   const std::string seen = lab.state().nodes[node].attribute("postgres-db-resync");
                   return seen.find(text) != std::string::npos ? "" : "it is '" + seen + "'";
               });
}

void order_base_backup(const Lab& lab, const std::string& node)
{
    script(lab, node,
           "sed -i 's/^rebuild=.*/rebuild=copying/; s/^rebuild-reason=.*/rebuild-reason=/' "
           "/var/lib/pgtwin/postgres-db/state");
}

SlowCopies::SlowCopies(const Lab& lab) : lab_{lab}
{
    set_parameter(lab_, "basebackup_max_rate", "1M");
}

SlowCopies::~SlowCopies()
{
    try
    {
        set_parameter(lab_, "basebackup_max_rate", "");
    }
    catch (const LabError&) // NOLINT(bugprone-empty-catch): the scenario has failed already
    {
    }
}

std::string directory_at(const Lab& lab, const std::string& node, const std::string& path)
{
    return lab.exec(node, {"stat", "-L", "-c", "%i", path});
}

bool has_logged(const Lab& lab, const std::string& node, const std::string& text)
{
    return lab.try_exec(node, {"grep", "-q", text, "/var/log/pacemaker/pacemaker.log"}).ok();
}

} // namespace pgtwin::test
