// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "documents.hpp"
#include "pgtwin/ocf/metadata.hpp"

namespace pgtwin::test
{
namespace
{

/// The committed file is what the tables say. With PGTWIN_UPDATE_DOCUMENTS set it is written instead.
void expect_document(const std::string& name, const std::string& expected)
{
    const std::string path = PGTWIN_SOURCE_DIR "/" + name;
    if (std::getenv("PGTWIN_UPDATE_DOCUMENTS") != nullptr)
        std::ofstream{path} << expected;
    std::ostringstream committed;
    committed << std::ifstream{path}.rdbuf();
    EXPECT_TRUE(committed.str() == expected)
        << name << " differs from the tables: run the tests of unit/Documents with PGTWIN_UPDATE_DOCUMENTS=1";
}

TEST(Documents, HoldTheMetaData)
{
    expect_document("metadata/pgtwin.xml", ocf::meta_data());
}

TEST(Documents, HoldTheParameters)
{
    expect_document("doc/parameters.md", parameters_page());
}

TEST(Documents, HoldTheMessages)
{
    expect_document("doc/messages.md", messages_page());
}

} // namespace
} // namespace pgtwin::test
