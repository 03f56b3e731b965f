// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "fake_tools.hpp"
#include "pgtwin/crm/instance.hpp"

namespace
{

using namespace pgtwin;

Expected<crm::Instance> find(const crm::Environment& environment, crm::FakeTools& tools)
{
    return crm::find_instance(environment, tools, Deadline{std::chrono::seconds{10}});
}

TEST(Instance, IsKnownWithoutAskingIfPacemakerRunsTheAction)
{
    crm::FakeTools tools;
    const auto instance = find(
        {
            {"OCF_RESOURCE_INSTANCE",       "db:1" },
            {"OCF_RESKEY_CRM_meta_on_node", "psql2"}
    },
        tools);
    ASSERT_TRUE(instance);
    EXPECT_EQ(instance->resource, "db");
    EXPECT_EQ(instance->node, "psql2");
    EXPECT_TRUE(instance->is_run_by_pacemaker);
    EXPECT_TRUE(tools.commands.empty());
}

TEST(Instance, IsThePrimitiveWhenThePersonNamedTheClone)
{
    crm::FakeTools tools;
    for (const char* const id : {"db", "db-clone"})
    {
        const auto instance = find(
            {
                {"OCF_RESOURCE_INSTANCE", id}
        },
            tools);
        ASSERT_TRUE(instance);
        EXPECT_EQ(instance->resource, "db");
        EXPECT_EQ(instance->node, "psql1");
        EXPECT_FALSE(instance->is_run_by_pacemaker);
    }
}

TEST(Instance, HasNoNodeWithoutACluster)
{
    crm::FakeTools tools;
    tools.failing_code = 102;
    const auto instance = find(
        {
            {"OCF_RESOURCE_INSTANCE", "db"}
    },
        tools);
    ASSERT_TRUE(instance);
    EXPECT_EQ(instance->resource, "db");
    EXPECT_EQ(instance->node, "");
}

TEST(Instance, MustBeUsableAsAFileName)
{
    crm::FakeTools tools;
    for (const char* const id : {"", ":0", "../db", ".", "a b", "a\nb"})
        EXPECT_EQ(find(
                      {
                          {"OCF_RESOURCE_INSTANCE", id}
        },
                      tools)
                      .error()
                      .kind,
                  ErrorKind::conflict)
            << id;
}

} // namespace
