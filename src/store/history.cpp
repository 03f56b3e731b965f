// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/history.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <system_error>

#include "pgtwin/store/files.hpp"
#include "pgtwin/sys/file.hpp"

namespace pgtwin::store
{
namespace
{

constexpr mode_t history_mode = S_IRUSR | S_IWUSR;
/// More than any entry has.
constexpr std::size_t tail_size = std::size_t{16} << 10;

} // namespace

Expected<void> HistoryFile::append(const HistoryEntry& entry) const
{
    if (const auto made = ensure_directory(directory_); !made)
        return made.error();
    const auto size = sys::append_file(path(), entry.line(), history_mode);
    if (!size)
        return size.error();
    std::error_code ignored;
    if (*size > limit_)
        std::filesystem::rename(path(), path() + ".1", ignored);
    return {};
}

Expected<std::vector<HistoryEntry>> HistoryFile::read() const
{
    std::string text;
    for (const std::string& name : {path() + ".1", path()})
    {
        const auto part = sys::read_file(name);
        if (!part && part.error().kind != ErrorKind::unavailable)
            return part.error();
        text += part ? *part : "";
    }
    return parse_history(text);
}

std::optional<HistoryEntry> HistoryFile::last() const
{
    const auto tail = sys::read_end(path(), 0, tail_size);
    const auto entries = tail ? parse_history(*tail) : std::vector<HistoryEntry>{};
    return entries.empty() ? std::nullopt : std::optional{entries.back()};
}

} // namespace pgtwin::store
