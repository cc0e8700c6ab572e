// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A chunk's document and index in one string, for use as a map key.
//
//   chunks[ChunkKey(update.ended().chunk())] = i;
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_CHUNK_KEY_H_
#define QUIPU_PIPELINES_COORDINATOR_CHUNK_KEY_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines {

inline std::string ChunkKey(const v1::ChunkId& chunk) {
  return absl::StrCat(chunk.document_id(), "/", chunk.chunk_index());
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_CHUNK_KEY_H_
