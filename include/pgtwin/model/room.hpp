// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace pgtwin
{

/// What a base backup of the primary brings: its data directory, or one of its tablespaces.
struct BackupPart
{
    std::string location;   ///< of a tablespace on the primary; empty: the data directory
    std::int64_t bytes = 0; ///< as the primary estimates it, without WAL
    friend bool operator==(const BackupPart&, const BackupPart&) = default;
};

/// What a copy of the primary needs on one file system of this node.
struct Room
{
    std::string path;        ///< a directory on that file system
    std::int64_t needed = 0; ///< bytes
    std::int64_t free = 0;   ///< bytes
    friend bool operator==(const Room&, const Room&) = default;
};

/// What the directory that a base backup displaces is worth.
enum class OldCopy
{
    usable,
    damaged, ///< no server can start in it, but a human may still find something there
    torn,    ///< a rewind was cut short in it
};

/// What is removed before a base backup, so that there is room for it.
enum class Sacrifice
{
    incomplete_copy, ///< what is left of a base backup that did not come to its end
    kept_copy,       ///< the one that an earlier base backup displaced
    data_directory,  ///< by order of the operator only
};

} // namespace pgtwin
