// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pgtwin/crm/resources.hpp"

namespace pgtwin::crm
{
namespace
{

std::string configuration(const std::string& resources, const std::string& constraints = {})
{
    return "<cib><configuration><crm_config><cluster_property_set id=\"cib-bootstrap-options\">"
           "<nvpair id=\"q\" name=\"no-quorum-policy\" value=\"stop\"/></cluster_property_set></crm_config><nodes/>"
           "<resources>" +
           resources + "</resources><constraints>" + constraints + "</constraints></configuration><status/></cib>";
}

constexpr const char* pair =
    R"(<clone id="db-clone"><meta_attributes id="cm"><nvpair id="n" name="notify" value="true"/>
</meta_attributes><primitive id="db" class="ocf" provider="heartbeat" type="pgtwin">
<instance_attributes id="ia"><nvpair id="p" name="pgdata" value="/data"/><nvpair id="m" name="rep_mode" value="strict"/>
</instance_attributes><operations><op id="o" name="monitor" interval="3s" role="Promoted" timeout="60s"/></operations>
</primitive></clone>)";

constexpr const char* address = R"(<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2">
<instance_attributes id="va"><nvpair id="vi" name="ip" value="192.0.2.20"/></instance_attributes></primitive>)";

ResourceView read(const std::string& xml)
{
    const auto view = ResourceView::parse(xml);
    EXPECT_TRUE(view) << (view ? "" : view.error().what);
    return view ? *view : ResourceView{};
}

