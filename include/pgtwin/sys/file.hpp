// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::sys
{

/// Whether the last component of a path may be a symbolic link.
enum class Links
{
    refuse,
    follow,
};

/// What stat(2) tells of a path.
struct FileInfo
{
    bool is_directory = false;
    bool is_regular = false;
    bool is_link = false;
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0; ///< permission bits
    dev_t device = 0;
    ino_t inode = 0;
    std::uint64_t size = 0; ///< bytes
};

/// What lies at a path; empty if nothing does, or if a path like that cannot name anything.
[[nodiscard]] Expected<std::optional<FileInfo>> look_at(const std::string& path, Links links = Links::refuse);

/// The path itself, or the nearest directory above it that is there: the file system on which something new will lie.
[[nodiscard]] std::string existing(std::string path);

/// Content of a regular file of at most `limit` bytes. Unavailable: there is none; conflict: it is a symbolic link;
/// malformed: it is larger or not a regular file.
[[nodiscard]] Expected<std::string> read_file(const std::string& path, Links links = Links::refuse,
                                              std::size_t limit = std::size_t{1} << 20);

/// What a file holds beyond its first `from` bytes, at most the last `limit` of it. Errors as of read_file().
[[nodiscard]] Expected<std::string> read_end(const std::string& path, std::uint64_t from, std::size_t limit);

/// Replaces a file as a whole and durably: a temporary file beside it gets the content and the mode, is fsynced and
/// renamed, then the directory is fsynced. A reader sees the old content or the new one.
[[nodiscard]] Expected<void> write_file(const std::string& path, std::string_view content, mode_t mode);

/// Adds to the end of a file in one write, created with that mode; it is not waited for the disk. Answers how large the
/// file is then.
[[nodiscard]] Expected<std::uint64_t> append_file(const std::string& path, std::string_view text, mode_t mode);

/// Creates a directory with exactly this mode, durably; success if it is one already.
[[nodiscard]] Expected<void> make_directory(const std::string& path, mode_t mode);

/// Fsyncs a directory, so that what was created, renamed or removed in it survives a crash.
[[nodiscard]] Expected<void> sync_directory(const std::string& path);

/// Names in a directory, without "." and "..", in no particular order.
[[nodiscard]] Expected<std::vector<std::string>> list_directory(const std::string& path);

/// Renames, durably; `to` must not be there.
[[nodiscard]] Expected<void> rename_new(const std::string& from, const std::string& to);

/// Whether a directory is the root of a mount, bind mounts included.
[[nodiscard]] Expected<bool> is_mount_point(const std::string& path);

/// Bytes of a file system.
struct Space
{
    std::int64_t free = 0; ///< that users other than root may still write
    std::int64_t total = 0;
};

/// Of the file system of `path`.
[[nodiscard]] Expected<Space> space_at(const std::string& path);

/// The directory that holds `path`, which must be absolute.
[[nodiscard]] std::string parent_of(const std::string& path);

} // namespace pgtwin::sys
