// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <gtest/gtest.h>

#include "pgtwin/base/table.hpp"
#include "support/answer.hpp"

/// Defines the tests of one table: PGTWIN_DECISION_TABLE(Start, decide::start, rows) with `rows` an array of Row.
#define PGTWIN_DECISION_TABLE(Suite, decision, rows)                                                                   \
    class Suite : public testing::TestWithParam<pgtwin::test::Row>                                                     \
    {                                                                                                                  \
    };                                                                                                                 \
    TEST_P(Suite, Row)                                                                                                 \
    {                                                                                                                  \
        const auto& row = GetParam();                                                                                  \
        const auto said = pgtwin::test::text(decision(row.scene.observation(), row.scene.context));                    \
        EXPECT_TRUE(pgtwin::test::matches(said, row.expectation))                                                      \
            << "expected " << row.expectation.prefix << "\nbut it is " << said;                                        \
    }                                                                                                                  \
    INSTANTIATE_TEST_SUITE_P(Says, Suite, testing::ValuesIn(rows), [](const auto& each) { return each.param.sentence; })
