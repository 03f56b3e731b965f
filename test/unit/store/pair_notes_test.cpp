// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/store/pair_notes.hpp"
#include "pgtwin/sys/file.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::store
{
namespace
{

TEST(PairNotes, AreReadByEverybodyInTheOrderOfTheirNames)
{
    const test::TemporaryDirectory temporary;
    const std::string directory = temporary / "pairs";
    EXPECT_TRUE(read_notes(directory).empty());
    const PairNote orders{"orders", "psql1", "psql2", {}};
    const PairNote accounts{"accounts", "psql1", "psql2", {}};
    ASSERT_TRUE(write_note(orders, directory));
    ASSERT_TRUE(write_note(accounts, directory));
    ASSERT_TRUE(sys::write_file(directory + "/broken", "pgtwin-pair 1\n", 0644));
    EXPECT_EQ(read_notes(directory), (std::vector<PairNote>{accounts, orders}));
    EXPECT_EQ((*sys::look_at(directory))->mode, 0755U);
    EXPECT_EQ((*sys::look_at(directory + "/orders"))->mode, 0644U);
}

} // namespace
} // namespace pgtwin::store
