// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which documents of a run get pairs (SelectionSpec): near-duplicates are left out
// first, then lengths are brought to their shares, then a sample is drawn.
//
//   DocumentSelection selection(spec.selection(), spec.seed());
//   selection.Add(id, tokens);  // Each document.
//   RETURN_IF_ERROR(selection.Choose(read_text));
//   std::optional<v1::DocumentPlan> plan = selection.PlanOfLeftOut(id, tokens);
//
// The choice depends on the seed and the documents, not on their order. Thread-compatible.
#ifndef QUIPU_GENERATOR_CORPUS_DOCUMENT_SELECTION_H_
#define QUIPU_GENERATOR_CORPUS_DOCUMENT_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Whether the spec may leave a document out.
bool SelectsDocuments(const v1::SelectionSpec& selection);

// Whether a document without a chunk has none because of the selection.
bool IsLeftOutBySelection(v1::NoChunkReason reason);

// Reads the text of a document; called only if near-duplicates are looked for, once
// or a few times for each document.
using ReadDocumentText = absl::FunctionRef<absl::StatusOr<std::string>(const Fingerprint& id)>;

// Of near-duplicates the longest is kept. A pair of documents that share 0.8 of their 5-grams is
// found with a probability of 98.5 %, one that shares 0.6 of them with 67 %.
//
// Memory: for a sample alone 16 bytes for each document of the sample, however many there are;
// with length buckets 16 bytes a document; to look for near-duplicates 160 more.
class DocumentSelection {
 public:
  DocumentSelection(const v1::SelectionSpec& selection, uint64_t seed);

  // A document of the run; once for each, before Choose.
  void Add(const Fingerprint& id, uint64_t tokens);

  // Chooses among those that were added; call it once. INVALID_ARGUMENT if a bucket has no
  // document: no choice has its share then. Errors of `read`.
  absl::Status Choose(ReadDocumentText read);

  // The plan, without tasks, of a document that was added and is left out; nothing if it gets pairs.
  // REQUIRES: Choose was called.
  std::optional<v1::DocumentPlan> PlanOfLeftOut(const Fingerprint& id, uint64_t tokens) const;

 private:
  struct Candidate {
    Fingerprint id;
    uint64_t tokens = 0;
  };
  struct Repeat {
    Fingerprint id;
    Fingerprint of;
  };
  // Documents of one bucket. Those with the best ranks are chosen.
  struct Bucket {
    double share = 1;
    uint64_t documents = 0;
    std::vector<Fingerprint> ranks;  // Until Choose; of a sample alone the best, as a heap.
    uint64_t by_length = 0;          // How many the shares alone leave.
    uint64_t wanted = 0;             // How many the sample leaves of these.
    Fingerprint last_by_length;      // Ranks of the last of them; set if there is one.
    Fingerprint last_wanted;
  };

  Fingerprint RankOf(const Fingerprint& id) const;
  // The bucket for this length; nothing if it is in none.
  std::optional<size_t> BucketOf(uint64_t tokens) const;
  void AddToBucket(const Fingerprint& id, uint64_t tokens);
  // Moves near-duplicates from the candidates to the repeats, the others to their buckets.
  absl::Status FindRepeats(ReadDocumentText read);
  absl::Status CheckBuckets() const;
  // How many of each bucket are wanted, so that the shares hold and all together are at most `most`:
  // whole numbers below each share, then the greatest remainders.
  std::vector<uint64_t> ShareOut(uint64_t most) const;

  const v1::SelectionSpec spec_;
  const uint64_t seed_;
  std::vector<Candidate> candidates_;  // Only to look for near-duplicates, until Choose.
  std::vector<Repeat> repeats_;        // In order of id.
  uint64_t in_no_bucket_ = 0;
  std::vector<Bucket> buckets_;  // One for all lengths, if the spec has none.
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_DOCUMENT_SELECTION_H_
