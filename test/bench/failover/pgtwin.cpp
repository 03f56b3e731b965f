// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/contenders.hpp"
#include "cluster/pair.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class Pgtwin final : public Contender
{
public:
    std::string name() const override { return "pgtwin"; }

    void deploy(const Lab& lab) const override
    {
        lab.prepare_postgres();
        lab.configure();
        test::wait_until("a pair", Deadline{seconds{90}}, [&]() { return cluster_ailment(lab); });
        create_ledger(lab, primary_of(lab));
    }

    std::string ailment(const Lab& lab) const override { return test::ailment_of(lab); }

    std::optional<milliseconds> certified_after(const Lab& lab) const override
    {
        const std::string primary = primary_of(lab);
        test::wait_until(
            "the standby streams", Deadline{seconds{90}},
            [&]() -> std::string
            {
                const auto seen = lab.try_sql(primary, "SELECT state FROM pg_stat_replication");
                return seen.out == "streaming\n" ? "" : seen.explained();
            },
            milliseconds{20});
        const auto streaming = steady_clock::now();
        test::wait_until(
            "the standby is certified", Deadline{seconds{60}}, [&]() { return ailment(lab); }, milliseconds{20});
        return duration_cast<milliseconds>(steady_clock::now() - streaming);
    }
};

} // namespace

std::unique_ptr<Contender> make_pgtwin()
{
    return std::make_unique<Pgtwin>();
}

} // namespace pgtwin::bench
