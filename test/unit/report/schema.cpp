// SPDX-License-Identifier: GPL-2.0-or-later
#include "schema.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace pgtwin::report
{

bool obeys(const std::string& json, const std::string& schema)
{
    const std::string path = testing::TempDir() + "/pgtwin-" + std::to_string(::getpid()) + ".json";
    std::ofstream{path} << json;
    const std::string command = "python3 -c 'import json, sys, jsonschema; "
                                "jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' " +
                                path + " " PGTWIN_SOURCE_DIR "/doc/" + schema;
    const int code = std::system(command.c_str());
    ::unlink(path.c_str());
    return code == 0;
}

} // namespace pgtwin::report
