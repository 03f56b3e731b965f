// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/fencing.hpp"

#include <algorithm>

#include "times.hpp"
#include "xml.hpp"

namespace pgtwin::crm
{
namespace
{

FencingState state_of(const std::string& status)
{
    if (status == "success")
        return FencingState::done;
    return status == "failed" ? FencingState::failed : FencingState::running;
}

Fencing fencing_of(const xmlNode* event)
{
    Fencing fencing;
    fencing.target = attribute(event, "target");
    fencing.action = attribute(event, "action");
    fencing.origin = attribute(event, "origin");
    fencing.state = state_of(attribute(event, "status"));
    fencing.ended = time_from(attribute(event, "completed"));
    fencing.reason = attribute(event, "exit-reason");
    return fencing;
}

/// What runs before what has ended, and that by its time.
bool is_newer(const Fencing& left, const Fencing& right)
{
    if (!left.ended || !right.ended)
        return !left.ended && right.ended;
    return *left.ended > *right.ended;
}

} // namespace

Expected<std::vector<Fencing>> parse_fencing(std::string_view xml)
{
    const Expected<XmlDocument> document = parse_xml(xml, "the answer of crm_mon");
    if (!document)
        return document.error();
    const xmlNode* root = root_of(*document, "pacemaker-result");
    if (root == nullptr)
        return Error{ErrorKind::malformed, "the answer of crm_mon is another document"};
    std::vector<Fencing> all;
    for (const xmlNode* const event : children(child(root, "fence_history"), "fence_event"))
        all.push_back(fencing_of(event));
    std::stable_sort(all.begin(), all.end(), is_newer);
    return all;
}

Expected<std::vector<Fencing>> fencing_history(Tools& tools, const Deadline& deadline)
{
    const auto answer =
        output_of(tools, "crm_mon", {"--one-shot", "--output-as=xml", "--include=none,fencing"}, deadline);
    return answer ? parse_fencing(*answer) : answer.error();
}

} // namespace pgtwin::crm
