// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "pgtwin/port/ports.hpp"

namespace pgtwin::store
{

/// Where one instance keeps what it must remember. Created when first written, 0700, for root alone.
struct Directories
{
    std::string state; ///< survives a reboot: /var/lib/pgtwin/<resource>
    std::string run;   ///< gone at boot: /run/pgtwin/<resource>
};

/// The state file and the watch file. A file that is not there is a default one; one that does not parse is malformed.
/// A run ends with the boot in which it was saved: a later one reads it as empty.
class FileStore final : public port::Store
{
public:
    /// `boot` names this boot of the machine (sys::boot_name()); empty: unknown, no run is taken for ended.
    FileStore(Directories directories, std::string boot);

    Expected<LocalState> load() override;
    Expected<void> save(const LocalState& state) override;
    Expected<Watch> load_watch() override;
    Expected<void> save_watch(const Watch& watch) override;

private:
    Directories directories_;
    std::string boot_;
};

/// Creates a directory and the one above it if they are missing, 0700.
[[nodiscard]] Expected<void> ensure_directory(const std::string& path);

} // namespace pgtwin::store
