// SPDX-License-Identifier: GPL-2.0-or-later
#include "translate.hpp"

#include <algorithm>
#include <stdexcept>

namespace pgtwin::test::pair
{
namespace
{

using namespace std::chrono_literals;
using decide::Observation;
using decide::Subject;

constexpr std::uint64_t first_system = 7000;
constexpr std::uint64_t first_byte = 0x1000000;
constexpr std::uint64_t token_bytes = 0x100;
constexpr int major_version = 15;
constexpr BootTime now = 1000s;
constexpr BootTime delay = 10s;
const char* const peer_names = "\"peer\"";
constexpr std::array scores{0, -decide::infinity, decide::score_candidate, decide::score_certified,
                            decide::score_primary};

Byte end_of(Lsn position)
{
    return static_cast<Byte>((position.bytes() - first_byte) / token_bytes);
}

LocalState state(const Memory& memory)
{
    LocalState state;
    state.run = word(memory.run);
    state.role = static_cast<Role>(memory.role);
    if (memory.is_alone != 0)
        state.alone =
            AloneMark{first_system + memory.alone_system, Timeline{memory.alone_timeline}, lsn(memory.alone_end)};
    for (const Word& known : memory.words)
        if (known.timeline != 0)
            state.words.push_back({Timeline{known.timeline}, word(known.word)});
    state.unshared = Timeline{memory.unshared};
    state.followed = word(memory.followed);
    state.certified = word(memory.certified);
    state.origin = static_cast<Origin>(memory.origin);
    state.is_orderly = memory.is_orderly != 0;
    state.rebuild = static_cast<Rebuild>(memory.rebuild);
    return state;
}

Memory memory(const LocalState& state)
{
    Memory memory;
    memory.run = label(state.run);
    memory.role = byte(state.role);
    if (state.alone)
    {
        memory.is_alone = 1;
        memory.alone_system = static_cast<Byte>(state.alone->system_identifier - first_system);
        memory.alone_timeline = static_cast<Byte>(number(state.alone->timeline));
        memory.alone_end = end_of(state.alone->lsn);
    }
    for (std::size_t i = 0; i < state.words.size(); ++i)
        memory.words.at(i) = {static_cast<Byte>(number(state.words[i].timeline)), label(state.words[i].word)};
    memory.unshared = static_cast<Byte>(number(state.unshared));
    memory.followed = label(state.followed);
    memory.certified = label(state.certified);
    memory.origin = byte(state.origin);
    memory.is_orderly = state.is_orderly ? 1 : 0;
    memory.rebuild = byte(state.rebuild);
    return memory;
}

std::string ring(Byte ago)
{
    return "ring-" + std::to_string(ago);
}

DegradeWatch degrade_watch(const Notes& notes)
{
    const BootTime first = notes.degrade == Delay::begun ? now - 3s : now - delay - 1s;
    const BootTime last = notes.degrade == Delay::stalled ? now - 8s : now - 3s;
    return {first, last, ring(notes.degrade_ring)};
}

Watch watch(const Notes& notes)
{
    Watch watch;
    if (notes.degrade != Delay::none)
        watch.degrade = degrade_watch(notes);
    if (notes.certify != 0)
    {
        watch.certify =
            CertifyWatch{word(notes.certify), word(notes.certified_by),
                         notes.is_second_over != 0 ? now - 2s : now - 500ms, notes.is_idle_seen != 0, std::nullopt};
        if (notes.proof != 0)
            watch.certify->proof = lsn(notes.proof - 1U);
    }
    if (notes.standoff_self != 0)
        watch.standoff = StandoffWatch{word(notes.standoff_self), word(notes.standoff_peer),
                                       notes.is_patience_over != 0 ? now - 1min : now - 1s};
    watch.unhealthy = notes.unhealthy;
    return watch;
}

/// Of a watch to be saved: what began just now is told from what goes on, which keeps the world's time.
Notes notes(const Watch& watch)
{
    Notes notes;
    if (watch.degrade)
    {
        notes.degrade = watch.degrade->first == now ? Delay::begun : Delay::passed;
        notes.degrade_ring = static_cast<Byte>(watch.degrade->membership.back() - '0');
    }
    if (watch.certify)
    {
        notes.certify = label(watch.certify->run);
        notes.certified_by = label(watch.certify->by);
        notes.is_second_over = watch.certify->names_set == now ? 0 : 1;
        notes.is_idle_seen = watch.certify->is_idle_seen ? 1 : 0;
        if (watch.certify->proof)
            notes.proof = byte(end_of(*watch.certify->proof) + 1);
    }
    if (watch.standoff)
    {
        notes.standoff_self = label(watch.standoff->self);
        notes.standoff_peer = label(watch.standoff->peer);
        notes.is_patience_over = now - watch.standoff->since > 30s ? 1 : 0;
    }
    notes.unhealthy = static_cast<Byte>(watch.unhealthy);
    return notes;
}

Position position(const Card& card)
{
    Position position;
    position.run = word(card.position_run);
    position.has_data = card.has_data != 0;
    if (!position.has_data)
        return position;
    position.system_identifier = first_system + card.position_system;
    position.timeline = Timeline{card.position_timeline};
    position.lsn = lsn(card.position_end);
    position.word = word(card.position_word);
    position.is_alone = card.position_alone != 0;
    position.is_orderly = card.position_orderly != 0;
    position.was_primary = card.position_primary != 0;
    position.is_final = card.position_unfinished == 0;
    return position;
}

void put_position(Card& card, const std::optional<Position>& position)
{
    if (!position)
        return;
    card.has_position = 1;
    card.position_run = label(position->run);
    card.has_data = position->has_data ? 1 : 0;
    if (!position->has_data)
        return;
    card.position_system = static_cast<Byte>(position->system_identifier - first_system);
    card.position_timeline = static_cast<Byte>(number(position->timeline));
    card.position_end = end_of(position->lsn);
    card.position_word = label(position->word);
    card.position_alone = position->is_alone ? 1 : 0;
    card.position_orderly = position->is_orderly ? 1 : 0;
    card.position_primary = position->was_primary ? 1 : 0;
    card.position_unfinished = position->is_final ? 0 : 1;
}

NodeView node_view(const Card& card, const char* name)
{
    NodeView view;
    view.name = name;
    view.data_status = static_cast<DataStatus>(card.status);
    if (card.run != 0)
        view.run = RunRecord{word(card.run), static_cast<Role>(card.role), Timeline{card.timeline}, word(card.word)};
    if (card.certificate != 0)
        view.certificate = Certificate{word(card.certificate), static_cast<CertificateMode>(card.certificate_mode)};
    if (card.has_position != 0)
        view.position = position(card);
    if (card.score != 0)
        view.score = score(card.score);
    view.has_override = card.has_override != 0;
    if (card.alone_in != 0)
        view.alone_in = ring(byte(card.alone_in - 1));
    return view;
}

ClusterView cluster_view(const Looks& looks)
{
    ClusterView view;
    view.self = node_view(looks.self, "self");
    view.self.membership = Membership::online;
    view.peer = node_view(looks.peer, "peer");
    view.peer.membership = static_cast<Membership>(looks.membership);
    view.has_quorum = looks.has_quorum != 0;
    view.has_fencing = true;
    return view;
}

Identity identity(const Line& line, Byte role)
{
    return {first_system + line.system, history(line), lsn(line.end), static_cast<Role>(role), major_version};
}

Directory directory(const Looks& looks)
{
    Directory directory;
    directory.kind = static_cast<DirectoryKind>(looks.directory);
    directory.program_version = major_version;
    if (directory.kind != DirectoryKind::data)
        return directory;
    directory.major_version = major_version;
    directory.has_standby_signal = looks.has_signal != 0;
    directory.control.emplace();
    directory.control->system_identifier = first_system + looks.line.system;
    directory.control->state = static_cast<ControlState>(looks.control);
    directory.control->data_checksums = true;
    directory.control->checkpoint = Lsn{lsn(looks.line.end).bytes() - 1};
    directory.history = history(looks.line);
    directory.newest_timeline = Timeline{looks.newest};
    directory.control->timeline = directory.history.timeline;
    return directory;
}

ServerStatus status(const ServerSeen& seen)
{
    ServerStatus status;
    const bool is_primary = seen.server == Server::primary;
    status.role = is_primary ? Role::primary : Role::standby;
    status.system_identifier = first_system + seen.line.system;
    status.timeline = is_primary ? history(seen.line).timeline : Timeline::none;
    status.end = lsn(seen.line.end);
    status.replayed = status.end;
    status.flushed = status.end;
    status.is_waiting_for_wal = !is_primary && seen.receiver == 0;
    status.sync_standby_names = seen.has_names != 0 ? peer_names : "";
    status.primary_conninfo = seen.names_peer != 0 ? "host=peer" : "";
    status.is_checkpointer_idle = seen.is_idle != 0;
    if (is_primary)
        status.slot = Slot{seen.has_sender != 0, "reserved", 0};
    if (seen.has_sender != 0)
        status.peer_sender =
            WalSender{"streaming", seen.has_names != 0 ? "sync" : "async", lsn(seen.flush), lsn(seen.flush)};
    if (seen.receiver != 0)
        status.receiver = WalReceiver{"streaming", "peer", Timeline{seen.receiver}};
    return status;
}

ServerLook server_look(const ServerSeen& seen)
{
    ServerLook look;
    if (seen.server == Server::down)
        return look;
    look.processes = Processes::postmaster;
    look.answer = seen.is_silent == 0 ? Answer::ready : seen.is_silent == 1 ? Answer::silent : Answer::starting;
    if (seen.is_silent == 0)
        look.status = status(seen);
    return look;
}

template <typename T, typename Make>
void put(Seen<T>& place, const Looks& looks, Subject subject, Make make)
{
    const Kept kept = looks.kept.at(static_cast<std::size_t>(subject));
    if (kept == Kept::unknown)
        place = Seen<T>::unknown();
    else if (kept == Kept::known)
        place = Seen<T>{make()};
}

/// More looks than production ever counts up to.
constexpr int many = 1000;

decide::Attempts attempts(const Action& action)
{
    decide::Attempts attempts;
    for (std::size_t kind = 0; kind < step_kinds; ++kind)
    {
        const bool is_wait = kind == decide::index_of<decide::Wait>();
        const int kept = action.tries.at(kind) & 0x0F;
        const int done = is_wait && (action.is_late != 0 || kept == 0x0F) ? many : kept;
        for (int i = 0; i < done; ++i)
            attempts.note(step_of_kind(kind), true);
        for (int i = 0; i < action.tries.at(kind) >> 4; ++i)
            attempts.note(step_of_kind(kind), false);
    }
    return attempts;
}

template <std::size_t... I>
std::array<decide::Step, step_kinds> all_kinds(std::index_sequence<I...> /*each*/)
{
    return {decide::Step{std::in_place_index<I>}...};
}

struct ToEffect
{
    Effect& effect;

