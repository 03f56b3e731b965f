// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/ocf/log.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/syslog_sink.h>

#include <array>
#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "pgtwin/message/message.hpp"
#include "pgtwin/ocf/exit_reason.hpp"

namespace pgtwin::ocf
{
namespace
{

/// Hands each line to one write(2), so that lines of several processes never mix.
class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex>
{
public:
    LineSink(int descriptor, bool is_owned) : descriptor_{descriptor}, is_owned_{is_owned} {}
    ~LineSink() override
    {
        if (is_owned_)
            ::close(descriptor_);
    }
    LineSink(const LineSink&) = delete;
    LineSink& operator=(const LineSink&) = delete;
    LineSink(LineSink&&) = delete;
    LineSink& operator=(LineSink&&) = delete;

private:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        [[maybe_unused]] const ssize_t written = ::write(descriptor_, line.data(), line.size());
    }
    void flush_() override {}

    int descriptor_;
    bool is_owned_;
};

spdlog::sink_ptr line_sink(int descriptor, bool is_owned, const std::string& pattern)
{
    auto sink = std::make_shared<LineSink>(descriptor, is_owned);
    sink->set_pattern(pattern);
    return sink;
}

int facility_number(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, int>, 13> facilities{
        {
         {"auth", LOG_AUTH},
         {"cron", LOG_CRON},
         {"daemon", LOG_DAEMON},
         {"kern", LOG_KERN},
         {"user", LOG_USER},
         {"local0", LOG_LOCAL0},
         {"local1", LOG_LOCAL1},
         {"local2", LOG_LOCAL2},
         {"local3", LOG_LOCAL3},
         {"local4", LOG_LOCAL4},
         {"local5", LOG_LOCAL5},
         {"local6", LOG_LOCAL6},
         {"local7", LOG_LOCAL7},
         }
    };
    for (const auto& [known, number] : facilities)
        if (known == name)
            return number;
    return LOG_DAEMON;
}

std::pair<spdlog::level::level_enum, std::string_view> level_of(Severity severity)
{
    switch (severity)
    {
    case Severity::debug:
        return {spdlog::level::debug, "DEBUG"};
    case Severity::info:
        return {spdlog::level::info, "INFO"};
    case Severity::warning:
        return {spdlog::level::warn, "WARNING"};
    case Severity::error:
        return {spdlog::level::err, "ERROR"};
    case Severity::critical:
        return {spdlog::level::critical, "CRIT"};
    }
    return {spdlog::level::err, "ERROR"};
}

std::vector<spdlog::sink_ptr> sinks_of(const LogPlan& plan)
{
    const std::string dated = "%b %d %T " + plan.tag + ":    %v";
    std::vector<spdlog::sink_ptr> sinks;
    if (plan.to_terminal)
        sinks.push_back(line_sink(STDERR_FILENO, false, "%v"));
    if (plan.to_stderr)
        sinks.push_back(line_sink(STDERR_FILENO, false, dated));
    if (!plan.facility.empty())
        sinks.push_back(
            std::make_shared<spdlog::sinks::syslog_sink_st>(plan.tag, 0, facility_number(plan.facility), false));
    if (plan.file.empty())
        return sinks;
    const int file = ::open(plan.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (file >= 0)
        sinks.push_back(line_sink(file, true, dated));
    return sinks;
}

std::string_view value_in(const Environment& environment, std::string_view name)
{
    const auto found = environment.find(name);
    return found == environment.end() ? std::string_view{} : std::string_view{found->second};
}

bool is_enabled(std::string_view value)
{
    return !value.empty() && value != "0";
}

} // namespace

class OcfLog::Sinks
{
public:
    explicit Sinks(const LogPlan& plan)
    {
        const auto sinks = sinks_of(plan);
        logger_ = std::make_unique<spdlog::logger>(plan.tag, sinks.begin(), sinks.end());
        logger_->set_level(plan.has_debug ? spdlog::level::debug : spdlog::level::info);
        logger_->set_error_handler([](const std::string& /*problem*/) {});
    }

    void write(Severity severity, std::string_view line)
    {
        const auto [level, name] = level_of(severity);
        logger_->log(level, std::string{name}.append(": ").append(line));
    }

private:
    std::unique_ptr<spdlog::logger> logger_;
};

LogPlan log_plan(const Environment& environment, const LogContext& context)
{
    LogPlan plan;
    const std::string instance = context.instance.empty() ? "" : "(" + context.instance + ")";
    plan.tag = "pgtwin" + instance + "[" + std::to_string(context.process_id) + "]";
    plan.has_debug = is_enabled(value_in(environment, "HA_debug")) || is_enabled(value_in(environment, "OCF_TRACE_RA"));
    const auto prefix = environment.find("OCF_EXIT_REASON_PREFIX");
    plan.reason_prefix = prefix == environment.end() ? "ocf-exit-reason:" : prefix->second;
    plan.to_terminal = context.is_on_terminal;
    if (plan.to_terminal)
        return plan;
    plan.facility = value_in(environment, "HA_LOGFACILITY");
    if (plan.facility == "none")
        plan.facility.clear();
    plan.file = value_in(environment, "HA_LOGFILE");
    plan.to_stderr = plan.facility.empty() && plan.file.empty();
    return plan;
}

OcfLog::OcfLog(LogPlan plan) : plan_{std::move(plan)}, sinks_{std::make_unique<Sinks>(plan_)} {}

OcfLog::~OcfLog() = default;

void OcfLog::write(Severity severity, std::string_view line)
{
    sinks_->write(severity, one_line(line));
}

void OcfLog::exit_reason(std::string_view line)
{
    const std::string reason = plan_.reason_prefix + cut(one_line(line), message::exit_line_size) + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, reason.data(), reason.size());
}

} // namespace pgtwin::ocf
