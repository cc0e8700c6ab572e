// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/dataset_validation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/strings.h"

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

// What a file system can hold: the store's files are in it, and others beside it have
// its name and a suffix (".partition-99999-of-100000", ".secret").
void CheckPath(absl::string_view field, const std::string& path, Faults* faults) {
  constexpr size_t kMaxFileNameBytes = 255;
  constexpr size_t kSuffixBytes = 32;
  constexpr size_t kFilesBytes = 96;
  if (path.find('\0') != std::string::npos) faults->Add(field, "a zero byte", "a path");
  if (path.size() > kMaxPathBytes - kFilesBytes) {
    faults->Add(absl::StrCat(field, ", bytes"), path.size(),
                absl::StrCat("at most ", kMaxPathBytes - kFilesBytes));
  }
  size_t longest = 0;
  for (const absl::string_view name : absl::StrSplit(path, '/')) {
    longest = std::max(longest, name.size());
  }
  if (longest > kMaxFileNameBytes - kSuffixBytes) {
    faults->Add(absl::StrCat(field, ", bytes of its longest name"), longest,
                absl::StrCat("at most ", kMaxFileNameBytes - kSuffixBytes));
  }
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

void CheckPlaces(const v1::RunSpec& spec, Faults* faults) {
  faults->NotEmpty("store", spec.store());
  if (absl::StartsWith(spec.store(), "s3://")) {
    faults->Add("store", absl::StrCat("\"", Snippet(spec.store()), "\""),
                "a local directory (documents, short_rows and export_dir may be in S3)");
  }
  CheckPath("store", spec.store(), faults);
  CheckPath("export_dir", spec.export_dir(), faults);
  if (spec.store().empty() || spec.export_dir().empty()) return;
  // A path ends with a slash or not; ".." and "." count.
  const auto normal = [](const std::string& path) {
    const std::string place = (std::filesystem::path(path) / "").lexically_normal().string();
    const bool here = !absl::StartsWith(place, "/") && !absl::StartsWith(place, "../");
    if (place == "." || place == "./") return std::string("./");
    return here ? absl::StrCat("./", place) : place;
  };
  const std::string store = normal(spec.store());
  const std::string exported = normal(spec.export_dir());
  const std::string shown = absl::StrCat("\"", Snippet(spec.export_dir()), "\"");
  if (absl::StartsWith(exported, store)) {
    faults->Add("export_dir", shown, "a directory outside the store");
  } else if (absl::StartsWith(store, exported)) {
    // It is replaced as a whole.
    faults->Add("export_dir", shown, "a directory of its own, without the store in it");
  }
}

}  // namespace quipu::generator
