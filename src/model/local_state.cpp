// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/model/local_state.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "pgtwin/model/fields.hpp"
#include "role_names.hpp"

namespace pgtwin
{
namespace
{

constexpr std::size_t kept_words = 8;
constexpr std::string_view state_header = "pgtwin-state 1\n";
constexpr std::string_view watch_header = "pgtwin-watch 1\n";
/// Last line of a state file: without it a file that was cut after a line would pass for one of an older version.
constexpr std::string_view last_field = "\ncomplete=yes";

constexpr std::array<Named<Origin>, 4> origin_names{
    {{Origin::unknown, "unknown"}, {Origin::primary, "primary"}, {Origin::standby, "standby"}, {Origin::none, "none"}}
};
constexpr std::array<Named<Rebuild>, 4> rebuild_names{
    {{Rebuild::none, "none"},
     {Rebuild::copying, "copying"},
     {Rebuild::swapping, "swapping"},
     {Rebuild::rewinding, "rewinding"}}
};

/// The fields after the header; a text without its last line end was cut.
Expected<std::string_view> body(std::string_view text, std::string_view header)
{
    if (!text.starts_with(header))
        return Error{ErrorKind::malformed, "the first line is not " + std::string{header.substr(0, header.size() - 1)}};
    text.remove_prefix(header.size());
    if (!text.ends_with('\n'))
        return Error{ErrorKind::malformed, "the last line is cut"};
    return text.substr(0, text.size() - 1);
}

template <typename T>
Expected<T> finished(const FieldReader& reader, T record)
{
    if (const Expected<void> end = reader.finish(); !end)
        return end.error();
    return record;
}

/// The record in the value of `key`; an empty value means that there is none.
template <typename Parse>
auto nested(FieldReader& outer, std::string_view key, Parse parse) -> std::optional<decltype(parse(outer))>
{
    const std::string text = outer.text(key);
    if (text.empty())
        return std::nullopt;
    FieldReader inner{text, ' ', Tolerance::unknown_keys};
    auto record = parse(inner);
    if (!inner.finish())
        outer.fail(key);
    return record;
}

/// The same for what may be lost: a record that another version wrote in another way is none.
template <typename Parse>
auto nested_or_none(FieldReader& outer, std::string_view key, Parse parse) -> std::optional<decltype(parse(outer))>
{
    FieldReader inner{outer.text(key), ' ', Tolerance::unknown_keys};
    auto record = parse(inner);
    return inner.finish() ? std::optional{std::move(record)} : std::nullopt;
}

std::string alone_text(const std::optional<AloneMark>& mark)
{
    if (!mark)
        return {};
    FieldWriter writer{' '};
    writer.number("system", mark->system_identifier).number("timeline", number(mark->timeline)).lsn("lsn", mark->lsn);
    return writer.inline_text();
}

AloneMark parse_alone(FieldReader& reader)
{
    AloneMark mark;
    mark.system_identifier = reader.number("system");
    mark.timeline = reader.timeline("timeline");
    mark.lsn = reader.lsn("lsn");
    return mark;
}

std::string words_text(const std::vector<PromotionWord>& words)
{
    FieldWriter writer{' '};
    for (const PromotionWord& word : words)
        writer.text(std::to_string(number(word.timeline)), word.word);
    return writer.inline_text();
}

/// "TIMELINE=WORD TIMELINE=WORD": the keys are not known beforehand.
std::optional<PromotionWord> parse_word(std::string_view text)
{
    const std::size_t equals = std::min(text.find('='), text.size());
    FieldReader key{"timeline=" + std::string{text.substr(0, equals)}, ' '};
    FieldReader value{"word" + std::string{text.substr(equals)}, ' '};
    PromotionWord word{key.timeline("timeline"), value.word("word")};
    if (!key.finish() || !value.finish())
        return std::nullopt;
    return word;
}

std::vector<PromotionWord> parse_words(FieldReader& outer, std::string_view key)
{
    const std::string text = outer.text(key);
    std::vector<PromotionWord> words;
    for (std::size_t start = 0; start < text.size();)
    {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        std::optional<PromotionWord> word = parse_word(std::string_view{text}.substr(start, end - start));
        if (!word || words.size() == kept_words)
        {
            outer.fail(key);
            return {};
        }
        words.push_back(std::move(*word));
        start = end + 1;
    }
    return words;
}

void write_time(FieldWriter& writer, std::string_view key, BootTime time)
{
    writer.number(key, static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)));
}

