// SPDX-License-Identifier: GPL-2.0-or-later
#include "postgres_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

#include "pgtwin/sys/process.hpp"

namespace pgtwin::test
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* owner = "postgres";

/// Programs of the newest PostgreSQL that is installed.
std::string bindir()
{
    int newest = 0;
    for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql"})
        if (fs::exists(entry.path() / "bin/postgres"))
            newest = std::max(newest, std::stoi(entry.path().filename().string()));
    return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin";
}

void give_to_owner(const std::string& path)
{
    const auto user = sys::find_user(owner).value();
    if (::chown(path.c_str(), user.uid, user.gid) != 0)
        throw std::runtime_error("cannot chown " + path);
}

} // namespace

Sandbox::Sandbox()
{
    std::string pattern = "/tmp/pgtwin-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    give_to_owner(path_);
}

Sandbox::~Sandbox()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Node::Node(const Sandbox& sandbox, const std::string& name, const std::string& peer)
    : directory_{sandbox.path() + "/" + name}
{
    fs::create_directory(directory_);
    give_to_owner(directory_);
    options.pgdata = directory_ + "/data";
    options.bindir = bindir();
    options.user = owner;
    options.socket_host = directory_;
    options.log_file = directory_ + "/log";
    options.application_name = name;
    options.peer_application_name = peer;
    options.slot_name = "ha_slot";
    options.peer_host = sandbox.path() + "/" + peer;
    options.replication_user = owner;
    options.passfile = directory_ + "/passfile";
}

Node::~Node()
{
    EXPECT_TRUE(server().kill_all(patience()));
}

std::string Node::run(const std::string& program, std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), options.bindir + "/" + program);
    const auto output = sys::output_of(
        {
            sys::as_user(sys::find_user(owner).value(), std::move(arguments)),
            {"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=" + directory_}
    },
        patience());
    EXPECT_TRUE(output) << output.error().what;
    return output ? *output : "";
}

void Node::create(const std::string& settings)
{
    run("initdb", {"-D", options.pgdata, "-N", "-k", "-A", "trust", "-E", "UTF8", "--locale=C"});
    std::ofstream file{options.pgdata + "/postgresql.conf", std::ios::app};
    file << "listen_addresses = ''\nunix_socket_directories = '" << directory_
         << "'\nfsync = off\nwal_retrieve_retry_interval = '200ms'\nshared_buffers = '8MB'\nmax_wal_size = '64MB'\n"
         << settings;
}

void Node::start()
{
    const auto started = server().start(patience());
    ASSERT_TRUE(started) << started.error().what;
    ASSERT_TRUE(eventually([&] { return postgres().status(patience()).value().first == Answer::ready; }));
}

void Node::create_primary()
{
    create();
    start();
    ASSERT_TRUE(postgres().ensure_slot(patience()));
}

void Node::clone_peer(OldCopy old)
{
    std::vector<std::string> tablespaces;
    const std::vector<BackupPart> parts = postgres().peer_parts(patience()).value();
    for (const BackupPart& part : parts)
        if (!part.location.empty())
            tablespaces.push_back(part.location);
    const auto copied = server().base_backup(tablespaces, nullptr, patience());
    ASSERT_TRUE(copied) << copied.error().what;
    ASSERT_TRUE(server().swap_directories(old, patience()));
    ASSERT_TRUE(server().write_standby_configuration({Upstream::peer}, patience()));
    std::ofstream file{options.pgdata + "/postgresql.conf", std::ios::app};
    file << "unix_socket_directories = '" << directory_ << "'\n";
    file.close();
    start();
}

std::string Node::sql(const std::string& statement) const
{
    std::string output = run("psql", {"-X", "-A", "-t", "-q", "-h", directory_, "-d", "postgres", "-c", statement});
    while (output.ends_with('\n'))
        output.pop_back();
    return output;
}

ServerStatus Node::status() const
{
    std::optional<ServerStatus> status;
    const auto has_answered = [&]
    {
        const auto look = postgres().status(patience());
        if (look)
            status = look->second;
        return status.has_value();
    };
    EXPECT_TRUE(eventually(has_answered));
    return status.value_or(ServerStatus());
}

Deadline patience()
{
    return Deadline{60s};
}

bool eventually(const std::function<bool()>& is_true)
{
    for (const Deadline deadline = patience(); !deadline.passed(); std::this_thread::sleep_for(20ms))
        if (is_true())
            return true;
    return false;
}

} // namespace pgtwin::test
