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

TEST(Recalled, AreTheParametersOfAResourceThatWasDeleted)
{
    const std::string pgdata = "OCF_RESKEY_pgdata";
    const std::vector<PairNote> notes{
        {"other", "psql1", "", {{pgdata, "/other"}}                                  },
        {"db",    "psql1", "", {{pgdata, "/srv/data"}, {"OCF_RESKEY_pgport", "5433"}}}
    };
    EXPECT_EQ(
        recalled(
            {
                {"OCF_RESKEY_CRM_meta_on_node", "psql1"}
    },
            "db", notes),
        (Environment{{"OCF_RESKEY_CRM_meta_on_node", "psql1"}, {pgdata, "/srv/data"}, {"OCF_RESKEY_pgport", "5433"}}));
    EXPECT_EQ(recalled(
                  {
                      {pgdata, "/new"}
    },
                  "db", notes),
              (Environment{{pgdata, "/new"}}));
    EXPECT_EQ(recalled({}, "unknown", notes), Environment{});
}

} // namespace
} // namespace pgtwin::admin
