// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/published_history.hpp"

#include <algorithm>
#include <array>

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

struct Encoded
{
    char character;
    std::string_view code;
};

constexpr std::array<Encoded, 3> encoded{
    {{'\n', "%0A"}, {'\t', "%09"}, {'%', "%25"}}
};

std::string encode(std::string_view text)
{
    std::string out;
    for (const char character : text)
    {
        const auto* const found = std::find_if(encoded.begin(), encoded.end(),
                                               [&](const Encoded& each) { return each.character == character; });
        if (found == encoded.end())
            out += character;
        else
            out += found->code;
    }
    return out;
}

std::string decode(std::string_view text)
{
    std::string out;
    while (!text.empty())
    {
        const auto* const found = std::find_if(encoded.begin(), encoded.end(),
                                               [&](const Encoded& each) { return text.starts_with(each.code); });
        out += found == encoded.end() ? text.front() : found->character;
        text.remove_prefix(found == encoded.end() ? 1 : found->code.size());
    }
    return out;
}

} // namespace

Expected<void> publish_history(Tools& tools, const std::string& resource, const std::string& node,
                               std::string_view text, const Deadline& deadline)
{
    const auto done = output_of(
        tools, program, {"--name", attribute_of(resource), "--node", node, "--private", "--update=" + encode(text)},
        deadline);
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
            histories[attribute(each, "host")] = decode(attribute(each, "value"));
    return histories;
}

} // namespace pgtwin::crm
