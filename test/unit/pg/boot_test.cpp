// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pgtwin/pg/boot.hpp"
#include "support/temporary_directory.hpp"

namespace pgtwin::pg
{
namespace
{

constexpr const char* data_directory = "/var/lib/postgresql/17/main";
using Starters = std::vector<BootStarter>;

class Boot : public testing::Test
{
protected:
    void write(const std::string& path, const std::string& text = {}) const
    {
        const std::filesystem::path whole{root_ + path};
        std::filesystem::create_directories(whole.parent_path());
        std::ofstream{whole} << text;
    }
    void enable(const std::string& unit) const { write("/etc/systemd/system/multi-user.target.wants/" + unit); }
    void make_cluster(const std::string& start = {}) const
    {
        write("/etc/postgresql/17/main/postgresql.conf", "#data_directory = '/elsewhere'\ndata_directory = '" +
                                                             std::string{data_directory} + "'\t# of the cluster\n");
        if (!start.empty())
            write("/etc/postgresql/17/main/start.conf", "# auto, manual or disabled\n\n" + start + "\n");
    }
    [[nodiscard]] Starters starters(const std::string& pgdata = data_directory) const
    {
        return boot_starters(pgdata, root_);
    }

    test::TemporaryDirectory directory_;
    std::string root_ = directory_.path();
};

TEST_F(Boot, StartsNothingWithoutSystemd)
{
    EXPECT_TRUE(starters().empty());
}

TEST_F(Boot, StartsWhatIsEnabledWhereNobodyTellsTheDirectory)
{
    enable("postgresql-17.service");
    enable("sshd.service");
    EXPECT_EQ(starters(), (Starters{
                              {"postgresql-17.service", ""}
    }));
}

TEST_F(Boot, StartsNothingOfDebianWithoutClusters)
{
    enable("postgresql.service");
    write("/usr/share/postgresql-common/supported-versions");
    EXPECT_TRUE(starters().empty());
}

TEST_F(Boot, StartsADebianClusterThatIsAuto)
{
    enable("postgresql.service");
    make_cluster("auto");
    EXPECT_EQ(starters(), (Starters{
                              {"postgresql.service", "17/main"}
    }));
    EXPECT_EQ(starters(std::string{data_directory} + "/"), starters());
    EXPECT_TRUE(starters("/var/lib/postgresql/data").empty()) << "of another cluster";
}

TEST_F(Boot, StartsADebianClusterThatSaysNothing)
{
    enable("postgresql.service");
    write("/etc/postgresql/17/main/postgresql.conf", "port = 5432\n");
    EXPECT_EQ(starters(), (Starters{
                              {"postgresql.service", "17/main"}
    }));
}

TEST_F(Boot, LeavesADebianClusterAloneThatIsManual)
{
    enable("postgresql.service");
    make_cluster("manual");
    EXPECT_TRUE(starters().empty());
}

TEST_F(Boot, LeavesADebianClusterAloneIfNothingIsEnabled)
{
    make_cluster("auto");
    EXPECT_TRUE(starters().empty());
}

TEST_F(Boot, StartsAnInstanceThatIsEnabledByItself)
{
    enable("postgresql@17-main.service");
    make_cluster("manual");
    EXPECT_EQ(starters(), (Starters{
                              {"postgresql@17-main.service", ""}
    }));
}

} // namespace
} // namespace pgtwin::pg
