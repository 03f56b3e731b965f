// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "pgtwin/admin/options.hpp"

namespace pgtwin::admin
{
namespace
{

config::Reading with_options(const std::string& options)
{
    return parameters_in({
        {"OCF_RESKEY_pgdata",               "/srv/data"},
        {"OCF_RESKEY_primary_conninfo_opt", options    }
    });
}

TEST(ParametersIn, AreRefusedIfLibpqDoesNotKnowAnOption)
{
    const config::Reading reading = with_options("sslmodde=require");
    ASSERT_EQ(reading.errors.size(), 1U);
    EXPECT_EQ(
        reading.errors[0].text(),
        "parameter primary_conninfo_opt must be options that libpq knows: invalid connection option \"sslmodde\"");
    EXPECT_EQ(reading.params.primary_conninfo_opt, "");
}

TEST(ParametersIn, KeepOptionsThatLibpqKnows)
{
    const config::Reading reading = with_options("sslmode=require");
    EXPECT_TRUE(reading.errors.empty());
    EXPECT_EQ(reading.params.primary_conninfo_opt, "sslmode=require");
}

TEST(ParametersIn, NameAWrongOptionOnce)
{
    EXPECT_EQ(with_options("host=x").errors.size(), 1U);
}

} // namespace
} // namespace pgtwin::admin