template <typename T>
T read_at_most(FieldReader& reader, std::string_view key, T limit)
{
    const std::uint64_t value = reader.number(key);
    if (value <= static_cast<std::uint64_t>(limit))
        return static_cast<T>(value);
    reader.fail(key);
    return T{};
}

BootTime read_time(FieldReader& reader, std::string_view key)
{
    return BootTime{read_at_most(reader, key, std::numeric_limits<BootTime::rep>::max())};
}

std::string degrade_text(const std::optional<DegradeWatch>& watch)
{
    if (!watch)
        return {};
    FieldWriter writer{' '};
    write_time(writer, "first", watch->first);
    write_time(writer, "last", watch->last);
    return writer.text("membership", watch->membership).inline_text();
}

DegradeWatch parse_degrade(FieldReader& reader)
{
    DegradeWatch watch;
    watch.first = read_time(reader, "first");
    watch.last = read_time(reader, "last");
    watch.membership = reader.word("membership");
    return watch;
}

std::string certify_text(const std::optional<CertifyWatch>& watch)
{
    if (!watch)
        return {};
    FieldWriter writer{' '};
    writer.text("run", watch->run).text("by", watch->by);
    write_time(writer, "names-set", watch->names_set);
    writer.flag("idle-seen", watch->is_idle_seen);
    return writer.text("proof", watch->proof ? watch->proof->text() : "none").inline_text();
}

std::optional<Lsn> parse_proof(FieldReader& reader)
{
    const std::string text = reader.word("proof");
    if (text == "none")
        return std::nullopt;
    if (const Expected<Lsn> lsn = Lsn::parse(text))
        return *lsn;
    reader.fail("proof");
    return std::nullopt;
}

CertifyWatch parse_certify(FieldReader& reader)
{
    CertifyWatch watch;
    watch.run = reader.word("run");
    watch.by = reader.word("by");
    watch.names_set = read_time(reader, "names-set");
    watch.is_idle_seen = reader.flag("idle-seen");
    watch.proof = parse_proof(reader);
    return watch;
}

std::string standoff_text(const std::optional<StandoffWatch>& watch)
{
    if (!watch)
        return {};
    FieldWriter writer{' '};
    writer.text("self", watch->self).text("peer", watch->peer);
    write_time(writer, "since", watch->since);
    return writer.inline_text();
}

StandoffWatch parse_standoff(FieldReader& reader)
{
    StandoffWatch watch;
    watch.self = reader.word("self");
    watch.peer = reader.word("peer");
    watch.since = read_time(reader, "since");
    return watch;
}

std::string trouble_text(const std::optional<TroubleWatch>& watch)
{
    if (!watch)
        return {};
    FieldWriter writer{' '};
    writer.text("what", watch->what);
    write_time(writer, "since", watch->since);
    return writer.flag("said", watch->is_said).inline_text();
}

TroubleWatch parse_trouble(FieldReader& reader)
{
    TroubleWatch watch;
    watch.what = reader.word("what");
    watch.since = read_time(reader, "since");
    watch.is_said = reader.flag("said");
    return watch;
}

} // namespace

RunId LocalState::word_of(Timeline timeline) const
{
    const auto is_it = [timeline](const PromotionWord& word)
    {
        return word.timeline == timeline;
    };
    const auto found = std::find_if(words.begin(), words.end(), is_it);
    return found == words.end() ? RunId{} : found->word;
}

void LocalState::remember(Timeline timeline, const RunId& word)
{
    std::erase_if(words, [timeline](const PromotionWord& known) { return known.timeline == timeline; });
    words.push_back({timeline, word});
    if (words.size() > kept_words)
        words.erase(words.begin());
}

