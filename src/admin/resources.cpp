// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/admin/resources.hpp"

#include <array>
#include <unistd.h>

#include "pgtwin/admin/options.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

/// A frozen daemon must not take all the time there is.
constexpr std::chrono::milliseconds name_limit = 700ms;
constexpr std::chrono::milliseconds cib_limit = 1200ms;
constexpr std::chrono::milliseconds fencer_limit = 700ms;

} // namespace

std::string host_name()
{
    std::array<char, 256> host{};
    return ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : std::string{};
}

Expected<ClusterLook> look_at_cluster(crm::Tools& tools, const Deadline& deadline)
{
    const auto text = crm::read_cib(tools, deadline.at_most(cib_limit));
    if (!text)
        return text.error();
    auto resources = crm::ResourceView::parse(text->xml);
    if (!resources)
        return resources.error();
    ClusterLook look{text->source, text->problem, host_name(), *std::move(resources), {}};
    if (look.source == crm::CibSource::saved)
    {
        look.status = Seen<crm::Cib>::unknown(text->problem.what);
        return look;
    }
    if (auto name = crm::node_name(tools, deadline.at_most(name_limit)))
        look.self = *std::move(name);
    auto status = crm::Cib::parse(text->xml);
    look.status = status ? Seen<crm::Cib>{*std::move(status)} : Seen<crm::Cib>::unknown(status.error().what);
    return look;
}

void look_at_fencing(ClusterLook& look, crm::Tools& tools, const Deadline& deadline)
{
    if (!look.status)
        return;
    const auto history = crm::fencing_history(tools, deadline.at_most(fencer_limit));
    look.fencing = history ? Seen<std::vector<crm::Fencing>>{*history}
                           : Seen<std::vector<crm::Fencing>>::unknown(history.error().what, history.error().kind);
}

std::string names_of(const std::vector<crm::PairResource>& pairs)
{
    std::string names;
    for (const crm::PairResource& pair : pairs)
        names.append(names.empty() ? "" : ", ").append(pair.id);
    return names;
}

Expected<std::vector<crm::PairResource>> find_resources(const crm::ResourceView& view, std::string_view name)
{
    if (view.pairs.empty())
        return Error{ErrorKind::unavailable, "the cluster has no resource of type ocf:heartbeat:pgtwin"};
    if (name.empty())
        return view.pairs;
    const crm::PairResource* const found = view.find(name);
    if (found == nullptr)
        return Error{ErrorKind::unavailable, "the cluster has no resource '" + std::string{name} +
                                                 "' of pgtwin; it has " + names_of(view.pairs)};
    return std::vector<crm::PairResource>{*found};
}

std::string find_peer(const ClusterLook& look, const Params& params)
{
    if (std::string named = peer_of(params, look.self); !named.empty())
        return named;
    if (!look.status)
        return {};
    const auto other = look.status->find_peer(look.self, "");
    return other && *other != nullptr ? (*other)->name : std::string{};
}

} // namespace pgtwin::admin
