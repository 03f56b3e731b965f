// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/ocf/metadata.hpp"

#include <libxml/xmlwriter.h>

#include <chrono>
#include <memory>
#include <string_view>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/aliases.hpp"
#include "pgtwin/config/param_table.hpp"

namespace pgtwin::ocf
{
namespace
{

constexpr const char* long_description =
    "Runs PostgreSQL as a pair of a primary and a synchronous standby on two nodes. The standby is initialised, kept "
    "in step and repaired by the agent; a server is promoted only if it is proven to hold every acknowledged "
    "commit.\n\n"
    "The resource has to be a promotable clone with the meta attributes promotable=true and notify=true, and the "
    "cluster needs working fencing.";

/// libxml2's own type of text.
const xmlChar* x(const char* text)
{
    return reinterpret_cast<const xmlChar*>(text); // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

const xmlChar* x(const std::string& text)
{
    return x(text.c_str());
}

/// libxml2's text writer into memory.
class Writer
{
public:
    Writer() { xmlTextWriterSetIndent(writer_.get(), 1); }

    void open(const char* name) { xmlTextWriterStartElement(writer_.get(), x(name)); }
    void close() { xmlTextWriterEndElement(writer_.get()); }
    void attribute(const char* name, std::string_view value)
    {
        xmlTextWriterWriteAttribute(writer_.get(), x(name), x(std::string{value}));
    }
    void text(std::string_view value) { xmlTextWriterWriteString(writer_.get(), x(std::string{value})); }

    void start_document(Reader reader)
    {
        // crmsh cannot read a document that declares its encoding.
        xmlTextWriterStartDocument(writer_.get(), nullptr, nullptr, nullptr);
        xmlTextWriterStartDTD(writer_.get(), x("resource-agent"), nullptr, x("ra-api-1.dtd"));
        if (reader == Reader::validator)
        {
            xmlTextWriterWriteDTDAttlist(writer_.get(), x("parameter"), x("reloadable (1|0) \"0\""));
            xmlTextWriterWriteDTDAttlist(writer_.get(), x("action"), x("name CDATA #REQUIRED"));
        }
        xmlTextWriterEndDTD(writer_.get());
    }

    [[nodiscard]] std::string end_document()
    {
        xmlTextWriterEndDocument(writer_.get());
        const xmlChar* const content = xmlBufferContent(buffer_.get());
        const auto size = static_cast<std::size_t>(xmlBufferLength(buffer_.get()));
        return {content, content + size};
    }

private:
    std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer_{xmlBufferCreate(), &xmlBufferFree};
    std::unique_ptr<xmlTextWriter, decltype(&xmlFreeTextWriter)> writer_{xmlNewTextWriterMemory(buffer_.get(), 0),
                                                                         &xmlFreeTextWriter};
};

void describe(Writer& writer, std::string_view detail, std::string_view brief)
{
    writer.open("longdesc");
    writer.attribute("lang", "en");
    writer.text(detail);
    writer.close();
    writer.open("shortdesc");
    writer.attribute("lang", "en");
    writer.text(brief);
    writer.close();
}

/// What a shell shows of one parameter.
struct Shown
{
    std::string_view name;
    std::string_view detail;
    std::string_view brief;
    std::string_view fallback;
    bool is_required = false;
};

void write_parameter(Writer& writer, const config::ParamSpec& spec, const Shown& shown)
{
    writer.open("parameter");
    writer.attribute("name", shown.name);
    writer.attribute("unique", "0");
    writer.attribute("required", shown.is_required ? "1" : "0");
    writer.attribute("reloadable", spec.is_reloadable ? "1" : "0");
    describe(writer, shown.detail, shown.brief);
    writer.open("content");
    writer.attribute("type", config::type_name(spec));
    writer.attribute("default", shown.fallback);
    writer.close();
    writer.close();
}

void write_parameters(Writer& writer)
{
    for (const config::ParamSpec& spec : config::param_table())
        write_parameter(writer, spec, {spec.name, spec.detail, spec.brief, spec.fallback, spec.is_required});
    for (const config::AliasSpec& alias : config::alias_table())
    {
        const std::string detail = "For configurations that were made for ocf:heartbeat:pgsql. Used where " +
                                   std::string{alias.meaning} + " is not set.";
        write_parameter(writer, config::meant_by(alias), {alias.name, detail, alias.brief, "", false});
    }
}

std::string seconds(std::chrono::seconds duration)
{
    return std::to_string(duration.count()) + "s";
}

void write_action(Writer& writer, const config::ActionSpec& action)
{
    writer.open("action");
    writer.attribute("name", action.name);
    writer.attribute("timeout", seconds(action.timeout));
    if (action.interval.count() > 0)
    {
        writer.attribute("interval", seconds(action.interval));
        writer.attribute("depth", "0");
    }
    if (!action.role.empty())
        writer.attribute("role", action.role);
    writer.close();
}

} // namespace

std::string meta_data(Reader reader)
{
    Writer writer;
    writer.start_document(reader);
    writer.open("resource-agent");
    writer.attribute("name", "pgtwin");
    writer.attribute("version", PGTWIN_VERSION);
    writer.open("version");
    writer.text("1.1");
    writer.close();
    describe(writer, long_description, "PostgreSQL high availability with two nodes");
    writer.open("parameters");
    write_parameters(writer);
    writer.close();
    writer.open("actions");
    for (const config::ActionSpec& action : config::action_table())
        write_action(writer, action);
    writer.close();
    writer.close();
    return writer.end_document();
}

} // namespace pgtwin::ocf