std::string content_of(const std::string& file)
{
    std::ifstream stream{PGTWIN_TEST_DATA "/cib/" + file};
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

TEST(ResourceView, FindsThePairWithItsParametersAndItsClone)
{
    const ResourceView view = read(configuration(pair));
    ASSERT_EQ(view.pairs.size(), 1U);
    const PairResource& found = view.pairs.front();
    EXPECT_EQ(found.id, "db");
    EXPECT_EQ(found.clone, "db-clone");
    EXPECT_EQ(found.parameters.at("pgdata"), "/data");
    EXPECT_EQ(found.meta.at("notify"), "true");
    EXPECT_EQ(found.operations, (std::vector<Operation>{
                                    {"monitor", "Promoted", "3s", "60s", "o"}
    }));
    EXPECT_EQ(found.environment().at("OCF_RESKEY_rep_mode"), "strict");
    EXPECT_EQ(found.environment().at("OCF_RESOURCE_INSTANCE"), "db");
    EXPECT_EQ(view.properties.at("no-quorum-policy"), "stop");
}

TEST(ResourceView, FindsAPairByTheNameOfItsClone)
{
    const ResourceView view = read(configuration(pair));
    ASSERT_NE(view.find("db-clone"), nullptr);
    EXPECT_EQ(view.find("db-clone"), view.find("db"));
    EXPECT_EQ(view.find("other"), nullptr);
}

TEST(ResourceView, ReadsTheDefaultsOfTheClusterBehindTheClone)
{
    std::string text = configuration(pair);
    text.insert(text.find("</configuration>"), R"(<rsc_defaults><meta_attributes id="d">
<nvpair id="d1" name="notify" value="false"/><nvpair id="d2" name="failure-timeout" value="10min"/></meta_attributes>
<meta_attributes id="e"><rule id="e0" score="1"/><nvpair id="e1" name="is-managed" value="false"/></meta_attributes>
</rsc_defaults>)");
    const Options meta = read(text).pairs.at(0).meta;
    EXPECT_EQ(meta.at("notify"), "true");
    EXPECT_EQ(meta.at("failure-timeout"), "10min");
    EXPECT_EQ(meta.count("is-managed"), 0U);
}

TEST(ResourceView, ReadsATemplateBehindThePrimitive)
{
    const ResourceView view = read(configuration(
        R"(<template id="t" class="ocf" provider="heartbeat" type="pgtwin"><instance_attributes id="a">
<nvpair id="x" name="pgdata" value="/template"/><nvpair id="y" name="pgport" value="5433"/></instance_attributes>
</template><clone id="c"><primitive id="db" template="t"><instance_attributes id="b">
<nvpair id="z" name="pgdata" value="/own"/></instance_attributes></primitive></clone>)"));
    ASSERT_EQ(view.pairs.size(), 1U);
    EXPECT_EQ(view.pairs[0].parameters.at("pgdata"), "/own");
    EXPECT_EQ(view.pairs[0].parameters.at("pgport"), "5433");
}

TEST(ResourceView, TellsWhichAddressFollowsThePromotedInstance)
{
    const char* const colocation = R"(<rsc_colocation id="k" rsc="vip" with-rsc="db-clone" with-rsc-role="Promoted"/>)";
    const ResourceView view = read(configuration(std::string{pair} + address, colocation));
    ASSERT_EQ(view.addresses.size(), 1U);
    EXPECT_EQ(view.addresses[0].address, "192.0.2.20");
    EXPECT_EQ(view.addresses[0].follows, std::vector<std::string>{"db-clone"});
    EXPECT_TRUE(read(configuration(std::string{pair} + address)).addresses[0].follows.empty());
}

TEST(ResourceView, UnderstandsAColocationOfSetsAndOfTheGroupOfTheAddress)
{
    const std::string group = "<group id=\"g\">" + std::string{address} + "</group>";
    const char* const sets = R"(<rsc_colocation id="k"><resource_set id="s1"><resource_ref id="g"/></resource_set>
<resource_set id="s2" role="Master"><resource_ref id="db-clone"/></resource_set></rsc_colocation>)";
    const ResourceView view = read(configuration(std::string{pair} + group, sets));
    ASSERT_EQ(view.addresses.size(), 1U);
    EXPECT_EQ(view.addresses[0].follows, std::vector<std::string>{"db-clone"});
}

TEST(ResourceView, TellsTheConstraintsThatAMoveOrABanLeft)
{
    const ResourceView view = read(configuration(
        pair, R"(<rsc_location id="cli-prefer-db-clone" rsc="db-clone" role="Promoted" node="psql2" score="INFINITY"/>
<rsc_location id="cli-ban-db-clone-on-psql1" rsc="db-clone"><rule id="r" score="-INFINITY" boolean-op="and">
<expression id="e" attribute="#uname" operation="eq" value="psql1" type="string"/><date_expression id="d" operation="lt"
end="2026-11-22 23:00:00Z"/></rule></rsc_location><rsc_location id="mine" rsc="db-clone" node="psql1" score="9"/>)"));
    ASSERT_EQ(view.left_constraints.size(), 2U);
    EXPECT_EQ(view.left_constraints[0].node, "psql2");
    EXPECT_FALSE(view.left_constraints[0].is_ban);
    EXPECT_EQ(view.left_constraints[1].resource, "db-clone");
    EXPECT_EQ(view.left_constraints[1].node, "psql1");
    EXPECT_TRUE(view.left_constraints[1].is_ban);
}

TEST(ResourceView, TellsTheBansOfToolsAndOfPeople)
{
    const ResourceView view = read(configuration(
        pair,
        R"(<rsc_location id="cli-ban-db-clone-on-psql1" rsc="db-clone"><rule id="r" score="-INFINITY" role="Promoted"
boolean-op="and"><expression id="e" attribute="#uname" operation="eq" value="psql1"/><date_expression id="d"
operation="lt" end="2026-11-29 07:13:25Z"/></rule></rsc_location>
<rsc_location id="never" rsc="db" node="psql2" score="-INFINITY"/>
<rsc_location id="rather-not" rsc="db-clone" node="psql2" score="-500"/>)"));
    ASSERT_EQ(view.bans.size(), 2U);
    EXPECT_EQ(view.bans[0].node, "psql1");
    EXPECT_TRUE(view.bans[0].is_promotion_only);
    EXPECT_TRUE(view.bans[0].is_left);
    EXPECT_EQ(view.bans[0].until, std::chrono::seconds{1795936405});
    EXPECT_EQ(view.bans[1].id, "never");
    EXPECT_EQ(view.bans[1].resource, "db");
    EXPECT_FALSE(view.bans[1].is_promotion_only);
    EXPECT_FALSE(view.bans[1].is_left);
    EXPECT_FALSE(view.bans[1].until);
}

TEST(ResourceView, TellsTheFencingDevicesWithTheirMetaAttributes)
{
    const ResourceView view = read(configuration(
        R"(<primitive id="fence" class="stonith" type="fence_lab"><meta_attributes id="m"><nvpair id="t" name="target-role"
value="Stopped"/></meta_attributes></primitive>)"));
    ASSERT_EQ(view.fencing_devices.size(), 1U);
    EXPECT_EQ(view.fencing_devices[0].meta.at("target-role"), "Stopped");
}

TEST(ResourceView, TellsAfterWhosePromotionAnAddressStarts)
{
    const auto awaited = [](const std::string& order)
    {
        return read(configuration(std::string{pair} + address, order)).addresses[0].awaits;
    };
    const std::vector<std::string> clone{"db-clone"};
    EXPECT_EQ(awaited(R"(<rsc_order id="o" first="db-clone" first-action="promote" then="vip" then-action="start"/>)"),
              clone);
    EXPECT_EQ(awaited(R"(<rsc_order id="o"><resource_set id="a" action="promote"><resource_ref id="db-clone"/>
</resource_set><resource_set id="b"><resource_ref id="vip"/></resource_set></rsc_order>)"),
              clone);
    EXPECT_TRUE(awaited(R"(<rsc_order id="o" first="db-clone" then="vip"/>)").empty());
    EXPECT_TRUE(awaited("").empty());
}

TEST(ResourceView, ReadsTheHistoryOfOperationsAndTheFencingDevices)
{
    const ResourceView view = read(content_of("trixie-left.xml"));
    ASSERT_EQ(view.fencing_devices.size(), 1U);
    EXPECT_EQ(view.fencing_devices[0].id, "fence");
    const auto promotion = std::find_if(view.history.begin(), view.history.end(),
                                        [](const OperationResult& each) { return each.operation == "promote"; });
    ASSERT_NE(promotion, view.history.end());
    EXPECT_EQ(promotion->resource, "db");
    EXPECT_EQ(promotion->node, "psql1");
    EXPECT_EQ(promotion->when, std::chrono::seconds{1795336350});
    for (const OperationResult& each : view.history)
        EXPECT_FALSE(each.has_failed()) << each.resource << " " << each.operation;
}

TEST(OperationResult, HasFailedIfItEndedOtherwiseThanTheTransitionExpected)
{
    OperationResult monitor;
    monitor.operation = "monitor";
    monitor.interval = std::chrono::seconds{3};
    monitor.exit_code = 9;
    monitor.expected_code = 8;
    EXPECT_TRUE(monitor.has_failed());
    monitor.exit_code = 8;
    EXPECT_FALSE(monitor.has_failed());
    monitor.has_timed_out = true;
    EXPECT_TRUE(monitor.has_failed());
}

TEST(ResourceView, TellsWhatRunsNowBehindAllThatHasEnded)
{
    const auto last_on = [](const std::string& file, const std::string& node)
    {
        OperationResult last;
        for (const OperationResult& each : read(content_of(file)).history)
            if (each.node == node)
                last = each;
        return last;
    };
    const OperationResult demote = last_on("trixie-demoting.xml", "psql1");
    EXPECT_EQ(demote.operation, "demote");
    EXPECT_TRUE(demote.is_pending);
    EXPECT_FALSE(demote.has_failed());
    EXPECT_FALSE(demote.has_succeeded());
    EXPECT_EQ(demote.when, std::chrono::seconds{1795936134});
    const OperationResult promote = last_on("trixie-promoting.xml", "psql2");
    EXPECT_EQ(promote.operation, "promote");
    EXPECT_TRUE(promote.is_pending);
}

TEST(ResourceView, IsMalformedWithoutAConfiguration)
{
    EXPECT_FALSE(ResourceView::parse("<cib/>"));
    EXPECT_FALSE(ResourceView::parse("no xml"));
}

} // namespace
} // namespace pgtwin::crm
