// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "cluster/client.hpp"
#include "cluster/document.hpp"
#include "cluster/lab.hpp"

namespace pgtwin::test
{

/// A pair of another agent, which doc/migration.md leads to pgtwin and back while an application commits.
class MigrationTest : public testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    /// A script for bash, as root in /root; `$bin` are PostgreSQL's programs, `$version` is their version.
    std::string run(const std::string& node, const std::string& script) const;
    /// Runs a block of the page.
    void by_the_page(const std::string& node, const Block& block) const;
    void by_the_page_on_both(const Block& block) const;
    /// The page says "data directory" and "postgresql.conf" of one layout; these are the others'.
    void set_differences(Differences differences) { differences_ = std::move(differences); }

    void create_the_ledger() const;
    void wait_for_address() const;
    /// Waits until a standby streams with that state of synchronisation, async or sync.
    void wait_for_stream(const std::string& sync_state) const;
    void wait_for_pgtwin() const;

    /// Loads what `pgtwin configure` prints, and expects a complete pair with which `pgtwin check` finds no error.
    void take_over(const Client& client) const;
    void expect_no_error_by_check() const;
    /// Commits flow through the address, and none that was acknowledged is missing on either node.
    static void expect_all_commits(const Client& client, const std::string& when);

    Lab lab_{Lab::name_for("migration")};

private:
    Differences differences_;
};

} // namespace pgtwin::test
