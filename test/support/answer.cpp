// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/answer.hpp"

#include "pgtwin/message/message.hpp"

namespace pgtwin::test
{
namespace
{

using namespace decide;

const char* word(DataStatus status)
{
    switch (status)
    {
    case DataStatus::none:
        return "none";
    case DataStatus::primary:
        return "primary";
    case DataStatus::in_sync:
        return "in-sync";
    case DataStatus::stale:
        return "stale";
    }
    return "?";
}

const char* word(OldCopy copy)
{
    switch (copy)
    {
    case OldCopy::usable:
        return "usable";
    case OldCopy::damaged:
        return "damaged";
    case OldCopy::torn:
        return "torn";
    }
    return "?";
}

template <typename T>
std::string text_or_none(const std::optional<T>& value)
{
    return value ? value->text() : "none";
}

/// What a step carries; pauses and limits are not worth comparing.
struct Content
{
    std::string operator()(const Inspect& step) const { return std::to_string(static_cast<int>(step.subject)); }
    std::string operator()(const SaveState& step) const { return step.state.text(); }
    std::string operator()(const SaveWatch& step) const { return step.watch.text(); }
    std::string operator()(const PublishRun& step) const { return text_or_none(step.run); }
    std::string operator()(const PublishPosition& step) const { return text_or_none(step.position); }
    std::string operator()(const PublishAloneIn& step) const { return step.membership; }
    std::string operator()(const SetCertificate& step) const { return text_or_none(step.certificate); }
    std::string operator()(const SetOwnScore& step) const { return std::to_string(step.score); }
    std::string operator()(const SetPeerScore& step) const { return std::to_string(step.score); }
    std::string operator()(const decide::Record& step) const
    {
        return std::string{word(step.self)} + " and " + word(step.peer);
    }
    std::string operator()(const SetSyncStandbyNames& step) const { return "[" + step.names + "]"; }
    std::string operator()(const PublishResync& step) const { return step.text; }
    std::string operator()(const Warn& step) const
    {
        std::string text;
        for (const std::string& line : step.lines)
            text += "[" + line + "] ";
        return text + (step.watch ? step.watch->text() : "");
    }
    std::string operator()(const BaseBackup& step) const
    {
        std::string text;
        for (const std::string& location : step.tablespaces)
            text += "[" + location + "]";
        return text;
    }
    std::string operator()(const MakeRoom& step) const
    {
        if (step.sacrifice == Sacrifice::incomplete_copy)
            return "incomplete copy";
        return step.sacrifice == Sacrifice::kept_copy ? "kept copy" : "data directory";
    }
    std::string operator()(const SwapDirectories& step) const { return word(step.old); }
    std::string operator()(const DisposeOldDirectory& step) const { return word(step.old); }
    std::string operator()(const LaunchWorker& step) const { return step.why; }
    std::string operator()(const WriteStandbyConfiguration& step) const
    {
        return std::string{step.settings.upstream == Upstream::peer ? " peer" : " nobody"} +
               (step.settings.timeline == RecoveryTimeline::latest ? "" : " on its own timeline");
    }
    template <typename T>
    std::string operator()(const T& /*step*/) const
    {
        return {};
    }
};

} // namespace

std::string text(const Step& step)
{
    return std::string{name_of(step)} + ": " + std::visit(Content{}, step);
}

std::string text(const Next& next)
{
    if (const auto* outcome = std::get_if<Outcome>(&next))
        return "ends: " + std::string{message::message_of(outcome->reason).id} + ";" + outcome->detail;
    return text(std::get<Step>(next));
}

std::string text(const Maybe& next)
{
    return next ? text(*next) : "nothing";
}

Expectation takes(const Step& step)
{
    return {text(step)};
}

Expectation looks_at(Subject subject)
{
    return {text(Step{Inspect{subject}})};
}

Expectation waits()
{
    return takes<Wait>();
}

Expectation ends(Reason reason)
{
    return {
        text(Next{Outcome{reason, {}}}
        )
    };
}

Expectation does_nothing()
{
    return {"nothing"};
}

bool matches(const std::string& said, const Expectation& expected)
{
    return said.starts_with(expected.prefix);
}

} // namespace pgtwin::test
