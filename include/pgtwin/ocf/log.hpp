// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pgtwin/config/environment.hpp"
#include "pgtwin/port/ports.hpp"

namespace pgtwin::ocf
{

/// What of the process decides where lines go.
struct LogContext
{
    std::string instance; ///< resource id; empty if unknown
    int process_id = 0;
    bool is_on_terminal = false; ///< standard input or standard error is one
};

/// Where lines go, by the rules of ocf-shellfuncs (resource-agents, heartbeat/ocf-shellfuncs.in, ha_log).
struct LogPlan
{
    std::string tag; ///< "pgtwin(<instance>)[<pid>]"; without an instance as by ocf-shellfuncs: "pgtwin[<pid>]"
    bool has_debug = false;
    bool to_terminal = false; ///< plain lines on standard error, and nowhere else
    bool to_stderr = false;   ///< lines with the time on standard error: nothing else is configured
    std::string facility;     ///< of syslog; empty: no syslog
    std::string file;         ///< empty: none
    std::string reason_prefix;
    friend bool operator==(const LogPlan&, const LogPlan&) = default;
};

/// Reads HA_LOGFACILITY, HA_LOGFILE, HA_debug, OCF_TRACE_RA and OCF_EXIT_REASON_PREFIX.
[[nodiscard]] LogPlan log_plan(const Environment& environment, const LogContext& context);

/// The log of an OCF agent. Nothing that goes wrong with it is reported: a log must not fail an action.
class OcfLog : public port::Log
{
public:
    explicit OcfLog(LogPlan plan);
    ~OcfLog() override;
    OcfLog(const OcfLog&) = delete;
    OcfLog& operator=(const OcfLog&) = delete;
    OcfLog(OcfLog&&) = delete;
    OcfLog& operator=(OcfLog&&) = delete;

    void write(Severity severity, std::string_view line) override;
    void exit_reason(std::string_view line) override;

private:
    class Sinks;
    LogPlan plan_;
    std::unique_ptr<Sinks> sinks_;
};

} // namespace pgtwin::ocf