    void operator()(const decide::SaveState& step) const { effect.memory = memory(step.state); }
    void operator()(const decide::SaveWatch& step) const { effect.notes = notes(step.watch); }
    void operator()(const decide::PublishRun& step) const
    {
        if (!step.run)
            return;
        effect.card.run = label(step.run->run);
        effect.card.role = byte(step.run->role);
        effect.card.timeline = static_cast<Byte>(number(step.run->timeline));
        effect.card.word = label(step.run->word);
    }
    void operator()(const decide::PublishAloneIn& step) const
    {
        effect.card.alone_in = step.membership.empty() ? Byte{0} : pair::byte(step.membership.back() - '0' + 1);
    }
    void operator()(const decide::PublishPosition& step) const { put_position(effect.card, step.position); }
    void operator()(const decide::SetCertificate& step) const
    {
        if (!step.certificate)
            return;
        effect.card.certificate = label(step.certificate->run);
        effect.card.certificate_mode = byte(step.certificate->mode);
    }
    void operator()(const decide::SetOwnScore& step) const { effect.value = index_of_score(step.score); }
    void operator()(const decide::SetPeerScore& step) const { effect.value = index_of_score(step.score); }
    void operator()(const decide::Record& step) const
    {
        effect.value = byte(step.self);
        effect.other = byte(step.peer);
    }
    void operator()(const decide::PublishResync& step) const { effect.value = resync_number(step.text); }
    void operator()(const decide::WriteStandbyConfiguration& step) const
    {
        effect.value = step.settings.upstream == Upstream::peer ? 1 : 0;
    }
    void operator()(const decide::SetSyncStandbyNames& step) const { effect.value = step.names.empty() ? 0 : 1; }
    template <typename T>
    void operator()(const T& /*step*/) const
    {
    }

