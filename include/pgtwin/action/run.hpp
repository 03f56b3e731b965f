// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "pgtwin/action/account.hpp"
#include "pgtwin/base/deadline.hpp"
#include "pgtwin/decide/observation.hpp"
#include "pgtwin/model/ocf.hpp"
#include "pgtwin/port/ports.hpp"

namespace pgtwin::action
{

/// Everything outside that an action may touch.
struct Ports
{
    port::Postgres& postgres;
    port::Server& server;
    port::Cluster& cluster;
    port::Store& store;
    port::Worker& worker;
    port::Sentinel& sentinel;
    port::Clock& clock;
    port::Log& log;
};

/// Looks, asks the decision for the next step, takes it, looks again, until the decision ends the action or the
/// deadline passes. Holds no decision of its own; an action killed anywhere and run again goes on from what it sees.
[[nodiscard]] decide::Outcome run(Goal goal, Ports& ports, const decide::Context& context, const Deadline& deadline);

/// How an action ended, and what it did on the way.
struct Ending
{
    decide::Outcome outcome;
    Account account;
};

/// The same, with an account for people.
[[nodiscard]] Ending run_with_account(Goal goal, Ports& ports, const decide::Context& context,
                                      const Deadline& deadline);

} // namespace pgtwin::action
