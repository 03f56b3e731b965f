// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/pair_notes.hpp"

#include <algorithm>
#include <sys/stat.h>

#include "pgtwin/sys/file.hpp"

namespace pgtwin::store
{
namespace
{

constexpr mode_t directory_mode = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;
constexpr mode_t note_mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;

} // namespace

Expected<void> write_note(const PairNote& note, const std::string& directory)
{
    if (auto made = sys::make_directory(directory, directory_mode); !made)
        return made;
    return sys::write_file(directory + "/" + note.resource, note.text(), note_mode);
}

std::vector<PairNote> read_notes(const std::string& directory)
{
    auto names = sys::list_directory(directory);
    if (!names)
        return {};
    std::sort(names->begin(), names->end());
    std::vector<PairNote> notes;
    for (const std::string& name : *names)
        if (const auto text = sys::read_file(directory + "/" + name))
            if (auto note = PairNote::parse(*text); note && note->resource == name)
                notes.push_back(*std::move(note));
    return notes;
}

} // namespace pgtwin::store
