// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/news.hpp"

#include <sstream>

#include "cluster/client.hpp"
#include "pgtwin/model/resync.hpp"

namespace pgtwin::test
{
namespace
{

bool is_primary(const NodeState& node)
{
    return node.role == "Promoted" || node.word("postgres-db-run", "role") == "primary";
}

std::string repair_in_words(const std::string& resync)
{
    const auto told = Resync::parse(resync);
    if (!told)
        return "repair: " + resync;
    switch (told->phase)
    {
    case ResyncPhase::copying:
        return "is filled by a copy of the primary: " + std::to_string(told->percent()) + " %";
    case ResyncPhase::rewinding:
        return "is set back to the data of the new primary: " + std::to_string(told->percent()) + " %";
    case ResyncPhase::preparing:
    case ResyncPhase::waiting:
    case ResyncPhase::failed:
        return "repair: " + told->in_words();
    }
    return "";
}

/// Collects the news about one node.
class Reporter
{
public:
    Reporter(std::string name, const NodeState& before, const NodeState& now, std::vector<News>& news)
        : name_{std::move(name)}, before_{before}, now_{now}, news_{news}
    {
    }

    void report()
    {
        tell_membership();
        if (now_.is_online && now_.role != before_.role)
            tell_role();
        tell_repair();
        tell_certificate();
    }

private:
    void tell(const std::string& text, Tone tone = Tone::plain) { news_.push_back({name_ + " " + text, tone}); }

    void tell_membership()
    {
        if ((before_.is_online && !now_.is_online) || (now_.is_unclean && !before_.is_unclean))
            tell("does not answer: it must be fenced before anything else", Tone::bad);
        if (now_.is_online && !before_.is_online)
            tell("is a member of the cluster");
    }

    void tell_role()
    {
        if (now_.role == "Promoted")
            tell("is the primary", Tone::good);
        else if (now_.role == "Unpromoted")
            tell("runs as a standby");
        else if (now_.role == "Promoting")
            tell("is being promoted");
        else if (!before_.role.empty() && (now_.role.empty() || now_.role == "Stopped"))
            tell("has no server that runs");
    }

    void tell_repair()
    {
        const std::string resync = now_.attribute("postgres-db-resync");
        if (resync == before_.attribute("postgres-db-resync") || !now_.is_online)
            return;
        tell(resync.empty() ? "has its data" : repair_in_words(resync));
    }

    void tell_certificate()
    {
        if (now_.is_certified() && !before_.is_certified())
            tell("is the synchronous standby: every commit waits for it", Tone::good);
        else if (before_.is_certified() && !now_.is_certified() && !is_primary(now_))
            tell("may lack commits from now on: it must not be promoted");
    }

    std::string name_;
    const NodeState& before_;
    const NodeState& now_;
    std::vector<News>& news_;
};

} // namespace

std::vector<News> news_between(const ClusterState& before, const ClusterState& now)
{
    std::vector<News> news;
    for (const auto& [name, node] : now.nodes)
    {
        const auto known = before.nodes.find(name);
        Reporter{name, known == before.nodes.end() ? NodeState{} : known->second, node, news}.report();
    }
    if (now.vip_node != before.vip_node && !now.vip_node.empty())
        news.push_back({std::string{"the virtual address "} + vip_address + " is on " + now.vip_node});
    return news;
}

std::vector<News> news_of_fencing(const std::string& power_log)
{
    std::vector<News> news;
    std::istringstream lines{power_log};
    for (std::string line; std::getline(lines, line);)
    {
        std::istringstream words{line};
        std::string tool, sender, asks, action, node, answer;
        if (!(words >> tool >> sender >> asks >> action >> node) || !std::getline(words >> std::ws, answer) ||
            asks != "asks" || (action != "reboot" && action != "off"))
            continue;
        node.pop_back();
        if (answer == "ok")
            news.push_back({sender + " has fenced " + node + ": its power is off for certain"});
        else
            news.push_back({sender + " could not fence " + node + ": " + answer, Tone::bad});
    }
    return news;
}

} // namespace pgtwin::test
