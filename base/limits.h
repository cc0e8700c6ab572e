// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every bound on what comes from outside, in one place, each with its reason:
// what users, their files, workers, servers and models may give us. Bounds of an
// algorithm's own (how far a chunk's end moves, how many lines a message shows)
// are beside the algorithm.
//
//   ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxSpecBytes));
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
// A record's own id; longer ones are something else.
inline constexpr uint64_t kMaxExternalIdBytes = 1024;
// JSON nesting; ours is 4 deep.
inline constexpr int kMaxJsonDepth = 64;

// GGUF: counts and sizes beyond these are refused before anything is allocated.
inline constexpr uint64_t kMaxGgufTensors = 1 << 16;
inline constexpr uint64_t kMaxGgufKeys = 1 << 16;
inline constexpr uint64_t kMaxGgufStringBytes = 16 << 20;
inline constexpr uint64_t kMaxGgufArrayElements = 1 << 24;
inline constexpr int kMaxGgufDims = 4;
// The format's own bounds on names.
inline constexpr uint64_t kMaxGgufKeyBytes = 65535;
inline constexpr uint64_t kMaxGgufTensorNameBytes = 64;
// Data is aligned to 32 bytes, and may be to pages, which are 4 to 64 KiB.
inline constexpr uint32_t kMaxGgufAlignment = 1 << 16;
inline constexpr int kMaxModelLayers = 1024;
inline constexpr int kMaxVocabulary = 1 << 22;
// Widths of a model: far above every one of the family, far below what would
// overflow a product of two of them.
inline constexpr uint64_t kMaxModelWidth = 1 << 20;
inline constexpr uint64_t kMaxModelHeads = 1 << 12;
inline constexpr uint64_t kMaxHeadDimension = 512;

// Messages in one short instruction row.
inline constexpr int kMaxMessagesPerRow = 1024;
// Context and pack lengths in tokens that a spec may ask for.
inline constexpr int kMaxContextTokens = 1 << 20;
// First words that a spec may ask questions to begin with: each is a branch of
// the reply's template.
inline constexpr int kMaxOpenings = 1024;
inline constexpr uint64_t kMaxOpeningBytes = 256;

// A server's reply over HTTP: ours are some kilobytes, and one with the log-probs
// of a long prompt some megabytes.
inline constexpr uint64_t kMaxHttpReplyBytes = 16 << 20;
// A file with a key for a server.
inline constexpr uint64_t kMaxApiKeyBytes = 4096;
// A private key or a list of tokens; anything larger is the wrong file.
inline constexpr uint64_t kMaxSecretFileBytes = 256 << 10;
// A path: all that Linux takes.
inline constexpr uint64_t kMaxPathBytes = 4096;
// A token: long ones are keys of another kind.
inline constexpr uint64_t kMaxTokenChars = 512;
// Tokens of one file: a line for each worker is more than anybody writes.
inline constexpr uint64_t kMaxAuthTokens = 1000;
// A host's name in an address: DNS has no longer ones.
inline constexpr uint64_t kMaxHostBytes = 253;

// What workers send to a coordinator (protos/coordinator.proto).
inline constexpr uint64_t kMaxWorkerNameBytes = 64;
// A process of a worker and a session of it: random bytes, exactly so many.
inline constexpr uint64_t kIncarnationBytes = 16;
inline constexpr uint64_t kSessionBytes = 16;
inline constexpr uint64_t kMaxBuildBytes = 128;
// All texts of a model's identity together: ours have some hundred bytes.
inline constexpr uint64_t kMaxModelIdentityBytes = 16 << 10;
// A ticket of ours has some 120 bytes.
inline constexpr uint64_t kMaxTicketBytes = 512;
// Tasks of one chunk: the bits of one word say which are done.
inline constexpr uint32_t kMaxTasksPerChunk = 64;
// What an engine can have done between two submits, by each of its counters;
// anything above is a lie, and the figures are for people.
inline constexpr uint64_t kMaxEngineCounter = uint64_t{1} << 40;
// Leases wanted, renewed or submitted in one call.
inline constexpr int kMaxLeasesPerCall = 1024;
// Results in one submit: as many as are committed together.
inline constexpr int kMaxResultsPerSubmit = 512;
inline constexpr uint32_t kMaxLeaseWaitMs = 30000;
// What is kept of a message of an engine, or of a reason to pause.
inline constexpr uint64_t kMaxAttemptMessageBytes = 500;
// The detail of a reject: ours quote at most 60 bytes beside some figures, but
// an engine's message may stand there.
inline constexpr uint64_t kMaxRejectDetailBytes = 4096;
// Sessions that a coordinator keeps.
inline constexpr int kMaxWorkers = 20000;
// One commit of the coordinator.
inline constexpr int kMaxCommitResults = 512;
inline constexpr uint64_t kMaxCommitBytes = 8 << 20;
// Submits that wait for a commit; over it workers are told to try again.
inline constexpr uint64_t kMaxQueuedSubmitBytes = 256 << 20;

// gRPC: one message either way (a lease of 256 chunks has about a megabyte), a
// call's headers, calls of one connection at once, and the memory that all
// connections together may take for messages.
inline constexpr int kMaxRpcBytes = 16 << 20;
inline constexpr int kMaxRpcMetadataBytes = 16 << 10;
inline constexpr int kMaxRpcStreams = 256;
inline constexpr uint64_t kMaxRpcMemoryBytes = 256 << 20;
// Calls of one worker in progress at once: a poll, a renewal, a few submits.
inline constexpr int kMaxCallsPerPeer = 8;
// A status's message: gRPC sends it as a header, three bytes for each that is not
// plain ASCII, and headers may have kMaxRpcMetadataBytes together.
inline constexpr uint64_t kMaxStatusMessageBytes = 2048;

// An export's MANIFEST.json: some hundred bytes for each shard.
inline constexpr uint64_t kMaxManifestBytes = 64 << 20;
// A line of an export that is checked: a row of a million tokens has about 40 MB.
inline constexpr uint64_t kMaxExportedRowBytes = 1 << 30;
// A store's RUN_STATE: five short lines; anything larger is not ours.
inline constexpr uint64_t kMaxRunStateBytes = 1024;

// Parts that one run is split into (--partition): jobs of an array.
inline constexpr uint32_t kMaxPartitions = 100000;

// Model text that the response parser will look at.
inline constexpr uint64_t kMaxResponseBytes = 256 << 10;

}  // namespace quipu

#endif  // QUIPU_BASE_LIMITS_H_
