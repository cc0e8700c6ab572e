// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The stretch of a document that a sample shows: its chunk with a little text around it, and in
// the chunk the sentences that support the answer. Bounded, however long the chunk is.
//
//   for (const EvidenceWindow& window : WindowsOf(document, result)) {
//     for (const WindowPiece& piece : window.pieces) Print(piece.text);
//   }
//
// Pure. The document must outlive the windows.
#ifndef QUIPU_PIPELINES_REPORT_EVIDENCE_WINDOW_H_
#define QUIPU_PIPELINES_REPORT_EVIDENCE_WINDOW_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "generator/chunks/task_chunks.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

struct WindowPiece {
  enum Kind { kAround, kChunk, kEvidence };
  Kind kind = kAround;
  absl::string_view text;
};

struct EvidenceWindow {
  generator::TextRange chunk;  // Bytes of the document.
  // Whether the document goes further on each side than the pieces.
  bool cut_before = false;
  bool cut_after = false;
  std::vector<WindowPiece> pieces;
};

struct WindowSize {
  size_t around = 240;  // Bytes on each side of the chunk.
  size_t most = 4500;   // All bytes.
};

// One for each chunk of the task; of a summary, whose chunk is the whole document, its beginning.
std::vector<EvidenceWindow> WindowsOf(const v1::Document& document, const v1::Result& result,
                                      const WindowSize& size = {});

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_EVIDENCE_WINDOW_H_
