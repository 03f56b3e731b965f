// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/message/message.hpp"
#include "pgtwin/report/format.hpp"
#include "problems.hpp"

namespace pgtwin::report
{
namespace
{

/// So much takes its time in a failover, since it is replayed before the server opens.
constexpr std::int64_t much_unreplayed = std::int64_t{1} << 30;

/// A standby that is named and so close has caught up: from then on commits wait for it. The replication user may not
/// see the primary's own word.
constexpr std::int64_t little_wal = std::int64_t{16} << 20;

std::string log_of(const NodeFacts& node)
{
    return "see the log of the server on " + node.name;
}

/// Another problem says why, and what helps.
bool is_kept_away(const NodeFacts& standby)
{
    return is(standby.is_standby_mode) || (standby.membership && *standby.membership != Membership::online);
}

std::optional<Problem> not_following(const PairFacts& facts, const NodeFacts& standby)
{
    if (is_stopped(standby))
        return Problem{Verdict::degraded, "standby-missing", "there is no standby: the data is on one node only",
                       is_kept_away(standby) ? std::string{} : "bring " + standby.name + " back"};
    if (!facts.replication || is_lost(standby))
        return std::nullopt;
    if (!*facts.replication)
        return Problem{Verdict::degraded, "not-connected", "no standby is connected to the primary", log_of(standby)};
    if ((*facts.replication)->state == "streaming")
        return std::nullopt;
    return Problem{Verdict::degraded, "not-streaming", "the standby does not stream: " + (*facts.replication)->state,
                   log_of(standby)};
}

Problem not_promotable(const PairFacts& facts, const NodeFacts& standby)
{
    const Promotion& promotion = *standby.promotion;
    const std::string text = standby.name + " could not take over: " + promotion.text;
    if (promotion.id == "not-certified")
        return {Verdict::degraded, "not-certified", text,
                "commits wait for it again by itself once it follows; if that lasts: pgtwin explain, on " +
                    facts.primary()->name};
    const message::Message* const message = message::find(promotion.id);
    return {Verdict::degraded, "not-promotable", text, message == nullptr ? std::string{} : std::string{message->hint},
            promotion.id};
}

Problem replay_behind(const PairFacts& facts, const NodeFacts& standby)
{
    return {Verdict::degraded, "replay-behind",
            standby.name + " has not replayed " + bytes_text(*(*facts.replication)->replay_lag) +
                " of WAL: a failover would wait for that",
            "look on " + standby.name +
                " for queries that hold replay up (max_standby_streaming_delay), or a slow disk"};
}

bool is_far_behind(const PairFacts& facts)
{
    return facts.replication && *facts.replication && (*facts.replication)->replay_lag &&
           *(*facts.replication)->replay_lag >= much_unreplayed;
}

bool is_judged(const NodeFacts& standby)
{
    return !is_stopped(standby) && !is_lost(standby) && !is_in_repair(standby);
}

} // namespace

bool is_synchronous(const PairFacts& facts)
{
    if (facts.primary() == nullptr || facts.standby() == nullptr || !facts.sync_names || facts.sync_names->empty())
        return false;
    if (!facts.replication || !*facts.replication || (*facts.replication)->state != "streaming")
        return false;
    const Replication& stream = **facts.replication;
    if (stream.sync_state)
        return *stream.sync_state == "sync";
    return stream.flush_lag && *stream.flush_lag < little_wal;
}

Problems problems_of_standby(const PairFacts& facts)
{
    const NodeFacts* const standby = facts.standby();
    if (standby == nullptr || is_in_repair(*standby))
        return {};
    Problems found;
    if (auto problem = not_following(facts, *standby))
        found.push_back(*std::move(problem));
    if (is_far_behind(facts))
        found.push_back(replay_behind(facts, *standby));
    if (!is_judged(*standby))
        return found;
    const bool is_banned =
        standby->promotion && (standby->promotion->id == "left-ban" || standby->promotion->id == "banned");
    if (standby->promotion && !standby->promotion->is_allowed && found.empty() && !is_banned)
        found.push_back(not_promotable(facts, *standby));
    if (!standby->promotion && !(facts.cluster.silence == Silence::denied && is_synchronous(facts)))
        found.push_back(
            {Verdict::unknown, "promotion-unknown", "it cannot be told whether " + standby->name + " could take over"});
    return found;
}

} // namespace pgtwin::report
