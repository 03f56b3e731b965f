// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/control_data.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace pgtwin::pg
{
namespace
{

// src/bin/pg_controldata/pg_controldata.c, dbState()
constexpr std::array<std::pair<std::string_view, ControlState>, 7> states{
    {{"starting up", ControlState::starting_up},
     {"shut down", ControlState::shut_down},
     {"shut down in recovery", ControlState::shut_down_in_recovery},
     {"shutting down", ControlState::shutting_down},
     {"in crash recovery", ControlState::in_crash_recovery},
     {"in archive recovery", ControlState::in_archive_recovery},
     {"in production", ControlState::in_production}}
};

// src/bin/pg_controldata/pg_controldata.c
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> labels_of_least_settings{
    {{"max_connections", "max_connections setting:"},
     {"max_worker_processes", "max_worker_processes setting:"},
     {"max_wal_senders", "max_wal_senders setting:"},
     {"max_prepared_transactions", "max_prepared_xacts setting:"},
     {"max_locks_per_transaction", "max_locks_per_xact setting:"}}
};

/// Finds values by label; remembers the first one that was missing or not understood.
class Lines
{
public:
    explicit Lines(std::string_view text) : text_{text} {}

    std::string_view value(std::string_view label)
    {
        for (std::size_t at = text_.find(label); at != std::string_view::npos; at = text_.find(label, at + 1))
            if (at == 0 || text_[at - 1] == '\n')
                return trimmed(text_.substr(at + label.size()));
        fail(label);
        return {};
    }

    template <typename Number>
    Number number(std::string_view label)
    {
        const std::string_view text = value(label);
        Number result{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
        if (text.empty() || error != std::errc{} || end != text.data() + text.size())
            fail(label);
        return result;
    }

    Lsn lsn(std::string_view label)
    {
        const auto parsed = Lsn::parse(value(label));
        if (!parsed)
            fail(label);
        return parsed ? *parsed : Lsn{};
    }

    bool is_on(std::string_view label)
    {
        const std::string_view text = value(label);
        if (text != "on" && text != "off")
            fail(label);
        return text == "on";
    }

    ControlState state(std::string_view label)
    {
        const std::string_view text = value(label);
        for (const auto& [name, state] : states)
            if (name == text)
                return state;
        fail(label);
        return ControlState::starting_up;
    }

    [[nodiscard]] const std::optional<std::string>& missing() const { return missing_; }

private:
    static std::string_view trimmed(std::string_view rest)
    {
        rest = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        while (!rest.empty() && (rest.back() == ' ' || rest.back() == '\r'))
            rest.remove_suffix(1);
        return rest;
    }
    void fail(std::string_view label)
    {
        if (!missing_)
            missing_ = std::string{label.substr(0, label.find(':'))};
    }

    std::string_view text_;
    std::optional<std::string> missing_;
};

} // namespace

bool is_doubtful(std::string_view text)
{
    return text.find("WARNING: ") != std::string_view::npos;
}

Expected<ControlData> parse_control_data(std::string_view text)
{
    if (is_doubtful(text))
        return Error{ErrorKind::malformed, "pg_controldata doubts its own answer: the control file is damaged or of "
                                           "another version"};
    Lines lines{text};
    ControlData data;
    data.system_identifier = lines.number<std::uint64_t>("Database system identifier:");
    data.state = lines.state("Database cluster state:");
    data.checkpoint = lines.lsn("Latest checkpoint location:");
    data.timeline = Timeline{lines.number<std::uint32_t>("Latest checkpoint's TimeLineID:")};
    data.minimum_recovery_end = lines.lsn("Minimum recovery ending location:");
    data.minimum_recovery_timeline = Timeline{lines.number<std::uint32_t>("Min recovery ending loc's timeline:")};
    data.wal_log_hints = lines.is_on("wal_log_hints setting:");
    data.data_checksums = lines.number<std::uint32_t>("Data page checksum version:") != 0;
    data.wal_segment_size = lines.number<std::int64_t>("Bytes per WAL segment:");
    if (lines.missing())
        return Error{ErrorKind::malformed, "cannot understand pg_controldata: \"" + *lines.missing() + "\""};
    return data;
}

std::vector<LeastSetting> least_settings(std::string_view text)
{
    std::vector<LeastSetting> settings;
    for (const auto& [name, label] : labels_of_least_settings)
    {
        Lines lines{text};
        const auto value = lines.number<std::int64_t>(label);
        if (!lines.missing())
            settings.emplace_back(name, value);
    }
    return settings;
}

} // namespace pgtwin::pg
