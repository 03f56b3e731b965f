// SPDX-License-Identifier: GPL-2.0-or-later
#include "pgtwin/store/files.hpp"

#include <sys/stat.h>

#include "pgtwin/sys/file.hpp"

namespace pgtwin::store
{
namespace
{

constexpr mode_t file_mode = S_IRUSR | S_IWUSR;

template <typename T>
Expected<T> load_file(const std::string& path)
{
    const Expected<std::string> text = sys::read_file(path);
    if (!text && text.error().kind == ErrorKind::unavailable)
        return T{};
    if (!text)
        return text.error();
    Expected<T> content = T::parse(*text);
    if (!content)
        return within("cannot understand " + path, content.error());
    return content;
}

Expected<void> save_file(const std::string& directory, const std::string& name, const std::string& text)
{
    if (const Expected<void> made = ensure_directory(directory); !made)
        return made.error();
    return sys::write_file(directory + "/" + name, text, file_mode);
}

} // namespace

Expected<void> ensure_directory(const std::string& path)
{
    if (const Expected<void> made = sys::make_directory(sys::parent_of(path), S_IRWXU); !made)
        return made.error();
    return sys::make_directory(path, S_IRWXU);
}

FileStore::FileStore(Directories directories, std::string boot)
    : directories_{std::move(directories)}, boot_{std::move(boot)}
{
}

Expected<LocalState> FileStore::load()
{
    auto state = load_file<LocalState>(directories_.state + "/state");
    if (!state)
        return state;
    // A server that runs now was not started by that run.
    if (!boot_.empty() && !state->boot.empty() && state->boot != boot_)
        state->run.clear();
    state->boot.clear();
    return state;
}

Expected<void> FileStore::save(const LocalState& state)
{
    LocalState written = state;
    written.boot = boot_;
    return save_file(directories_.state, "state", written.text());
}

Expected<Watch> FileStore::load_watch()
{
    return load_file<Watch>(directories_.run + "/watch");
}

Expected<void> FileStore::save_watch(const Watch& watch)
{
    return save_file(directories_.run, "watch", watch.text());
}

} // namespace pgtwin::store
