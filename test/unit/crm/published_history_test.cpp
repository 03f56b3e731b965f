// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/crm/published_history.hpp"

namespace pgtwin::crm
{
namespace
{

/// Answers always the same and remembers what it was asked.
class OneAnswer final : public Tools
{
public:
    explicit OneAnswer(ToolAnswer answer) : answer_{std::move(answer)} {}

    Expected<ToolAnswer> run(const std::string& program, const std::vector<std::string>& arguments,
                             const Deadline&) override
    {
        asked = arguments;
        asked.insert(asked.begin(), program);
        return answer_;
    }
    void pause(std::chrono::milliseconds) override {}

    std::vector<std::string> asked;

private:
    ToolAnswer answer_;
};

const Deadline soon{std::chrono::seconds{1}};

TEST(PublishedHistory, IsAPrivateAttribute)
{
    OneAnswer tools{{}};
    ASSERT_TRUE(publish_history(tools, "db", "psql1", "a\tb: 5% of 0/A\n", soon));
    EXPECT_EQ(tools.asked, (std::vector<std::string>{"attrd_updater", "--name", "db-history", "--node", "psql1",
                                                     "--private", "--update=a%09b: 5%25 of 0/A%0A"}));
}

TEST(PublishedHistory, OfBothNodesIsReadByTheirNames)
{
    OneAnswer tools{
        {0,
         R"(<pacemaker-result api-version="2.38" request="attrd_updater -Q -n db-history -A --output-as=xml">
  <attribute name="db-history" value="a%09b: 5%25 of 0/A%0A" host="psql1"/><attribute name="db-history" value="two" host="psql2"/>
  <status code="0" message="OK"/></pacemaker-result>)", {}}
    };
    const auto found = published_histories(tools, "db", soon);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, (std::map<std::string, std::string>{
                          {"psql1", "a\tb: 5% of 0/A\n"},
                          {"psql2", "two"              }
    }));
}

TEST(PublishedHistory, IsReadAsItStandsWhereNothingIsEncoded)
{
    OneAnswer tools{
        {0,
         R"(<pacemaker-result><attribute name="db-history" value="5% %zz %0" host="psql1"/></pacemaker-result>)", {}}
    };
    EXPECT_EQ(published_histories(tools, "db", soon).value().at("psql1"), "5% %zz %0");
}

TEST(PublishedHistory, ThatNobodyHasPublishedIsEmptyAndOneThatIsDeniedIsUnknown)
{
    for (const int none : {78, 105})
    {
        OneAnswer tools{
            {none, {}, {}}
        };
        const auto found = published_histories(tools, "db", soon);
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->empty());
    }
    OneAnswer denied{
        {4, {}, "Could not connect to attrd: Permission denied"}
    };
    EXPECT_EQ(published_histories(denied, "db", soon).error().kind, ErrorKind::denied);
}

} // namespace
} // namespace pgtwin::crm
