// SPDX-License-Identifier: GPL-2.0-or-later
#include "override.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

#include "console.hpp"
#include "pgtwin/admin/command.hpp"
#include "pgtwin/admin/options.hpp"
#include "pgtwin/admin/promotion.hpp"
#include "pgtwin/admin/resources.hpp"
#include "pgtwin/crm/attributes.hpp"
#include "pgtwin/report/override.hpp"

namespace pgtwin::admin
{
namespace
{

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds look_limit = 5s;
constexpr int exit_refused = 1;

int say(const std::string& problem, int exit)
{
    std::fprintf(stderr, "pgtwin accept-data-loss: %s\n", problem.c_str());
    return exit;
}

Expected<crm::PairResource> only_pair(const ClusterLook& look, const std::string& name)
{
    const auto pairs = find_resources(look.resources, name);
    if (!pairs)
        return pairs.error();
    if (pairs->size() > 1)
        return Error{ErrorKind::conflict, "the cluster has several pairs: name one of " + names_of(*pairs)};
    return pairs->front();
}

Expected<report::OverrideFacts> look_at(crm::Tools& tools, const std::string& name)
{
    const auto look = look_at_cluster(tools, Deadline{look_limit});
    if (!look)
        return look.error();
    if (!look->status)
        return Error{ErrorKind::unavailable, "Pacemaker does not run on this node: " + look->status.why()};
    const auto pair = only_pair(*look, name);
    if (!pair)
        return pair.error();
    const Params params = parameters_in(pair->environment()).params;
    const auto view = crm::view_of(*look->status, crm::AttributeNames{pair->id}, look->self, find_peer(*look, params));
    if (!view)
        return view.error();
    return report::OverrideFacts{pair->id, *view, judge(candidate_of(*view), params)};
}

void be_interrupted(int /*signal*/) {}

/// While it lives, Ctrl-C ends a wait for input instead of the process, also one that came just before the wait. To be
/// there before the question is shown: who reads it may be quicker than the next instruction.
class Interruptible
{
public:
    Interruptible()
    {
        Action action{};
        action.sa_handler = be_interrupted;
        ::sigaction(SIGINT, &action, &former_);
        sigset_t blocked{};
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGINT);
        ::sigprocmask(SIG_BLOCK, &blocked, &mask_);
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible(Interruptible&&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    Interruptible& operator=(Interruptible&&) = delete;
    ~Interruptible()
    {
        ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
        ::sigaction(SIGINT, &former_, nullptr);
    }

    /// Waits for a line that is typed; false: there is none to come.
    [[nodiscard]] bool has_input() const
    {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        return ::ppoll(&input, 1, nullptr, &mask_) > 0;
    }

private:
    using Action = struct sigaction;
    Action former_{};
    sigset_t mask_{};
};

/// What is typed, with the end of its line; empty after Ctrl-C and at the end of input. A terminal hands over whole
/// lines.
std::string typed_line(const Interruptible& wait)
{
    std::array<char, 256> line{};
    const ssize_t length = wait.has_input() ? ::read(STDIN_FILENO, line.data(), line.size()) : 0;
    return length > 0 ? std::string{line.data(), static_cast<std::size_t>(length)} : std::string{};
}

/// The facts, if a loss may be accepted by them.
Expected<report::OverrideFacts> acceptable(crm::Tools& tools, const std::string& name)
{
    Expected<report::OverrideFacts> facts = look_at(tools, name);
    if (!facts)
        return facts;
    if (const std::string refusal = report::refusal_of(*facts); !refusal.empty())
        return Error{ErrorKind::conflict, refusal + "; nothing was changed"};
    return facts;
}

/// Asks back on a terminal; elsewhere only --yes will do.
bool is_confirmed(const cli::Invocation& invocation, const std::string& node)
{
    if (invocation.has("yes"))
        return true;
    if (::isatty(STDIN_FILENO) != 1)
        return false;
    const Interruptible wait;
    std::printf("\nType the name of this node (%s) to accept the loss: ", node.c_str());
    std::fflush(stdout);
    const std::string answer = typed_line(wait);
    if (!answer.ends_with('\n'))
        std::printf("\n");
    std::fflush(stdout);
    return answer == node + "\n";
}

} // namespace

int accept_data_loss(const cli::Invocation& invocation, const Environment& environment)
{
    crm::SystemTools tools{environment};
    const auto facts = acceptable(tools, first_argument(invocation));
    if (!facts)
        return say(facts.error().what, exit_refused);
    std::fputs(report::warning_of(*facts).c_str(), stdout);
    const std::string& node = facts->view.self.name;
    if (!is_confirmed(invocation, node))
        return say("not confirmed, nothing was changed (without a terminal: --yes)", exit_refused);
    // People look at the other node before they answer, and it may have come back meanwhile.
    if (const auto present = acceptable(tools, facts->resource); !present)
        return say(present.error().what, exit_refused);
    const crm::AttributeNames names{facts->resource};
    const auto done = crm::output_of(tools, "attrd_updater", {"-n", names.accept_loss, "-U", "true", "-N", node},
                                     Deadline{look_limit});
    if (!done)
        return say("cannot be told to the cluster: " + done.error().what, exit_refused);
    std::printf("\nAccepted. The next monitor lets Pacemaker promote %s; watch: pgtwin status --watch\n", node.c_str());
    return 0;
}

} // namespace pgtwin::admin
