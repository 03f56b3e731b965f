// SPDX-License-Identifier: GPL-2.0-or-later
#include <memory>

#include "cluster/scenario.hpp"

namespace pgtwin::test
{
namespace
{

constexpr const char* agent = "/usr/lib/ocf/resource.d/heartbeat/pgtwin";
constexpr const char* host_of_authority = "client";
constexpr const char* authority_file = "/etc/ssl/pgtwin-ca.pem";
constexpr const char* certificate_file = "/etc/ssl/pgtwin-server.crt";
constexpr const char* key_file = "/etc/ssl/pgtwin-server.key";
constexpr const char* client_certificate = "/etc/ssl/pgtwin-client.crt";
constexpr const char* client_key = "/etc/ssl/pgtwin-client.key";

void write_file(const Lab& lab, const std::string& node, const std::string& path, const std::string& text)
{
    lab.exec(node, {"sh", "-c", R"(printf '%s' "$1" >"$2")", "sh", text, path});
}

/// `openssl req` for a new key that stays in the node where it was made.
Arguments request(const std::string& name, const std::string& key, const Arguments& more)
{
    Arguments argv{"openssl", "req",   "-newkey",     "ec",      "-pkeyopt", "ec_paramgen_curve:prime256v1",
                   "-nodes",  "-subj", "/CN=" + name, "-keyout", key};
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
}

/// A certification authority on the client's host.
class Authority
{
public:
    Authority(const Lab& lab, const std::string& name) : lab_{lab}, base_{"/root/" + name}
    {
        lab_.exec(host_of_authority, request(name, base_ + ".key", {"-x509", "-days", "2", "-out", base_ + ".pem"}));
    }

    /// Makes `node` trust this authority's servers.
    void be_trusted_by(const std::string& node) const
    {
        write_file(lab_, node, authority_file, lab_.exec(host_of_authority, {"cat", base_ + ".pem"}));
    }

    /// Gives the server of `node` a key and a certificate for the node's name and address.
    void certify(const std::string& node) const
    {
        const std::string names = "subjectAltName=DNS:" + node + ",IP:" + address_of(node);
        give(node, certificate_file, key_file, request(node, key_file, {"-new", "-addext", names}));
    }

    /// Gives `node` a key and a certificate to log in with.
    void introduce(const std::string& node) const
    {
        give(node, client_certificate, client_key, request("replicator", client_key, {"-new"}));
    }

private:
    void give(const std::string& node, const char* certificate, const char* key, const Arguments& request) const
    {
        const std::string asked = base_ + "-" + node + ".csr";
        write_file(lab_, host_of_authority, asked, lab_.exec(node, request));
        write_file(
            lab_, node, certificate,
            lab_.exec(host_of_authority, {"openssl", "x509", "-req", "-in", asked, "-days", "2", "-copy_extensions",
                                          "copy", "-CA", base_ + ".pem", "-CAkey", base_ + ".key", "-CAcreateserial"}));
        lab_.exec(node, {"chown", "postgres:postgres", key});
        lab_.exec(node, {"chmod", "0600", key});
    }

    const Lab& lab_;
    std::string base_;
};

/// The server on the first node speaks TLS, and lets the replicator in with TLS only; the standby inherits that.
void demand_tls(const Lab& lab)
{
    const std::string data = data_directory;
    lab.exec(first_node, {"sh", "-c", R"(printf "$1" "$2" "$3" >>"$4")", "sh",
                          "ssl = on\nssl_cert_file = '%s'\nssl_key_file = '%s'\n", certificate_file, key_file,
                          data + "/postgresql.conf"});
    lab.exec(first_node, {"sed", "-i", R"(/replicator/s/^host /hostssl /)", data + "/pg_hba.conf"});
    lab.exec(first_node, {"grep", "-q", "^hostssl *replication *replicator", data + "/pg_hba.conf"});
}

/// What a domain member or systemd-resolved leaves behind: a static executable cannot load such modules.
void name_modules_that_are_absent(const Lab& lab, const std::string& node)
{
    for (const std::string module : {"sss", "resolve", "mymachines"})
        lab.exec(node, {"sh", "-c", "! ls /usr/lib/*/libnss_$1.so.2 2>/dev/null", "sh", module});
    write_file(lab, node, "/etc/nsswitch.conf",
               "passwd: files sss\ngroup: files sss\nhosts: files resolve mymachines dns\n");
}

class Tls : public PairTest
{
protected:
    void SetUp() override
    {
        renew();
        authority_ = std::make_unique<Authority>(lab(), "authority");
        for (const std::string node : {first_node, second_node})
        {
            name_modules_that_are_absent(lab(), node);
            authority_->be_trusted_by(node);
            authority_->certify(node);
        }
        demand_tls(lab());
    }

    [[nodiscard]] const Authority& authority() const { return *authority_; }

    static Arguments parameters()
    {
        return {std::string{"primary_conninfo_opt=sslmode=verify-full sslrootcert="} + authority_file};
    }

