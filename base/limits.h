// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every bound on outside data, in one place, each with its reason.
#ifndef QUIPU_BASE_LIMITS_H_
#define QUIPU_BASE_LIMITS_H_

#include <cstdint>

namespace quipu {

// A spec is written by hand; anything larger is the wrong file.
inline constexpr uint64_t kMaxSpecBytes = 1 << 20;
// One input record (JSONL line or text file). A document of 64 MiB is about
// 16 M tokens, far past any context; a longer line is skipped to its newline.
inline constexpr uint64_t kMaxRecordBytes = 64 << 20;
// Decompressed bytes per compressed byte, past the first 16 MiB: text
// compresses at most about 20:1; 200:1 is a bomb.
inline constexpr uint64_t kMaxCompressionRatio = 200;
inline constexpr uint64_t kCompressionGraceBytes = 16 << 20;
// Largest zstd window (2^27 = 128 MiB, the library's default decoder limit).
inline constexpr int kMaxZstdWindowLog = 27;
// JSON nesting; ours is 4 deep.
inline constexpr int kMaxJsonDepth = 64;

// GGUF: counts and sizes beyond these are refused before anything is allocated.
inline constexpr uint64_t kMaxGgufTensors = 1 << 16;
inline constexpr uint64_t kMaxGgufKeys = 1 << 16;
inline constexpr uint64_t kMaxGgufStringBytes = 16 << 20;
inline constexpr uint64_t kMaxGgufArrayElements = 1 << 24;
inline constexpr int kMaxGgufDims = 4;
inline constexpr int kMaxModelLayers = 1024;
inline constexpr int kMaxVocabulary = 1 << 22;

// Messages in one short instruction row.
inline constexpr int kMaxMessagesPerRow = 1024;
// Context and pack lengths in tokens that a spec may ask for.
inline constexpr int kMaxContextTokens = 1 << 20;

// Model text that the response parser will look at.
inline constexpr uint64_t kMaxResponseBytes = 256 << 10;

}  // namespace quipu

#endif  // QUIPU_BASE_LIMITS_H_