void LocalState::forget_after(Timeline timeline)
{
    std::erase_if(words, [timeline](const PromotionWord& known) { return number(known.timeline) > number(timeline); });
}

bool LocalState::is_hopeless() const
{
    return vain_starts >= hopeless_starts;
}

std::string LocalState::text() const
{
    FieldWriter writer{'\n'};
    writer.text("run", run).choice<Role>("role", role, role_names).text("alone", alone_text(alone));
    writer.text("words", words_text(words)).number("unshared", number(unshared));
    writer.text("followed", followed).text("certified", certified);
    writer.choice<Origin>("origin", origin, origin_names).flag("orderly", is_orderly);
    writer.choice<Rebuild>("rebuild", rebuild, rebuild_names);
    writer.text("rebuild-reason", rebuild_reason);
    writer.number("vain-starts", static_cast<std::uint64_t>(std::max(vain_starts, 0))).text("boot", boot);
    return std::string{state_header}.append(writer.inline_text()).append(last_field) + '\n';
}

Expected<LocalState> LocalState::parse(std::string_view text)
{
    const Expected<std::string_view> fields = body(text, state_header);
    if (!fields)
        return fields.error();
    const bool is_complete = fields->ends_with(last_field);
    FieldReader reader{fields->substr(0, fields->size() - (is_complete ? last_field.size() : 0)), '\n',
                       is_complete ? Tolerance::other_versions : Tolerance::none};
    LocalState state;
    state.run = reader.word("run");
    state.role = reader.choice<Role>("role", role_names, Role::standby);
    state.alone = nested(reader, "alone", parse_alone);
    state.words = parse_words(reader, "words");
    state.unshared = reader.timeline("unshared");
    state.followed = reader.word("followed");
    state.certified = reader.word("certified");
    state.origin = reader.choice<Origin>("origin", origin_names, Origin::unknown);
    state.is_orderly = reader.flag("orderly");
    state.rebuild = reader.choice<Rebuild>("rebuild", rebuild_names, Rebuild::none);
    state.rebuild_reason = reader.text("rebuild-reason");
    state.vain_starts = read_at_most(reader, "vain-starts", std::numeric_limits<int>::max());
    state.boot = reader.word("boot");
    return finished(reader, std::move(state));
}

std::string Watch::text() const
{
    FieldWriter writer{'\n'};
    writer.text("degrade", degrade_text(degrade)).text("certify", certify_text(certify));
    writer.number("unhealthy", static_cast<std::uint64_t>(std::max(unhealthy, 0)));
    writer.text("in-recovery", in_recovery);
    write_time(writer, "cluster-checked", cluster_checked);
    writer.text("checked", checked).text("warned-parameters", warned_parameters);
    writer.text("warned-settings", warned_settings).text("standoff", standoff_text(standoff));
    writer.text("trouble", trouble_text(trouble));
    return std::string{watch_header} + writer.lines();
}

Expected<Watch> Watch::parse(std::string_view text)
{
    const Expected<std::string_view> fields = body(text, watch_header);
    if (!fields)
        return fields.error();
    FieldReader reader{*fields, '\n', Tolerance::other_versions};
    Watch watch;
    watch.degrade = nested_or_none(reader, "degrade", parse_degrade);
    watch.certify = nested_or_none(reader, "certify", parse_certify);
    watch.unhealthy = read_at_most(reader, "unhealthy", std::numeric_limits<int>::max());
    watch.in_recovery = reader.word("in-recovery");
    watch.cluster_checked = read_time(reader, "cluster-checked");
    watch.checked = reader.word("checked");
    watch.warned_parameters = reader.word("warned-parameters");
    watch.warned_settings = reader.word("warned-settings");
    watch.standoff = nested_or_none(reader, "standoff", parse_standoff);
    watch.trouble = nested_or_none(reader, "trouble", parse_trouble);
    return finished(reader, std::move(watch));
}

} // namespace pgtwin
