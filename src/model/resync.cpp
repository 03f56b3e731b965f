// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/resync.hpp"

#include <algorithm>
#include <array>

#include "pgtwin/model/fields.hpp"

namespace pgtwin
{
namespace
{

constexpr std::array<Named<ResyncPhase>, 5> phases{
    Named<ResyncPhase>{ResyncPhase::preparing, "preparing"},
    {ResyncPhase::copying,   "copying"  },
    {ResyncPhase::rewinding, "rewinding"},
    {ResyncPhase::waiting,   "waiting"  },
    {ResyncPhase::failed,    "failed"   }
};
constexpr std::string_view before_why = " why=";

bool is_counting(ResyncPhase phase)
{
    return phase == ResyncPhase::copying || phase == ResyncPhase::rewinding;
}

std::string printable(std::string_view text)
{
    std::string plain{text};
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return c < ' ' || c > '~'; }, '_');
    return plain;
}

} // namespace

std::uint64_t Resync::percent() const
{
    return total == 0 ? 0 : std::min<std::uint64_t>(done / std::max<std::uint64_t>(total / 100, 1), 100);
}

std::string Resync::text() const
{
    FieldWriter writer{' '};
    writer.choice<ResyncPhase>("phase", phase, phases);
    if (is_counting(phase))
        return writer.number("percent", percent())
            .number("done", done)
            .number("total", total)
            .number("rate", rate)
            .number("left", left)
            .inline_text();
    if (!cause.empty())
        writer.text("cause", cause);
    return writer.inline_text() + std::string{before_why} + printable(why);
}

std::string Resync::in_words() const
{
    if (phase == ResyncPhase::waiting)
        return "waiting: " + why;
    if (!is_counting(phase))
        return why;
    std::string line = phase == ResyncPhase::copying ? "base backup: " : "rewind: ";
    line += std::to_string(percent()) + " %";
    if (total > 0)
        line += ", " + std::to_string(done) + " of " + std::to_string(total) + " bytes";
    if (rate > 0)
        line += ", " + std::to_string(rate) + " bytes/s, " + std::to_string(left) + " s left";
    return line;
}

Expected<Resync> Resync::parse(std::string_view text)
{
    const std::size_t at = text.find(before_why);
    Resync resync;
    FieldReader reader{text.substr(0, at), ' ', Tolerance::other_versions};
    resync.phase = reader.choice<ResyncPhase>("phase", phases);
    resync.done = reader.number("done");
    resync.total = reader.number("total");
    resync.rate = reader.number("rate");
    resync.left = reader.number("left");
    resync.cause = reader.text("cause");
    if (at != std::string_view::npos)
        resync.why = text.substr(at + before_why.size());
    if (const auto end = reader.finish(); !end)
        return end.error();
    return resync;
}

} // namespace pgtwin