    /// The standby streams to `primary` through TLS, and checks whom it talks to.
    static void expect_tls(const std::string& primary)
    {
        const std::string standby = peer_of(primary);
        EXPECT_EQ(lab().sql(primary, "SELECT application_name, sync_state, ssl FROM pg_stat_replication "
                                     "JOIN pg_stat_ssl USING (pid)"),
                  standby + "|sync|t");
        EXPECT_NE(lab().sql(standby, "SELECT conninfo FROM pg_stat_wal_receiver").find("sslmode=verify-full"),
                  std::string::npos);
    }

    static void wait_for_line(const std::string& node, const std::string& path, const std::string& text)
    {
        wait_until("'" + text + "' in " + path + " of " + node, Deadline{heal_limit},
                   [&]() -> std::string {
                       return lab().try_exec(node, {"grep", "-qF", text, path}).ok() ? "" : "no such line";
                   });
    }

    /// The server on the first node lets the replication role in by this method; it logs how each one came in.
    static void admit_by(const std::string& method)
    {
        const std::string line = "hostssl replication replicator 192.0.2.0/24 ";
        const std::string access = std::string{data_directory} + "/pg_hba.conf";
        lab().exec(first_node,
                   {"sed", "-i", "-e", "1i " + line + method, "-e", "/^hostssl replication replicator /d", access});
        const std::string form = method == "md5" ? "md5" : "scram-sha-256";
        // PostgreSQL 15 logs no method where it asks for nothing: the agent's password is not the right one then.
        const std::string password = method == "trust" ? "another" : "replicator";
        (void)lab().sql(first_node,
                        "SET password_encryption = '" + form + "'; ALTER ROLE replicator PASSWORD '" + password + "'");
        (void)lab().sql(first_node, "SELECT pg_reload_conf()");
    }

    /// The agent on the second node, which is the static executable, logs in to the first one.
    static void expect_login_by(const std::string& method)
    {
        admit_by(method);
        wait_until("a login by " + method, Deadline{heal_limit},
                   [&]() -> std::string
                   {
                       const Ran check = lab().try_exec(second_node, {agent, "check"}, std::chrono::seconds{40});
                       const bool is_refused = check.out.find("[no-login]") != std::string::npos;
                       const bool is_logged =
                           method == "trust" || lab()
                                                    .try_exec(first_node, {"grep", "-qF", " method=" + method + " ",
                                                                           "/var/log/postgresql/postgresql.log"})
                                                    .ok();
                       return is_refused || !is_logged ? check.out + check.err : "";
                   });
    }

private:
    std::unique_ptr<Authority> authority_;
};

TEST_F(Tls, LogsInByEachMethodOfTheServer)
{
    for (const std::string node : {first_node, second_node})
        authority().introduce(node);
    Arguments arguments = parameters();
    arguments.back() += std::string{" sslcert="} + client_certificate + " sslkey=" + client_key;
    pair().configure(arguments);
    pair().wait_healthy(heal_limit);
    (void)lab().sql(first_node, "ALTER SYSTEM SET log_connections = on");
    (void)lab().sql(first_node, std::string{"ALTER SYSTEM SET ssl_ca_file = '"} + authority_file + "'");
    for (const char* const method : {"scram-sha-256", "md5", "trust", "cert"})
        expect_login_by(method);
}

TEST_F(Tls, CarriesTheBaseBackupTheStreamAndASwitchover)
{
    pair().configure(parameters());
    pair().wait_healthy(heal_limit);
    expect_tls(first_node);
    EXPECT_EQ(lab().state().failures, std::vector<std::string>{});
    begin();
    lab().crm(first_node, {"resource", "move", "postgres-clone", second_node});
    wait_until("primary on the second node", Deadline{heal_limit},
               []() -> std::string { return lab().state().primary() == second_node ? "" : lab().state().summary(); });
    lab().crm(first_node, {"resource", "clear", "postgres-clone"});
    expect_smooth_recovery("switchover with TLS");
    expect_tls(second_node);
}

TEST_F(Tls, CopiesNothingFromAServerOfAnUnknownAuthorityUntilItIsTrusted)
{
    const Authority stranger{lab(), "stranger"};
    stranger.be_trusted_by(second_node);
    // The worker tries again all the time and names its reason only when its own time is over.
    Arguments arguments = parameters();
    arguments.emplace_back("basebackup_timeout=15");
    lab().configure(arguments);
    wait_for_line(first_node, "/var/log/postgresql/postgresql.log", "alert unknown ca");
    wait_for_line(second_node, "/var/log/pacemaker/pacemaker.log", "[rebuild-no-source]");
    EXPECT_EQ(pair().primary(), first_node);
    EXPECT_EQ(lab().sql(first_node, "SELECT count(*) FROM pg_stat_replication"), "0");
    EXPECT_FALSE(lab().try_exec(second_node, {"test", "-e", std::string{data_directory} + "/PG_VERSION"}).ok());
    authority().be_trusted_by(second_node);
    pair().wait_healthy(2 * heal_limit);
    expect_tls(first_node);
}

} // namespace
} // namespace pgtwin::test
