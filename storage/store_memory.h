// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much memory an open store may take (docs/adr/0023-a-store-in-16-mib.md).
#ifndef QUIPU_STORAGE_STORE_MEMORY_H_
#define QUIPU_STORAGE_STORE_MEMORY_H_

namespace quipu::storage {

// Chosen at each opening: any store can be opened with either. The sizes are in options.cc.
enum class StoreMemory {
  kSmall,    // Of a build, whose memory must not grow with its corpus: 16 MiB.
  kService,  // Of a coordinator, which commits at full rate for days: 68 MiB.
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_MEMORY_H_
