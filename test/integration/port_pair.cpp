// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_pair.hpp"

#include <fstream>

namespace pgtwin::test
{

RealPair::RealPair()
{
    one_.create();
}

void RealPair::settle_second() const
{
    std::ofstream file{two_.options.pgdata + "/postgresql.conf", std::ios::app};
    file << "unix_socket_directories = '" << two_.directory() << "'\n";
}

} // namespace pgtwin::test
