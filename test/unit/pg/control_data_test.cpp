// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pgtwin/pg/control_data.hpp"

namespace pgtwin::pg
{
namespace
{

std::string captured(const std::string& name)
{
    std::ifstream file{std::string{PGTWIN_TEST_DATA} + "/pg_controldata/" + name};
    EXPECT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string without_line(std::string text, const std::string& label)
{
    const std::size_t begin = text.find(label);
    return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

TEST(ControlData, OfAPrimaryThatWasShutDown)
{
    const auto data = parse_control_data(captured("15-shut-down.txt"));
    ASSERT_TRUE(data) << data.error().what;
    ControlData expected;
    expected.system_identifier = 7710902465043115751U;
    expected.state = ControlState::shut_down;
    expected.checkpoint = Lsn{0x17414F8};
    expected.timeline = Timeline{1};
    expected.data_checksums = true;
    expected.wal_segment_size = 16777216;
    EXPECT_EQ(expected, *data);
}

TEST(ControlData, OfAStandbyHasTheEndOfItsRecovery)
{
    const auto data = parse_control_data(captured("15-in-archive-recovery.txt"));
    ASSERT_TRUE(data) << data.error().what;
    EXPECT_EQ(ControlState::in_archive_recovery, data->state);
    EXPECT_EQ(Lsn{0x6000100}, data->minimum_recovery_end);
    EXPECT_EQ(Timeline{2}, data->minimum_recovery_timeline);
    EXPECT_TRUE(data->wal_log_hints);
    EXPECT_FALSE(data->data_checksums);
}

TEST(ControlData, SaysWhatAStandbyNeedsAtLeast)
{
    const std::string text = captured("15-shut-down.txt");
    const std::vector<LeastSetting> expected{
        {"max_connections",           100},
        {"max_worker_processes",      8  },
        {"max_wal_senders",           10 },
        {"max_prepared_transactions", 0  },
        {"max_locks_per_transaction", 64 }
    };
    EXPECT_EQ(expected, least_settings(text));
    EXPECT_EQ(4U, least_settings(without_line(text, "max_worker_processes setting:")).size());
}

TEST(ControlData, KnowsEveryState)
{
    const std::vector<std::pair<std::string, ControlState>> states{
        {"starting up",           ControlState::starting_up          },
        {"shut down",             ControlState::shut_down            },
        {"shut down in recovery", ControlState::shut_down_in_recovery},
        {"shutting down",         ControlState::shutting_down        },
        {"in crash recovery",     ControlState::in_crash_recovery    },
        {"in archive recovery",   ControlState::in_archive_recovery  },
        {"in production",         ControlState::in_production        }
    };
    for (const auto& [words, state] : states)
    {
        std::string text = captured("15-shut-down.txt");
        const std::string line = "Database cluster state:               ";
        text.replace(text.find(line) + line.size(), std::string{"shut down"}.size(), words);
        EXPECT_EQ(state, parse_control_data(text).value().state) << words;
    }
}

class ControlDataWithout : public testing::TestWithParam<const char*>
{
};

TEST_P(ControlDataWithout, ALineItNeedsIsMalformed)
{
    const auto data = parse_control_data(without_line(captured("15-shut-down.txt"), GetParam()));
    ASSERT_FALSE(data);
    EXPECT_EQ(ErrorKind::malformed, data.error().kind);
}

INSTANTIATE_TEST_SUITE_P(Lines, ControlDataWithout,
                         testing::Values("Database system identifier:", "Database cluster state:",
                                         "Latest checkpoint location:", "Latest checkpoint's TimeLineID:",
                                         "Minimum recovery ending location:", "Min recovery ending loc's timeline:",
                                         "wal_log_hints setting:", "Data page checksum version:"));

TEST(ControlData, InAnotherLanguageIsMalformed)
{
    EXPECT_FALSE(parse_control_data("Datenbanksystemidentifikation:        7710902465043115751\n"));
    EXPECT_FALSE(parse_control_data(""));
}

TEST(ControlData, ThatTheProgramDoubtsIsMalformed)
{
    const std::string text =
        "WARNING: Calculated CRC checksum does not match value stored in file.\n" + captured("15-shut-down.txt");
    EXPECT_FALSE(parse_control_data(text));
    EXPECT_TRUE(is_doubtful(text));
    EXPECT_FALSE(is_doubtful(captured("15-shut-down.txt")));
}

} // namespace
} // namespace pgtwin::pg
