// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <sstream>

#include "pgtwin/cli/commands.hpp"
#include "pgtwin/cli/help.hpp"
#include "pgtwin/config/actions.hpp"
#include "pgtwin/config/param_table.hpp"

namespace pgtwin::cli
{
namespace
{

TEST(Help, FitsIntoEightyColumns)
{
    std::string all = help() + usage();
    for (const CommandSpec& command : command_table())
        all += help_of(command);
    std::istringstream text{all};
    for (std::string line; std::getline(text, line);)
        EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, NamesEveryParameterWithItsDefaultAndEveryAction)
{
    const std::string text = help();
    for (const config::ParamSpec& spec : config::param_table())
        EXPECT_NE(text.find("\n  " + std::string{spec.name}), std::string::npos) << spec.name;
    for (const config::ActionSpec& action : config::action_table())
        EXPECT_NE(text.find("\n  " + std::string{action.name}), std::string::npos) << action.name;
    EXPECT_NE(text.find("slot_name [ha_slot]"), std::string::npos);
    EXPECT_NE(text.find("pgdata (required)"), std::string::npos);
}

TEST(Usage, ListsTheActionsAndTheCommands)
{
    for (const CommandSpec& command : command_table())
        EXPECT_NE(usage().find(command.name), std::string::npos) << command.name;
    for (const config::ActionSpec& action : config::action_table())
        EXPECT_NE(usage().find(action.name), std::string::npos) << action.name;
}

TEST(Version, NamesProgramAndVersion)
{
    EXPECT_EQ(version().rfind("pgtwin ", 0), 0U);
    EXPECT_NE(version().find('.'), std::string::npos);
}

TEST(Wrapped, BreaksAtBlanksAndIndentsEveryLine)
{
    EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
    EXPECT_EQ(wrapped("one", 0), "one\n");
    EXPECT_EQ(wrapped("", 4), "\n");
}

TEST(Wrapped, LeavesAWordLongerThanTheLineWhole)
{
    EXPECT_EQ(wrapped("a incomprehensibilities b", 1, 10), " a\n incomprehensibilities\n b\n");
}

} // namespace
} // namespace pgtwin::cli
