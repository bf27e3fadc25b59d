// SPDX-License-Identifier: Apache-2.0
// For the sources of this room that use libarchive: its handles, each freed by its own function.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace dengce::libarchive {

struct ReadClose {
  void operator()(struct archive* handle) const { archive_read_free(handle); }
};

struct WriteClose {
  void operator()(struct archive* handle) const { archive_write_free(handle); }
};

struct EntryClose {
  void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};

using Reader = std::unique_ptr<struct archive, ReadClose>;
using Writer = std::unique_ptr<struct archive, WriteClose>;
using Entry = std::unique_ptr<struct archive_entry, EntryClose>;

}  // namespace dengce::libarchive
