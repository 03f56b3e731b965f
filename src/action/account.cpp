// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/action/account.hpp"

#include <algorithm>

#include "pgtwin/action/apply.hpp"
#include "pgtwin/model/words.hpp"

namespace pgtwin::action
{
namespace
{

constexpr std::size_t most_steps = 40;

class Facts
{
public:
    void add(std::string_view key, std::string_view value)
    {
        text_.append(text_.empty() ? "" : " ").append(key).append("=").append(value.empty() ? "none" : value);
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

template <typename T>
bool is_not_told(Facts& facts, std::string_view key, const Seen<T>& look)
{
    if (look.is_unknown())
        facts.add(key, "unknown");
    return !look.is_known();
}

std::string_view word(bool fact)
{
    return fact ? "yes" : "no";
}

std::string_view name_of(Processes processes)
{
    switch (processes)
    {
    case Processes::none:
        return "stopped";
    case Processes::leftovers:
        return "leftovers";
    case Processes::postmaster:
        break;
    }
    return "running";
}

void add_server(Facts& facts, const Seen<ServerLook>& server)
{
    if (is_not_told(facts, "server", server))
        return;
    if (!server->status)
    {
        facts.add("server", server->processes == Processes::postmaster ? "silent" : name_of(server->processes));
        return;
    }
    const ServerStatus& status = *server->status;
    facts.add("server", name_of(status.role));
    facts.add("end", status.end.text());
    if (status.role == Role::standby)
        facts.add("replayed", status.replayed.text());
    if (status.receiver)
        facts.add("receiver", status.receiver->status);
    if (status.peer_sender)
        facts.add("sender", status.peer_sender->state + "/" + status.peer_sender->sync_state);
    if (status.role == Role::primary)
        facts.add("sync-names", status.sync_standby_names);
}

void add_node(Facts& facts, const std::string& prefix, const NodeView& node)
{
    if (node.name.empty())
        return;
    facts.add(prefix + "node", name_of(node.membership));
    facts.add(prefix + "record", name_of(node.data_status));
    facts.add(prefix + "run", node.run ? std::string{name_of(node.run->role)} + ":" + node.run->run : std::string{});
    if (node.certificate)
        facts.add(prefix + "certificate", node.certificate->run);
    if (node.position)
        facts.add(prefix + "position",
                  place_text(node.position->timeline, node.position->lsn) + (node.position->is_alone ? ":alone" : ""));
    if (node.has_override)
        facts.add(prefix + "override", word(true));
}

void add_cluster(Facts& facts, const decide::Observation& seen)
{
    if (is_not_told(facts, "cluster", seen.cluster))
        return;
    const ClusterView* const view = seen.view();
    if (view == nullptr)
    {
        facts.add("cluster", "none");
        return;
    }
    facts.add("quorum", word(view->has_quorum));
    if (view->is_maintenance)
        facts.add("maintenance", word(true));
    add_node(facts, "own-", view->self);
    add_node(facts, "peer-", view->peer);
}

void add_state(Facts& facts, const Seen<LocalState>& state)
{
    if (is_not_told(facts, "state", state))
        return;
    facts.add("run", state->run);
    if (state->alone)
        facts.add("alone", place_text(state->alone->timeline, state->alone->lsn));
    if (state->unshared != Timeline::none)
        facts.add("unshared", std::to_string(number(state->unshared)));
}

void add_identity(Facts& facts, std::string_view key, const Seen<Identity>& identity)
{
    if (!is_not_told(facts, key, identity))
        facts.add(key, place_text(identity->history.timeline, identity->end));
}

bool is_for_people(const decide::Step& step)
{
    return !std::holds_alternative<decide::Wait>(step) && !std::holds_alternative<decide::SaveWatch>(step) &&
           !std::holds_alternative<decide::PublishResync>(step) &&
           !std::holds_alternative<decide::LaunchSentinel>(step) && !std::holds_alternative<decide::Inspect>(step);
}

/// What people read of a step; nothing of a warning that only counts.
std::vector<std::string> words_of(const decide::Step& step, const std::string& failure)
{
    if (!failure.empty())
        return {"could not " + std::string{decide::name_of(step)} + ": " + failure};
    if (const auto* const warning = std::get_if<decide::Warn>(&step))
        return warning->lines;
    std::string text = describe(step);
    return {text.empty() ? decide::name_of(step) : std::move(text)};
}

} // namespace

std::string facts_of(const decide::Observation& seen)
{
    Facts facts;
    if (seen.server.is_asked())
        add_server(facts, seen.server);
    else if (seen.processes)
        facts.add("server", name_of(*seen.processes));
    add_state(facts, seen.state);
    add_identity(facts, "here", seen.identity);
    add_identity(facts, "there", seen.upstream);
    add_cluster(facts, seen);
    return facts.text();
}

void Account::note(const decide::Step& step, const decide::Observation& seen, const std::string& failure)
{
    if (!is_for_people(step) || steps_.size() >= most_steps)
        return;
    if (steps_.empty())
        facts_ = facts_of(seen);
    for (std::string& text : words_of(step, failure))
        if (std::find(steps_.begin(), steps_.end(), text) == steps_.end())
            steps_.push_back(std::move(text));
}

void Account::end(const decide::Observation& seen)
{
    if (steps_.empty())
        facts_ = facts_of(seen);
}

} // namespace pgtwin::action
