// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/dataset_validation.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace quipu::generator {
namespace {

// Shares are relative: a greater one is a mistake.
constexpr double kMaxShare = 1e6;

// Less is chance: nearly every text has that much in common with another.
constexpr double kLeastOverlap = 0.05;

// Documents that share less are not found by MinHash often enough.
constexpr double kLeastDocumentOverlap = 0.6;

// Of a dataset.
constexpr size_t kMaxNameBytes = 200;

// Whether a document can be in both.
bool Overlaps(const v1::LengthBucket& a, const v1::LengthBucket& b) {
  return (b.max_tokens() == 0 || a.min_tokens() < b.max_tokens()) &&
         (a.max_tokens() == 0 || b.min_tokens() < a.max_tokens());
}

}  // namespace

void CheckSelection(const v1::SelectionSpec& selection, Faults* faults) {
  const double overlap = selection.near_duplicate_overlap();
  if (overlap != 0 && !(overlap >= kLeastDocumentOverlap && overlap <= 1)) {
    faults->Add("selection.near_duplicate_overlap", overlap,
                absl::StrCat("0, or ", kLeastDocumentOverlap, " to 1"));
  }
  for (int i = 0; i < selection.length_buckets_size(); ++i) {
    const v1::LengthBucket& bucket = selection.length_buckets(i);
    const std::string field = absl::StrCat("selection.length_buckets(", i, ")");
    if (bucket.max_tokens() != 0 && bucket.max_tokens() <= bucket.min_tokens()) {
      faults->Add(absl::StrCat(field, ".max_tokens"), bucket.max_tokens(),
                  absl::StrCat("0, or more than min_tokens (", bucket.min_tokens(), ")"));
    }
    if (!(bucket.share() > 0 && bucket.share() <= kMaxShare)) {
      faults->Add(absl::StrCat(field, ".share"), bucket.share(), "above 0, to 1000000");
    }
    for (int k = 0; k < i; ++k) {
      if (!Overlaps(selection.length_buckets(k), bucket)) continue;
      faults->Add(field, absl::StrCat(bucket.min_tokens(), " tokens and up"),
                  absl::StrCat("lengths that bucket ", k, " does not have"));
    }
  }
}

void CheckDecontamination(const v1::DecontaminationSpec& spec, Faults* faults) {
  for (int i = 0; i < spec.benchmarks_size(); ++i) {
    faults->NotEmpty(absl::StrCat("decontamination.benchmarks[", i, "]"), spec.benchmarks(i));
  }
  // A share of 0 would refuse everything.
  faults->Range("decontamination.max_pair_overlap", spec.max_pair_overlap(), kLeastOverlap, 1.0);
  faults->Range("decontamination.max_context_overlap", spec.max_context_overlap(), kLeastOverlap,
                1.0);
  faults->Matches("decontamination.benchmarks_sha256", spec.benchmarks_sha256(),
                  "(?:[0-9a-f]{64})?", "64 hexadecimal digits in lower case");
  if (spec.benchmarks().empty() && spec.ByteSizeLong() > 0) {
    faults->Add("decontamination.benchmarks", "none", "at least one, or no decontamination");
  }
}

void CheckExport(const v1::RunSpec& spec, Faults* faults) {
  const v1::ExportSpec& exported = spec.export_();
  if (exported.labelled() && spec.instances().answer_style() != v1::InstanceSpec::PLAIN) {
    // Quoted evidence would tell right answers from wrong ones.
    faults->Add("export.labelled", "true", "instances.answer_style PLAIN with it");
  }
  faults->Range("export.shard_bytes", exported.shard_bytes(), uint64_t{1},
                std::numeric_limits<uint64_t>::max());
  faults->Range("export.validation_share", exported.validation_share(), 0.0, 0.5);
  // They are written into the front matter of the dataset card.
  faults->Matches("export.dataset_name", exported.dataset_name(), R"([^\pC]*)",
                  "a name on one line");
  if (exported.dataset_name().size() > kMaxNameBytes) {
    faults->Add("export.dataset_name", absl::StrCat(exported.dataset_name().size(), " bytes"),
                absl::StrCat("at most ", kMaxNameBytes));
  }
  faults->Matches("export.license", exported.license(), "[a-z0-9.-]{0,64}",
                  "the licence as the Hugging Face Hub spells it, such as \"cc-by-4.0\"");
}

}  // namespace quipu::generator
