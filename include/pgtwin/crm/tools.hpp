// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/deadline.hpp"
#include "pgtwin/base/expected.hpp"

namespace pgtwin::crm
{

/// Environment of the action, name to value.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The variable's value; empty if there is none.
[[nodiscard]] std::string value_of(const Environment& environment, std::string_view name);

/// Bytes of the largest CIB that is read, from a program or from a file.
constexpr std::size_t largest_cib = std::size_t{64} << 20;

/// What a program of Pacemaker or Corosync answered.
struct ToolAnswer
{
    int code = 0;
    std::string out;
    std::string err;
};

/// Runs those programs; a fake one lets the adapter be tested without a cluster.
class Tools
{
public:
    virtual ~Tools() = default;

    /// Runs `program` (a name without directory) to its end. Timed_out: it did not end within the deadline or 5 s,
    /// whichever is earlier (with its daemon frozen attrd_updater was seen to wait for 35 s); unavailable: it is not
    /// installed.
    virtual Expected<ToolAnswer> run(const std::string& program, const std::vector<std::string>& arguments,
                                     const Deadline& deadline) = 0;
    virtual void pause(std::chrono::milliseconds time) = 0;
};

/// The programs of this machine.
class SystemTools final : public Tools
{
public:
    /// `environment` is that of the action: HA_SBIN_DIR moves the programs from /usr/sbin if it is an absolute path,
    /// and PCMK_ipc_buffer is handed on, because a large CIB does not get through without it.
    explicit SystemTools(const Environment& environment);

    Expected<ToolAnswer> run(const std::string& program, const std::vector<std::string>& arguments,
                             const Deadline& deadline) override;
    void pause(std::chrono::milliseconds time) override;

private:
    std::string directory_;
    std::vector<std::string> environment_;
};

/// Whether attrd_updater says that nobody has the attribute it was asked for (2.1.5 and 3.0.0: exit codes 78,
/// "attribute does not exist", and 105, "no such object").
[[nodiscard]] bool is_no_attribute(const ToolAnswer& answer);

/// Standard output of a program that must succeed.
///
/// Unavailable: no cluster runs here (exit code 102, CRM_EX_DISCONNECT: "not connected" and "connection refused");
/// timed_out also for 124; denied for 4 and 77; conflict for anything else, with the last line the program said.
[[nodiscard]] Expected<std::string> output_of(Tools& tools, const std::string& program,
                                              const std::vector<std::string>& arguments, const Deadline& deadline);

/// The Error output_of() gives for an answer whose code is not 0.
[[nodiscard]] Error failure(const std::string& program, const ToolAnswer& answer);

} // namespace pgtwin::crm