    static Byte index_of_score(int score)
    {
        return byte(std::find(scores.begin(), scores.end(), score) - scores.begin());
    }
    static constexpr Byte byte(std::ptrdiff_t value) { return static_cast<Byte>(value); }
    template <typename T>
    requires std::is_enum_v<T>
    static constexpr Byte byte(T value) { return static_cast<Byte>(value); }
};

} // namespace

const decide::Step& step_of_kind(std::size_t kind)
{
    static const auto kinds = all_kinds(std::make_index_sequence<step_kinds>{});
    return kinds.at(kind);
}

RunId word(Label label)
{
    return label == 0 ? RunId{} : RunId(1, static_cast<char>('@' + label));
}

Label label(const RunId& word)
{
    return word.empty() ? Label{0} : static_cast<Label>(word.front() - '@');
}

Lsn lsn(std::size_t end)
{
    return Lsn{first_byte + token_bytes * end};
}

namespace
{

std::vector<std::string>& resync_texts()
{
    static std::vector<std::string> texts{"nothing was told yet"};
    return texts;
}

} // namespace

Byte resync_number(const std::string& text)
{
    auto& texts = resync_texts();
    const auto found = std::find(texts.begin(), texts.end(), text);
    if (found != texts.end())
        return static_cast<Byte>(found - texts.begin());
    texts.push_back(text);
    return byte(texts.size() - 1);
}

const std::string& resync_text(Byte number)
{
    return resync_texts().at(number);
}

int score(Byte index)
{
    return scores.at(index);
}

TimelineHistory history(const Line& line)
{
    TimelineHistory history{Timeline{1}, {}};
    for (const Byte at : line.promoted_at)
        if (at != 0)
        {
            history.ancestors.push_back({history.timeline, lsn(at - 1U)});
            history.timeline = Timeline{number(history.timeline) + 1};
        }
    return history;
}

Observation observation(const Action& action)
{
    const Looks& looks = action.looks;
    Observation seen;
    put(seen.state, looks, Subject::state, [&] { return state(looks.memory); });
    put(seen.watch, looks, Subject::watch, [&] { return watch(looks.notes); });
    put(seen.is_worker_running, looks, Subject::worker, [&] { return looks.worker != 0; });
    put(seen.processes, looks, Subject::processes,
        [&] { return looks.processes == Server::down ? Processes::none : Processes::postmaster; });
    put(seen.directory, looks, Subject::directory, [&] { return directory(looks); });
    put(seen.server, looks, Subject::server, [&] { return server_look(looks.server); });
    put(seen.cluster, looks, Subject::cluster, [&] { return std::optional{cluster_view(looks)}; });
    put(seen.membership, looks, Subject::membership, [&] { return ring(looks.ring); });
    put(seen.identity, looks, Subject::identity, [&] { return identity(looks.identity, looks.identity_role); });
    put(seen.upstream, looks, Subject::upstream, [&] { return identity(looks.upstream, looks.upstream_role); });
    put(seen.settings, looks, Subject::settings, [] { return Settings{}; });
    put(seen.settings_on_disk, looks, Subject::settings_on_disk, [] { return Settings{}; });
    put(seen.installation, looks, Subject::installation, [] { return Installation{}; });
    put(seen.peer_has_wal, looks, Subject::peer_wal, [] { return true; });
    put(seen.room, looks, Subject::room, [] { return std::vector<Room>{}; });
    seen.is_run_by_pacemaker = true;
    seen.now = now;
    seen.server_seen_at = now;
    seen.remaining = action.is_late != 0 ? 400ms : 60s;
    seen.elapsed = action.is_late != 0 ? 60s : 0s;
    seen.attempts = attempts(action);
    if (action.resync != 0)
        seen.resync = resync_text(action.resync);
    return seen;
}

decide::Context context(const Action& action, Byte mode)
{
    decide::Context context;
    context.params.pgdata = "/data";
    context.params.rep_mode = static_cast<ReplicationMode>(mode);
    context.params.sync_degrade_delay = std::chrono::duration_cast<std::chrono::seconds>(delay);
    context.params.max_promotion_lag_bytes = 2 * static_cast<std::int64_t>(token_bytes);
    context.params.replication_failure_threshold = 2;
    context.self = "self";
    context.peer_sync_names = peer_names;
    context.fresh = word(action.fresh);
    context.is_run_by_pacemaker = true;
    context.is_stop_planned = action.is_stop_planned != 0;
    return context;
}

Effect effect(const decide::Step& step)
{
    Effect effect;
    effect.kind = byte(step.index());
    std::visit(ToEffect{effect}, step);
    return effect;
}

std::string text(const Wal& wal)
{
    std::string text;
    for (const Byte token : wal.token)
        if (token != 0)
            text += (text.empty() ? "" : " ") + (token >= first_commit ? "c" + std::to_string(token - first_commit + 1)
                                                                       : "promotion-" + word(token));
    return text.empty() ? "nothing" : text;
}

} // namespace pgtwin::test::pair
