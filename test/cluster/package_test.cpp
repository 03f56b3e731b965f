// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <unistd.h>

#include "cluster/steps.hpp"
#include "cluster/trouble.hpp"

namespace pgtwin::test
{
namespace
{

using std::chrono::seconds;

// A process's name is cut off after 15 characters.
constexpr const char* controller = "pgrep -x pacemaker-contr";
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

/// A format of packages, with the tool that installs, upgrades and removes them in a node.
class Format
{
public:
    explicit Format(const Lab& lab) : lab_{lab} {}
    Format(const Format&) = delete;
    Format& operator=(const Format&) = delete;
    virtual ~Format() = default;

    /// As CPack calls it.
    [[nodiscard]] virtual std::string name() const = 0;
    /// Anew, or in the place of another version.
    [[nodiscard]] virtual Ran install(const std::string& node, const std::string& package) const = 0;
    [[nodiscard]] virtual Ran remove(const std::string& node) const = 0;
    [[nodiscard]] virtual std::string version_on(const std::string& node) const = 0;

protected:
    const Lab& lab_;
};

class Deb : public Format
{
public:
    using Format::Format;
    [[nodiscard]] std::string name() const override { return "DEB"; }

    [[nodiscard]] Ran install(const std::string& node, const std::string& package) const override
    {
        lab_.copy_in(node, package, "/root/pgtwin.deb");
        return lab_.try_exec(node, {"dpkg", "--install", "/root/pgtwin.deb"}, seconds{60});
    }

    [[nodiscard]] Ran remove(const std::string& node) const override
    {
        return lab_.try_exec(node, {"dpkg", "--remove", "pgtwin"}, seconds{90});
    }

    [[nodiscard]] std::string version_on(const std::string& node) const override
    {
        return lab_.exec(node, {"dpkg-query", "--showformat", "${Version}", "--show", "pgtwin"});
    }
};

/// By the machine's rpm: the nodes are of Debian, and have none that would know Pacemaker.
class Rpm : public Format
{
public:
    Rpm(const Lab& lab, const std::string& folder) : Format{lab}
    {
        const std::string archive = folder + "/rpm.tar";
        const Ran packed = run_program({PGTWIN_SOURCE_DIR "/test/package/pack-rpm.sh", archive}, Deadline{seconds{60}});
        EXPECT_TRUE(packed.ok()) << packed.explained();
        for (const std::string node : {first_node, second_node})
        {
            lab_.copy_in(node, archive, "/root/rpm.tar");
            lab_.exec(node, {"tar", "-xf", "/root/rpm.tar", "-C", "/"});
        }
    }

    [[nodiscard]] std::string name() const override { return "RPM"; }

    [[nodiscard]] Ran install(const std::string& node, const std::string& package) const override
    {
        lab_.copy_in(node, package, "/root/pgtwin.rpm");
        return lab_.try_exec(node, {rpm, "--upgrade", "--nodeps", "/root/pgtwin.rpm"}, seconds{60});
    }

    [[nodiscard]] Ran remove(const std::string& node) const override
    {
        return lab_.try_exec(node, {rpm, "--erase", "pgtwin"}, seconds{90});
    }

    [[nodiscard]] std::string version_on(const std::string& node) const override
    {
        return lab_.exec(node, {rpm, "--query", "--queryformat", "%{VERSION}-%{RELEASE}", "pgtwin"});
    }

private:
    static constexpr const char* rpm = "/opt/rpm/run";
};

/// The packages in the life of a pair.
class Package : public testing::Test
{
protected:
    void TearDown() override
    {
        if (HasFailure())
            std::cout << "logs: " << pair_.lab().collect_logs("Package") << std::endl;
    }

    /// The package of that version of the release.
    [[nodiscard]] std::string build(const Format& format, const std::string& version) const
    {
        const std::string output = folder_.path() + "/" + version;
        std::filesystem::create_directories(output);
        const Ran ran =
            run_program({PGTWIN_SOURCE_DIR "/test/package/build.sh", release_folder(), output, format.name(), version},
                        Deadline{seconds{300}});
        EXPECT_TRUE(ran.ok()) << ran.explained();
        return ran.out.substr(0, ran.out.find('\n'));
    }

    void install(const Format& format, const std::string& version) const
    {
        const std::string package = build(format, version);
        for (const std::string node : {first_node, second_node})
        {
            const Ran ran = format.install(node, package);
            EXPECT_TRUE(ran.ok()) << ran.explained();
            EXPECT_EQ(format.version_on(node), version + "-1");
        }
    }

