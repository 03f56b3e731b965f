// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <unistd.h>

#include "pgtwin/ocf/log.hpp"

namespace pgtwin::ocf
{
namespace
{

LogContext context(bool is_on_terminal)
{
    return {"db", 42, is_on_terminal};
}

class LogFile : public testing::Test
{
protected:
    LogFile() : path_{testing::TempDir() + "pgtwin-log-" + std::to_string(::getpid())} { ::unlink(path_.c_str()); }
    ~LogFile() override { ::unlink(path_.c_str()); }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    LogFile(LogFile&&) = delete;
    LogFile& operator=(LogFile&&) = delete;

    [[nodiscard]] OcfLog log(const Environment& more = {}) const
    {
        Environment environment{
            {"HA_LOGFILE",     path_ },
            {"HA_LOGFACILITY", "none"}
        };
        environment.insert(more.begin(), more.end());
        return OcfLog{log_plan(environment, context(false))};
    }
    [[nodiscard]] std::string text() const
    {
        std::ostringstream content;
        content << std::ifstream{path_}.rdbuf();
        return content.str();
    }

private:
    std::string path_;
};

TEST(LogPlan, FollowsPacemakersEnvironment)
{
    const LogPlan plan = log_plan(
        {
            {"HA_LOGFACILITY", "daemon"        },
            {"HA_LOGFILE",     "/var/log/p.log"},
            {"HA_debug",       "0"             }
    },
        context(false));
    EXPECT_EQ(plan.tag, "pgtwin(db)[42]");
    EXPECT_EQ(plan.facility, "daemon");
    EXPECT_EQ(plan.file, "/var/log/p.log");
    EXPECT_EQ(plan.reason_prefix, "ocf-exit-reason:");
    EXPECT_FALSE(plan.has_debug || plan.to_terminal || plan.to_stderr);
}

TEST(LogPlan, NamesNoInstanceWhereThereIsNone)
{
    LogContext by_hand = context(true);
    by_hand.instance.clear();
    EXPECT_EQ(log_plan({}, by_hand).tag, "pgtwin[42]");
}

TEST(LogPlan, TakesFacilityNoneForNone)
{
    const LogPlan plan = log_plan(
        {
            {"HA_LOGFACILITY", "none"}
    },
        context(false));
    EXPECT_EQ(plan.facility, "");
    EXPECT_TRUE(plan.to_stderr);
}

TEST(LogPlan, UsesNothingButTheTerminalIfThereIsOne)
{
    const LogPlan plan = log_plan(
        {
            {"HA_LOGFACILITY", "daemon"        },
            {"HA_LOGFILE",     "/var/log/p.log"}
    },
        context(true));
    EXPECT_TRUE(plan.to_terminal);
    EXPECT_TRUE(plan.facility.empty() && plan.file.empty() && !plan.to_stderr);
}

TEST(LogPlan, HasDebugLinesIfAskedFor)
{
    EXPECT_TRUE(log_plan(
                    {
                        {"HA_debug", "1"}
    },
                    context(false))
                    .has_debug);
    EXPECT_TRUE(log_plan(
                    {
                        {"OCF_TRACE_RA", "1"}
    },
                    context(false))
                    .has_debug);
    EXPECT_FALSE(log_plan(
                     {
                         {"HA_debug", ""}
    },
                     context(false))
                     .has_debug);
}

TEST_F(LogFile, GetsOneLinePerEventWithTimeTagAndLevel)
{
    OcfLog log = this->log();
    log.write(Severity::info, "first\nstill first");
    log.write(Severity::critical, "second");
    const std::regex form{"^[A-Z][a-z]{2} [0-9]{2} [0-9:]{8} pgtwin\\(db\\)\\[42\\]:    INFO: first still first\n"
                          "[A-Z][a-z]{2} [0-9]{2} [0-9:]{8} pgtwin\\(db\\)\\[42\\]:    CRIT: second\n$"};
    EXPECT_TRUE(std::regex_match(text(), form)) << text();
}

TEST_F(LogFile, TakesBracesAndPercentSignsLiterally)
{
    log().write(Severity::error, "{} %v %s {0}");
    EXPECT_NE(text().find("ERROR: {} %v %s {0}\n"), std::string::npos) << text();
}

TEST_F(LogFile, IsAppendedTo)
{
    log().write(Severity::warning, "one");
    log().write(Severity::warning, "two");
    EXPECT_NE(text().find("WARNING: one\n"), std::string::npos);
    EXPECT_NE(text().find("WARNING: two\n"), std::string::npos);
}

TEST_F(LogFile, GetsDebugLinesOnlyIfAskedFor)
{
    log().write(Severity::debug, "hidden");
    log({
            {"HA_debug", "1"}
    })
        .write(Severity::debug, "shown");
    EXPECT_EQ(text().find("hidden"), std::string::npos);
    EXPECT_NE(text().find("DEBUG: shown\n"), std::string::npos);
}

TEST_F(LogFile, IsNotToldTheExitReasonWhichStandardErrorGetsPrefixedAndShort)
{
    OcfLog log = this->log();
    testing::internal::CaptureStderr();
    log.exit_reason(std::string(200, 'r'));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "ocf-exit-reason:" + std::string(124, 'r') + "...\n");
    EXPECT_EQ(text(), "");
}

TEST_F(LogFile, KeepsStandardErrorForTheReason)
{
    OcfLog log = this->log();
    testing::internal::CaptureStderr();
    log.write(Severity::error, "not there");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Terminal, GetsPlainLines)
{
    OcfLog log{log_plan({}, context(true))};
    testing::internal::CaptureStderr();
    log.write(Severity::warning, "look here");
    log.exit_reason("no");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "WARNING: look here\nocf-exit-reason:no\n");
}

TEST(ExitReason, HasThePrefixThatPacemakerAsksFor)
{
    OcfLog log{
        log_plan({{"OCF_EXIT_REASON_PREFIX", "why:"}},
        context(true))
    };
    testing::internal::CaptureStderr();
    log.exit_reason("because");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "why:because\n");
}

TEST(Log, SurvivesAFileThatCannotBeOpened)
{
    OcfLog log{
        log_plan({{"HA_LOGFILE", "/nonexistent/file"}},
        context(false))
    };
    log.write(Severity::error, "nowhere");
}

TEST(Log, SurvivesAnUnknownFacility)
{
    OcfLog log{
        log_plan({{"HA_LOGFACILITY", "nowhere"}},
        context(false))
    };
    log.write(Severity::debug, "nothing");
}

} // namespace
} // namespace pgtwin::ocf
