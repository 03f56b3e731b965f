// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/failover/contenders.hpp"
#include "cluster/steps.hpp"

namespace pgtwin::bench
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::seconds;

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
        return test::time_to_certify(lab, primary_of(lab));
    }
};

} // namespace

std::unique_ptr<Contender> make_pgtwin()
{
    return std::make_unique<Pgtwin>();
}

} // namespace pgtwin::bench