    void expect_the_upgrade_to_touch_nothing(const Format& format, const std::string& version)
    {
        const std::string before = servers();
        const Moment upgrade = std::chrono::steady_clock::now();
        install(format, version);
        const Cost cost = pair_.recover(upgrade, heal_limit);
        EXPECT_EQ(cost.lost, std::vector<Id>{}) << cost.in_words();
        EXPECT_EQ(servers(), before);
        EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
    }

    void expect_no_removal(const Format& format) const
    {
        EXPECT_FALSE(format.remove(first_node).ok());
        EXPECT_TRUE(has_agent(first_node));
    }

    /// Pacemaker does not touch servers that it does not manage, and yet goes on monitoring them.
    void expect_no_removal_while_unmanaged(const Format& format) const
    {
        lab().exec(first_node, is_managed({"--parameter-value", "false"}));
        wait_unmanaged("2");
        const Ran ran = format.remove(first_node);
        EXPECT_FALSE(ran.ok());
        EXPECT_NE(ran.err.find("the cluster monitors servers with it"), std::string::npos) << ran.explained();
        EXPECT_TRUE(has_agent(first_node));
        lab().exec(first_node, is_managed({}));
        wait_unmanaged("0");
    }

    /// Sets the meta attribute, or without a value removes it.
    [[nodiscard]] static Arguments is_managed(const Arguments& value)
    {
        Arguments argv{"crm_resource",
                       "--resource",
                       "postgres-clone",
                       "--meta",
                       value.empty() ? "--delete-parameter" : "--set-parameter",
                       "is-managed"};
        argv.insert(argv.end(), value.begin(), value.end());
        return argv;
    }

    void wait_unmanaged(const std::string& instances) const
    {
        wait_until(instances + " instances that are not managed", Deadline{seconds{30}},
                   [&]() -> std::string
                   {
                       const Ran seen = lab().try_exec(first_node, {"sh", "-c",
                                                                    "crm_mon -1 --output-as=xml | grep '<resource "
                                                                    "id=\"postgres-db\".*active=\"true\"' | "
                                                                    "grep -c 'managed=\"false\"'"});
                       return seen.out == instances + "\n" ? "" : seen.explained();
                   });
    }

    /// Maintenance mode, and the removal before Pacemaker has cancelled the monitors, which wait for that.
    void expect_to_be_removed_after_the_last_monitor(const Format& format) const
    {
        const std::string before = servers();
        std::vector<std::future<Ran>> removals;
        {
            const Frozen first{lab(), first_node, controller};
            const Frozen second{lab(), second_node, controller};
            lab().exec(first_node, {"crm_attribute", "--name", "maintenance-mode", "--update", "true"});
            for (const std::string node : {first_node, second_node})
                removals.push_back(std::async(std::launch::async, [&, node]() { return format.remove(node); }));
            expect_throughout("the agent stays while its monitors are not cancelled", seconds{2},
                              [this]() { return has_agent(first_node) ? "" : "it is gone"; });
        }
        for (std::future<Ran>& removal : removals)
        {
            const Ran ran = removal.get();
            EXPECT_TRUE(ran.ok()) << ran.explained();
        }
        EXPECT_FALSE(has_agent(first_node));
        pair_.wait_commit_after(std::chrono::steady_clock::now(), seconds{20});
        EXPECT_EQ(servers(), before);
    }

    void end_maintenance() const
    {
        const std::string before = servers();
        (void)lab().crm(first_node, {"configure", "property", "maintenance-mode=false"});
        wait_until("end of maintenance mode", Deadline{seconds{30}},
                   [&]() -> std::string { return lab().state().is_maintenance ? lab().state().summary() : ""; });
        pair_.wait_healthy(heal_limit);
        pair_.wait_commit_after(std::chrono::steady_clock::now(), seconds{20});
        EXPECT_EQ(servers(), before);
        EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
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

    [[nodiscard]] bool has_agent(const std::string& node) const
    {
        return lab().try_exec(node, {"test", "-x", agent}).ok();
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
    const Deb deb{lab()};
    const Rpm rpm{lab(), folder_.path()};
    install(deb, "0.1.0");
    EXPECT_EQ(lab().exec(first_node, {"pgtwin", "--version"}).rfind("pgtwin ", 0), 0U);
    pair_.configure();
    pair_.wait_healthy(heal_limit);
    for (const Format* const format : std::initializer_list<const Format*>{&deb, &rpm})
    {
        SCOPED_TRACE(format->name());
        expect_the_upgrade_to_touch_nothing(*format, "0.1.1");
        expect_no_removal(*format);
        expect_no_removal_while_unmanaged(*format);
        expect_to_be_removed_after_the_last_monitor(*format);
        install(rpm, "0.1.0");
        end_maintenance();
    }
}

} // namespace
} // namespace pgtwin::test
