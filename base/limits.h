// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bounds on outside data, each with its reason: what users, their files, workers,
// servers and models may send. A bound that only one reader needs (the fields of a WARC
// record), and an algorithm's own (how many lines a message shows), are beside it.
//
//   ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxSpecBytes));
#ifndef QUIPU_BASE_LIMITS_H_
#define QUIPU_BASE_LIMITS_H_

#include <cstdint>

namespace quipu {

// A spec is written by hand; a larger file is the wrong file.
inline constexpr uint64_t kMaxSpecBytes = 1 << 20;
// One input record (JSONL line or text file). A document of 64 MiB is about 16
// M tokens, far beyond any context. A longer line is skipped up to its newline.
inline constexpr uint64_t kMaxRecordBytes = 64 << 20;
// Decompressed bytes per compressed byte, after the first 16 MiB: text
// compresses at most about 20:1; 200:1 is a bomb.
inline constexpr uint64_t kMaxCompressionRatio = 200;
inline constexpr uint64_t kCompressionGraceBytes = 16 << 20;
// Largest zstd window (2^27 = 128 MiB, the library's default decoder limit).
inline constexpr int kMaxZstdWindowLog = 27;
// A record's own id; a longer one is not an id.
inline constexpr uint64_t kMaxExternalIdBytes = 1024;
// One record of a benchmark, or a file of JSON that is not lines: the largest known
// ones have about 500 MB.
inline constexpr uint64_t kMaxBenchmarkRecordBytes = uint64_t{1} << 30;
// JSON nesting; ours is 4 deep.
inline constexpr int kMaxJsonDepth = 64;

// GGUF: larger counts and sizes are refused before anything is allocated.
inline constexpr uint64_t kMaxGgufTensors = 1 << 16;
inline constexpr uint64_t kMaxGgufKeys = 1 << 16;
inline constexpr uint64_t kMaxGgufStringBytes = 16 << 20;
inline constexpr uint64_t kMaxGgufArrayElements = 1 << 24;
inline constexpr int kMaxGgufDims = 4;
// Files of one model: the largest published ones have about 200.
inline constexpr uint64_t kMaxModelParts = 1000;
// A model's config.json or model.safetensors.index.json: a few megabytes for
// the largest.
inline constexpr uint64_t kMaxModelConfigBytes = 64 << 20;
// The header of a safetensors file: the format's own limit.
inline constexpr uint64_t kMaxSafetensorsHeaderBytes = 100000000;
inline constexpr int kMaxModelLayers = 1024;
inline constexpr int kMaxVocabulary = 1 << 22;
// Widths of a model: far above any in the family, far below what would overflow
// a product of two.
inline constexpr uint64_t kMaxModelWidth = 1 << 20;
inline constexpr uint64_t kMaxModelHeads = 1 << 12;
inline constexpr uint64_t kMaxHeadDimension = 512;

// A tokenizer's file: the largest known ones have 35 MB.
inline constexpr uint64_t kMaxTokenizerFileBytes = 256 << 20;
// A chat template: the largest known ones have 30 kB.
inline constexpr uint64_t kMaxTemplateBytes = 1 << 20;

// Messages in one short instruction row.
inline constexpr int kMaxMessagesPerRow = 1024;
// Context and pack lengths in tokens that a spec may request.
inline constexpr int kMaxContextTokens = 1 << 20;
// First words that a spec may ask questions to begin with: each is a branch of
// the reply template.
inline constexpr int kMaxOpenings = 1024;
inline constexpr uint64_t kMaxOpeningBytes = 256;
// Words that a reply may not have: each sampled token is compared with all.
inline constexpr int kMaxBannedWords = 64;
inline constexpr uint64_t kMaxBannedWordBytes = 64;

// A server's HTTP reply: ours are a few kilobytes; with the log-probabilities
// of a long prompt, a few megabytes.
inline constexpr uint64_t kMaxHttpReplyBytes = 16 << 20;
// A file that holds a server's API key.
inline constexpr uint64_t kMaxApiKeyBytes = 4096;
// A private key or a list of tokens; a larger file is the wrong file.
inline constexpr uint64_t kMaxSecretFileBytes = 256 << 10;
// A path: Linux's own limit.
inline constexpr uint64_t kMaxPathBytes = 4096;
// A token: a longer one is some other kind of key.
inline constexpr uint64_t kMaxTokenChars = 512;
// Tokens in one file: nobody writes this many workers, one per line.
inline constexpr uint64_t kMaxAuthTokens = 1000;
// A host name in an address: DNS allows no longer ones.
inline constexpr uint64_t kMaxHostBytes = 253;

// What workers send to a coordinator (protos/coordinator.proto).
inline constexpr uint64_t kMaxWorkerNameBytes = 64;
// A worker's process and its session: random bytes of exactly this length.
inline constexpr uint64_t kIncarnationBytes = 16;
inline constexpr uint64_t kSessionBytes = 16;
inline constexpr uint64_t kMaxBuildBytes = 128;
// All texts of a model's identity together: ours are a few hundred bytes.
inline constexpr uint64_t kMaxModelIdentityBytes = 16 << 10;
// A ticket: ours are about 120 bytes.
inline constexpr uint64_t kMaxTicketBytes = 512;
// Tasks of one chunk: which are done is kept in the bits of one word.
inline constexpr uint32_t kMaxTasksPerChunk = 64;
// Growth of each engine counter between two submits: anything larger is false,
// and the figures are only for people.
inline constexpr uint64_t kMaxEngineCounter = uint64_t{1} << 40;
// Leases requested, renewed or submitted in one call.
inline constexpr int kMaxLeasesPerCall = 1024;
// Results in one commit of the coordinator, and so in one submit.
inline constexpr int kMaxCommitResults = 512;
inline constexpr int kMaxResultsPerSubmit = kMaxCommitResults;
inline constexpr uint32_t kMaxLeaseWaitMs = 30000;
// How much of an engine's message, or of a reason to pause, is retained.
inline constexpr uint64_t kMaxAttemptMessageBytes = 500;
// The detail of a reject: ours quote at most 60 bytes and a few figures, but it
// may hold an engine's message.
inline constexpr uint64_t kMaxRejectDetailBytes = 4096;
// Sessions that a coordinator remembers.
inline constexpr int kMaxWorkers = 20000;
// Bytes of one commit.
inline constexpr uint64_t kMaxCommitBytes = 8 << 20;
// Submits waiting for a commit; beyond this, workers are told to retry.
inline constexpr uint64_t kMaxQueuedSubmitBytes = 256 << 20;

// gRPC: one message in either direction (a lease of 256 chunks is about a
// megabyte), a call's headers, concurrent calls of one connection, and the
// memory for messages of all connections together.
inline constexpr int kMaxRpcBytes = 16 << 20;
inline constexpr int kMaxRpcMetadataBytes = 16 << 10;
inline constexpr int kMaxRpcStreams = 256;
inline constexpr uint64_t kMaxRpcMemoryBytes = 256 << 20;
// Concurrent calls of one worker: a poll, a renewal, a few submits.
inline constexpr int kMaxCallsPerPeer = 8;
// A status message: gRPC sends it as a header, three bytes for each byte that
// is not plain ASCII, and all headers together may have kMaxRpcMetadataBytes.
inline constexpr uint64_t kMaxStatusMessageBytes = 2048;

// An export's MANIFEST.json: a few hundred bytes per shard.
inline constexpr uint64_t kMaxManifestBytes = 64 << 20;
// A line of an export under check: a training row of a million tokens is about
// 40 MB.
inline constexpr uint64_t kMaxExportedRowBytes = 1 << 30;
// A store's RUN_STATE: five short lines; a larger file is not ours.
inline constexpr uint64_t kMaxRunStateBytes = 1024;

// Partitions of one run (--partition): the jobs of an array.
inline constexpr uint32_t kMaxPartitions = 100000;

// How much of the model's text the response parser reads.
inline constexpr uint64_t kMaxResponseBytes = 256 << 10;

}  // namespace quipu

#endif  // QUIPU_BASE_LIMITS_H_
