// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/crm/tools.hpp"

#include <thread>

#include "pgtwin/sys/process.hpp"

namespace pgtwin::crm
{
namespace
{

constexpr std::chrono::seconds longest_run{5};

// Exit codes of Pacemaker's programs (crm_exit_t in include/crm/common/results.h).
constexpr int exit_insufficient_privileges = 4;
constexpr int exit_no_permission = 77;
constexpr int exit_no_such_attribute = 78;
constexpr int exit_disconnected = 102;
constexpr int exit_no_such_object = 105;
constexpr int exit_timeout = 124;

std::string last_line(std::string_view text)
{
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    return std::string{text.substr(text.rfind('\n') + 1)};
}

ErrorKind kind_of(int code)
{
    switch (code)
    {
    case exit_disconnected:
        return ErrorKind::unavailable;
    case exit_timeout:
        return ErrorKind::timed_out;
    case exit_insufficient_privileges:
    case exit_no_permission:
        return ErrorKind::denied;
    default:
        return ErrorKind::conflict;
    }
}

} // namespace

std::string value_of(const Environment& environment, std::string_view name)
{
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
}

SystemTools::SystemTools(const Environment& environment)
    : directory_{value_of(environment, "HA_SBIN_DIR")}, environment_{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
{
    if (!directory_.starts_with('/'))
        directory_ = "/usr/sbin";
    if (const std::string size = value_of(environment, "PCMK_ipc_buffer"); !size.empty())
        environment_.push_back("PCMK_ipc_buffer=" + size);
}

Expected<ToolAnswer> SystemTools::run(const std::string& program, const std::vector<std::string>& arguments,
                                      const Deadline& deadline)
{
    sys::Command command;
    command.argv.push_back(directory_ + "/" + program);
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.environment = environment_;
    command.kept_output = largest_cib;
    Expected<sys::Finished> finished = sys::run(command, deadline.at_most(longest_run));
    if (!finished)
        return finished.error();
    if (std::holds_alternative<sys::TimedOut>(finished->how))
        return Error{ErrorKind::timed_out, program + " did not answer in time"};
    if (const auto* const exited = std::get_if<sys::Exited>(&finished->how))
        return ToolAnswer{exited->code, std::move(finished->out), std::move(finished->err)};
    return Error{ErrorKind::conflict, program + " was ended by a signal"};
}

void SystemTools::pause(std::chrono::milliseconds time)
{
    std::this_thread::sleep_for(time);
}

Error failure(const std::string& program, const ToolAnswer& answer)
{
    const std::string said = last_line(answer.err.empty() ? answer.out : answer.err);
    const std::string ended = program + " failed with exit code " + std::to_string(answer.code);
    return {kind_of(answer.code), said.empty() ? ended : ended + ": " + said};
}

bool is_no_attribute(const ToolAnswer& answer)
{
    return answer.code == exit_no_such_attribute || answer.code == exit_no_such_object;
}

Expected<std::string> output_of(Tools& tools, const std::string& program, const std::vector<std::string>& arguments,
                                const Deadline& deadline)
{
    Expected<ToolAnswer> answer = tools.run(program, arguments, deadline);
    if (!answer)
        return answer.error();
    if (answer->code != 0)
        return failure(program, *answer);
    return std::move(answer->out);
}

} // namespace pgtwin::crm
