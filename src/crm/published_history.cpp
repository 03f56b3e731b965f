// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/published_history.hpp"

#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

constexpr const char* program = "attrd_updater";

std::string attribute_of(const std::string& resource)
{
    return resource + "-history";
}

} // namespace

Expected<void> publish_history(Tools& tools, const std::string& resource, const std::string& node,
                               std::string_view text, const Deadline& deadline)
{
    const auto done = output_of(
        tools, program,
        {"--name", attribute_of(resource), "--node", node, "--private", "--update=" + std::string{text}}, deadline);
    return done ? Expected<void>{} : within("cannot publish the history", done.error());
}

Expected<std::map<std::string, std::string>> published_histories(Tools& tools, const std::string& resource,
                                                                 const Deadline& deadline)
{
    std::map<std::string, std::string> histories;
    const auto answer =
        tools.run(program, {"--query", "--name", attribute_of(resource), "--all", "--output-as=xml"}, deadline);
    if (!answer)
        return answer.error();
    if (is_no_attribute(*answer))
        return histories;
    if (answer->code != 0)
        return failure(program, *answer);
    const auto document = parse_xml(answer->out, "the answer of attrd_updater");
    if (!document)
        return document.error();
    for (const xmlNode* const each : children(root_of(*document, "pacemaker-result"), "attribute"))
        if (attribute(each, "name") == attribute_of(resource))
            histories[attribute(each, "host")] = attribute(each, "value");
    return histories;
}

} // namespace pgtwin::crm
