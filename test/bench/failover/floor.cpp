// SPDX-License-Identifier: GPL-2.0-or-later
#include <fstream>
#include <sstream>

#include "bench/failover/contenders.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr const char* primitive = R"(primitive postgres-db ocf:heartbeat:floor \
op start timeout=20s interval=0 op stop timeout=20s interval=0 \
op promote timeout=20s interval=0 op demote timeout=20s interval=0 \
op monitor timeout=20s interval=10s role=Unpromoted op monitor timeout=20s interval=3s role=Promoted \
op notify timeout=20s interval=0)";

constexpr const char* install = "printf '%s' \"$1\" >/usr/lib/ocf/resource.d/heartbeat/floor && "
                                "chmod 0755 /usr/lib/ocf/resource.d/heartbeat/floor";

/// What the sentinel of an agent does, and the time at which it began.
constexpr const char* fail = "date +%s%N && attrd_updater -n master-postgres-db -U -INFINITY && "
                             "crm_resource --fail --resource postgres-db --node \"$1\"";

std::string agent()
{
    std::ifstream file{PGTWIN_SOURCE_DIR "/test/bench/failover/floor_agent"};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The machine and its nodes have one clock.
Moment steady_moment(const std::string& nanoseconds_since_epoch)
{
    const auto at = nanoseconds{std::stoll(nanoseconds_since_epoch)};
    const auto age = nanoseconds{system_clock::now().time_since_epoch()} - at;
    return steady_clock::now() - std::chrono::duration_cast<steady_clock::duration>(age);
}

class Floor final : public Contender
{
public:
    std::string name() const override { return "floor"; }

    void deploy(const Lab& lab) const override
    {
        for (const char* node : {test::first_node, test::second_node})
            lab.exec(node, {"sh", "-c", install, "sh", agent()});
        load_configuration(lab, with_address(primitive));
    }

    std::string ailment(const Lab& lab) const override { return cluster_ailment(lab); }
    bool has_database() const override { return false; }
    bool can_be_measured(Fault fault) const override { return moves_primary(fault); }

    /// A failure is injected: the address of the failed node still answers until it is taken down.
    Moment cause(Fault fault, const Lab& lab) const override
    {
        if (fault != Fault::primary_killed)
            return Contender::cause(fault, lab);
        const std::string primary = primary_of(lab);
        return steady_moment(lab.exec(primary, {"sh", "-c", fail, "sh", primary}));
    }
};

} // namespace

std::unique_ptr<Contender> make_floor()
{
    return std::make_unique<Floor>();
}

} // namespace pgtwin::bench
