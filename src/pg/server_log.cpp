// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/pg/server_log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace pgtwin::pg
{
namespace
{

using namespace std::string_view_literals;

/// How a line begins after whatever log_line_prefix puts in front; the last one is what is said before logging begins.
constexpr std::array severities{"LOG:  "sv,  "WARNING:  "sv, "ERROR:  "sv,   "FATAL:  "sv,     "PANIC:  "sv,
                                "HINT:  "sv, "DETAIL:  "sv,  "CONTEXT:  "sv, "STATEMENT:  "sv, "postgres: "sv};

/// A server that starts says so.
constexpr std::array routine{
    "starting "sv,        "listening on"sv,    "redirecting log"sv, "ending log"sv,           "database system "sv,
    "entering standby"sv, "received "sv,       "redo "sv,           "consistent recovery "sv, "invalid record "sv,
    "aborting startup"sv, "startup process"sv, "shutting down"sv,   "restored log "sv,        "started streaming"sv};

/// Said to a client, or by a process whose end is not the server's.
constexpr std::array not_of_server{"the database system is"sv,
                                   "no pg_hba.conf entry"sv,
                                   "pg_hba.conf rejects"sv,
                                   "password authentication"sv,
                                   "could not connect to the primary"sv,
                                   "could not receive data from WAL"sv,
                                   "could not start WAL streaming"sv,
                                   "terminating "sv,
                                   "role "sv,
                                   "database \""sv};

constexpr std::array summaries{"could not create any"sv, "could not load /"sv, "could not load \"/"sv};

struct Said
{
    std::string_view severity;
    std::string_view words;
};

std::optional<Said> said_in(std::string_view line)
{
    std::optional<Said> first;
    for (const std::string_view severity : severities)
        if (const std::size_t at = line.find(severity); at != std::string_view::npos)
            if (const std::string_view words = line.substr(at + severity.size());
                !first || words.size() > first->words.size())
                first = Said{severity, words};
    return first;
}

bool begins_with_one_of(std::string_view text, std::span<const std::string_view> beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [text](std::string_view beginning) { return text.starts_with(beginning); });
}

bool is_end(const Said& said)
{
    const bool is_grave = said.severity == "FATAL:  " || said.severity == "PANIC:  " || said.severity == "postgres: ";
    return is_grave && !begins_with_one_of(said.words, not_of_server);
}

bool is_summary(const Said& said)
{
    return begins_with_one_of(said.words, summaries) || said.words.find("contains errors") != std::string_view::npos;
}

bool is_complaint(const Said& said)
{
    return said.severity == "LOG:  " && !begins_with_one_of(said.words, routine);
}

/// A message, and what the server adds to it.
struct Complaint
{
    Said said;
    std::string_view more{};

    [[nodiscard]] std::string text() const
    {
        std::string text{said.words};
        if (!more.empty())
            text.append(": ").append(more);
        return text;
    }
};

/// Lines one after the other; the first complaint is remembered until the end is found.
class Story
{
public:
    void take(const Said& said)
    {
        const bool is_more = said.severity == "DETAIL:  " || said.severity == "CONTEXT:  ";
        if (is_more && last_ != nullptr && last_->has_value() && (*last_)->more.empty())
            (*last_)->more = said.words;
        else if (!is_more)
            begin(said);
    }
    [[nodiscard]] std::string cause() const
    {
        if (!end_)
            return {};
        return is_summary(end_->said) && complaint_ ? complaint_->text() : end_->text();
    }

private:
    void begin(const Said& said)
    {
        last_ = nullptr;
        if (is_end(said) && !end_)
            last_ = &(end_ = Complaint{said});
        else if (is_complaint(said) && !complaint_)
            last_ = &(complaint_ = Complaint{said});
    }

    std::optional<Complaint> complaint_;
    std::optional<Complaint> end_;
    std::optional<Complaint>* last_ = nullptr; ///< the one of the line before
};

} // namespace

std::string cause_in(std::string_view log)
{
    Story story;
    while (!log.empty())
    {
        const std::string_view line = log.substr(0, log.find('\n'));
        log.remove_prefix(std::min(line.size() + 1, log.size()));
        if (const auto said = said_in(line))
            story.take(*said);
    }
    return story.cause();
}

std::string_view words_in(std::string_view line)
{
    for (const std::string_view severity : severities)
        if (const std::size_t at = line.rfind(severity); at != std::string_view::npos)
            line.remove_prefix(at + severity.size());
    return line;
}

} // namespace pgtwin::pg
