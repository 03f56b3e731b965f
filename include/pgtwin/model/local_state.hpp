// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/model/cluster.hpp"

namespace pgtwin
{

/// "This directory holds every acknowledged commit, and nobody else may be promoted" (safety.md). Void for a directory
/// of another system, or one that is behind it.
struct AloneMark
{
    std::uint64_t system_identifier = 0;
    Timeline timeline = Timeline::none;
    Lsn lsn;
    friend bool operator==(const AloneMark&, const AloneMark&) = default;
};

/// Which promotion made a timeline.
struct PromotionWord
{
    Timeline timeline = Timeline::none;
    RunId word;
    friend bool operator==(const PromotionWord&, const PromotionWord&) = default;
};

/// How the directory was left when pgtwin saw it first (R3).
enum class Origin
{
    unknown, ///< not looked at yet
    primary,
    standby,
    none, ///< there was no data
};

/// Steps of a repair that must survive a crash: what the worker does next with the directories.
enum class Rebuild
{
    none,
    copying,   ///< the new directory is incomplete; the old one is untouched
    swapping,  ///< the new directory is complete and fsynced; renames are under way
    rewinding, ///< the only directory is changed in place, or was and has not been proven to be whole
};

/// After so many failed starts in a row the data are taken for the cause.
inline constexpr int hopeless_starts = 3;

/// What a node must remember beyond a reboot: the content of /var/lib/pgtwin/<instance>/state.
struct LocalState
{
    RunId run;                 ///< of the present instance in its present role; empty: stopped
    Role role = Role::standby; ///< of that run
    std::optional<AloneMark> alone;
    std::vector<PromotionWord> words; ///< newest last, at most 8
    /// The oldest timeline that a promotion of this node made and the other node is not known to have; none: there is
    /// no such timeline. While there is one, the other node may have made one of the same number (H7).
    Timeline unshared = Timeline::none;
    RunId followed;  ///< run of the primary that this run was proven to follow; empty: none yet
    RunId certified; ///< the peer's run that we, as primary, certified last; empty: nobody
    Origin origin = Origin::unknown;
    bool is_orderly = false; ///< whoever wrote the directory last as a primary was shut down cleanly
    Rebuild rebuild = Rebuild::none;
    std::string rebuild_reason; ///< "torn": a rewind left the directory that a base backup replaces; or empty
    int vain_starts = 0;        ///< starts beside a primary that failed, since this node last followed one
    std::string boot;           ///< of the machine, in which the file was written; empty: not known, or this one

    /// So many failed that the data are taken for the cause: a primary beside it has others.
    [[nodiscard]] bool is_hopeless() const;

    /// The word of `timeline`; empty if unknown.
    [[nodiscard]] RunId word_of(Timeline timeline) const;
    /// Adds or replaces the word of a timeline, dropping the oldest beyond 8.
    void remember(Timeline timeline, const RunId& word);
    /// Forgets the promotions of later timelines.
    void forget_after(Timeline timeline);

    /// `key=value` lines, the first one "pgtwin-state 1", the last one "complete=yes".
    [[nodiscard]] std::string text() const;
    /// A key that is missing in a complete file has its default, one that is unknown is passed over: another version
    /// wrote the file. Malformed: a file that was cut, a value that is none, another number in the first line.
    static Expected<LocalState> parse(std::string_view text);
    friend bool operator==(const LocalState&, const LocalState&) = default;
};

/// Milliseconds since boot (CLOCK_BOOTTIME): goes on while the machine is suspended.
using BootTime = std::chrono::milliseconds;

/// R5.2 in progress: the looks at an online peer since its certificate was seen to be gone.
struct DegradeWatch
{
    BootTime first{};       ///< first look that found step 1 done
    BootTime last{};        ///< last look
    std::string membership; ///< ring of that look; another one starts again
    friend bool operator==(const DegradeWatch&, const DegradeWatch&) = default;
};

/// R6 in progress.
struct CertifyWatch
{
    RunId run;                 ///< the peer's run read in step 1
    RunId by;                  ///< own run: a later one has set other names
    BootTime names_set{};      ///< when step 2 was done
    bool is_idle_seen = false; ///< the checkpointer was seen idle since then: it has the names
    std::optional<Lsn> proof;  ///< insert position taken once the checkpointer was seen to have the names
    friend bool operator==(const CertifyWatch&, const CertifyWatch&) = default;
};

/// What is wrong with this standby, since when, and whether that was said.
struct TroubleWatch
{
    std::string what; ///< fingerprint of the line that says it
    BootTime since{};
    bool is_said = false;
    friend bool operator==(const TroubleWatch&, const TroubleWatch&) = default;
};

/// How long the peer has been certified and nobody was promoted.
struct StandoffWatch
{
    RunId self;
    RunId peer;
    BootTime since{};
    friend bool operator==(const StandoffWatch&, const StandoffWatch&) = default;
};

/// What the actions since boot remember for each other: the content of /run/pgtwin/<instance>/watch.
struct Watch
{
    std::optional<DegradeWatch> degrade;
    std::optional<CertifyWatch> certify;
    int unhealthy = 0;             ///< consecutive monitors of a standby that did not stream from a reachable primary
    std::string in_recovery;       ///< "TIMELINE:LSN" of the segment that a server without an answer was reading then
    BootTime cluster_checked{};    ///< last time a steady standby compared its attributes with the CIB
    std::string checked;           ///< "OWN-RUN:RUN-OF-THE-PRIMARY" that were compared then
    std::string warned_parameters; ///< wrong parameters that were logged, as a fingerprint
    std::string warned_settings;   ///< the same for settings of PostgreSQL
    std::optional<StandoffWatch> standoff;
    std::optional<TroubleWatch> trouble; ///< it may not be promoted, or does not reach its primary

    [[nodiscard]] std::string text() const; ///< `key=value` lines, the first one "pgtwin-watch 1"
    /// As LocalState::parse; whatever is missing is nothing that was seen, since losing it costs only time.
    static Expected<Watch> parse(std::string_view text);
    friend bool operator==(const Watch&, const Watch&) = default;
};

} // namespace pgtwin
