// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <unistd.h>

#include "cluster/pair.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

constexpr const char* agent = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";
constexpr seconds heal_limit{120};

std::string release_folder()
{
    const char* const executable = std::getenv("PGTWIN_EXECUTABLE"); // NOLINT(concurrency-mt-unsafe)
    return executable == nullptr ? "" : std::filesystem::path{executable}.parent_path().string();
}

/// A folder of the machine for the packages of this test.
class Folder
{
public:
    Folder() { std::filesystem::create_directories(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_ =
        std::filesystem::temp_directory_path().string() + "/pgtwin-packages-" + std::to_string(::getpid());
};

/// The Debian package in the life of a pair.
class Package : public testing::Test
{
protected:
    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << pair_.lab().collect_logs("Package") << std::endl;
    }

    /// The .deb of that version of the release.
    [[nodiscard]] std::string build(const std::string& version) const
    {
        const std::string output = folder_.path() + "/" + version;
        std::filesystem::create_directories(output);
        const Ran ran =
            run_program({PGTWIN_SOURCE_DIR "/test/package/build.sh", release_folder(), output, "DEB", version},
                        Deadline{seconds{300}});
        EXPECT_TRUE(ran.ok()) << ran.explained();
        return ran.out.substr(0, ran.out.find('\n'));
    }

    void install(const std::string& package) const
    {
        for (const char* const node : {first_node, second_node})
        {
            lab().copy_in(node, package, "/root/pgtwin.deb");
            lab().exec(node, {"dpkg", "--install", "/root/pgtwin.deb"}, seconds{60});
        }
    }

    void remove() const
    {
        for (const char* const node : {first_node, second_node})
            lab().exec(node, {"dpkg", "--remove", "pgtwin"}, seconds{60});
    }

    [[nodiscard]] std::string version_on(const std::string& node) const
    {
        return lab().exec(node, {"dpkg-query", "--showformat", "${Version}", "--show", "pgtwin"});
    }

    /// Which servers run in which directories, by both nodes.
    [[nodiscard]] std::string servers() const
    {
        std::string text;
        for (const std::string node : {first_node, second_node})
            text +=
                node + " " + pair_.server_start(node) + " " + lab().exec(node, {"stat", "-c", "%i", data_directory});
        return text;
    }

    void set_maintenance(const std::string& value) const
    {
        (void)lab().crm(first_node, {"configure", "property", "maintenance-mode=" + value});
        wait_until("maintenance mode " + value, Deadline{seconds{30}},
                   [&]() -> std::string
                   { return lab().state().is_maintenance == (value == "true") ? "" : lab().state().summary(); });
    }

    [[nodiscard]] Lab& lab() const { return pair_.lab(); }

    Folder folder_;
    mutable Pair pair_{Lab::name_for("package")};
};

TEST_F(Package, IsInstalledUpgradedAndRemovedWithoutTouchingTheServers)
{
    if (!std::filesystem::exists(release_folder() + "/CPackConfig.cmake"))
        GTEST_SKIP() << "PGTWIN_EXECUTABLE is not in the build folder of a release";
    for (const char* const node : {first_node, second_node})
        lab().exec(node, {"rm", agent});
    install(build("0.1.0"));
    EXPECT_EQ(lab().exec(first_node, {"pgtwin", "--version"}).rfind("pgtwin ", 0), 0U);
    pair_.configure();
    pair_.wait_healthy(heal_limit);
    const std::string before = servers();

    const Moment upgrade = std::chrono::steady_clock::now();
    install(build("0.1.1"));
    EXPECT_EQ(version_on(first_node), "0.1.1-1");
    const Cost cost = pair_.recover(upgrade, heal_limit);
    EXPECT_EQ(cost.lost, std::vector<Id>{}) << cost.in_words();
    EXPECT_EQ(servers(), before);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});

    EXPECT_FALSE(lab().try_exec(first_node, {"dpkg", "--remove", "pgtwin"}, seconds{60}).ok());
    EXPECT_TRUE(lab().try_exec(first_node, {"test", "-x", agent}).ok());
    set_maintenance("true");
    remove();
    EXPECT_FALSE(lab().try_exec(first_node, {"test", "-e", agent}).ok());
    pair_.wait_commit_after(std::chrono::steady_clock::now(), seconds{20});
    EXPECT_EQ(servers(), before);

    install(build("0.1.2"));
    set_maintenance("false");
    pair_.wait_healthy(heal_limit);
    pair_.wait_commit_after(std::chrono::steady_clock::now(), seconds{20});
    EXPECT_EQ(servers(), before);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
}

} // namespace
} // namespace pgtwin::test
