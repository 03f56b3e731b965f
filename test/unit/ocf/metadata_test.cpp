// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/param_table.hpp"
#include "pgtwin/ocf/metadata.hpp"

namespace pgtwin::ocf
{
namespace
{

TEST(MetaData, NamesEveryParameterAndAction)
{
    const std::string text = meta_data();
    for (const config::ParamSpec& spec : config::param_table())
        EXPECT_NE(text.find("<parameter name=\"" + std::string{spec.name} + "\""), std::string::npos) << spec.name;
    for (const config::ActionSpec& action : config::action_table())
        EXPECT_NE(text.find("<action name=\"" + std::string{action.name} + "\""), std::string::npos) << action.name;
}

TEST(MetaData, HasDeclarationsForValidatorsButNotForPacemaker)
{
    EXPECT_NE(meta_data(Reader::validator).find("<!ATTLIST"), std::string::npos);
    EXPECT_EQ(meta_data(Reader::pacemaker).find("<!ATTLIST"), std::string::npos);
    const auto from_root = [](const std::string& text)
    {
        return text.substr(text.find("<resource-agent"));
    };
    EXPECT_EQ(from_root(meta_data(Reader::validator)), from_root(meta_data(Reader::pacemaker)));
}

TEST(MetaData, ClaimsOcf11)
{
    EXPECT_NE(meta_data().find("<version>1.1</version>"), std::string::npos);
}

} // namespace
} // namespace pgtwin::ocf
