// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/cluster.hpp"

#include <array>

#include "pgtwin/model/fields.hpp"
#include "role_names.hpp"

namespace pgtwin
{
namespace
{

constexpr char separator = ' ';

constexpr std::array<Named<CertificateMode>, 2> mode_names{
    {{CertificateMode::sync, "sync"}, {CertificateMode::async, "async"}}
};

template <typename T>
Expected<T> finished(const FieldReader& reader, T record, const char* what)
{
    if (const Expected<void> end = reader.finish(); !end)
        return within(what, end.error());
    return record;
}

/// A record of no run would certify, or speak for, an instance that is stopped.
RunId read_run(FieldReader& reader)
{
    RunId run = reader.word("run");
    if (run.empty())
        reader.fail("run");
    return run;
}

} // namespace

std::string RunRecord::text() const
{
    FieldWriter writer{separator};
    writer.text("run", run).choice<Role>("role", role, role_names);
    writer.number("timeline", number(timeline)).text("word", word);
    return writer.inline_text();
}

Expected<RunRecord> RunRecord::parse(std::string_view text)
{
    FieldReader reader{text, separator, Tolerance::advice};
    RunRecord record;
    record.run = read_run(reader);
    record.role = reader.choice<Role>("role", role_names);
    record.timeline = reader.timeline("timeline");
    record.word = reader.word("word");
    return finished(reader, std::move(record), "run record");
}

std::string Certificate::text() const
{
    FieldWriter writer{separator};
    writer.text("run", run).choice<CertificateMode>("mode", mode, mode_names);
    return writer.inline_text();
}

Expected<Certificate> Certificate::parse(std::string_view text)
{
    FieldReader reader{text, separator, Tolerance::advice};
    Certificate certificate;
    certificate.run = read_run(reader);
    certificate.mode = reader.choice<CertificateMode>("mode", mode_names);
    return finished(reader, std::move(certificate), "certificate");
}

std::string Position::text() const
{
    FieldWriter writer{separator};
    writer.text("run", run).flag("data", has_data).number("system", system_identifier);
    writer.number("timeline", number(timeline)).lsn("lsn", lsn).text("word", word);
    writer.flag("alone", is_alone).flag("orderly", is_orderly).flag("primary", was_primary);
    if (!is_final)
        writer.flag("final", is_final);
    return writer.inline_text();
}

Expected<Position> Position::parse(std::string_view text)
{
    FieldReader reader{text, separator, Tolerance::advice};
    Position position;
    position.run = reader.word("run");
    position.has_data = reader.flag("data");
    position.system_identifier = reader.number("system");
    position.timeline = reader.timeline("timeline");
    position.lsn = reader.lsn("lsn");
    position.word = reader.word("word");
    position.is_alone = reader.flag("alone");
    position.is_orderly = reader.flag("orderly");
    position.was_primary = reader.flag("primary");
    position.is_final = reader.flag_or("final", true);
    return finished(reader, std::move(position), "position");
}

} // namespace pgtwin
