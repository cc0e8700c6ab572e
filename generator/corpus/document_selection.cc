// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/document_selection.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "generator/corpus/near_duplicates.h"
#include "generator/text/text_grams.h"

namespace quipu::generator {
namespace {

constexpr size_t kGramWords = 5;

// The last rank of all.
constexpr Fingerprint kAll = {~uint64_t{0}, ~uint64_t{0}};

v1::DocumentPlan PlanWithout(const Fingerprint& id, v1::NoChunkReason reason) {
  v1::DocumentPlan plan;
  plan.set_document_id(id.ToBytes());
  plan.set_no_chunk(reason);
  return plan;
}

// What is compared of a document: its distinct 5-grams, or all its words if it has
// fewer than five.
PairWords GramsOf(absl::string_view text) {
  std::vector<uint64_t> words = HashWords(text);
  PairWords compared;
  compared.words = HashGrams(words, kGramWords);
  if (compared.words.empty()) compared.words = std::move(words);
  SortDistinct(&compared.words);
  return compared;
}

// The hashes of the words, in order, of the text without its digits.
std::vector<uint64_t> WordsWithoutDigits(absl::string_view text) {
  std::string rest;
  rest.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const auto c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (u_charDigitValue(c) < 0) rest.append(text.data() + begin, i - begin);
  }
  return HashWords(rest);
}

// Looks for near-duplicates among texts by number.
class NearDuplicateSearch {
 public:
  using ReadText = absl::FunctionRef<absl::StatusOr<std::string>(uint32_t number)>;

  NearDuplicateSearch(double overlap, uint64_t texts, ReadText read)
      : read_(read), near_(overlap, texts) {}

  // The earlier text that text `number` nearly repeats.
  absl::StatusOr<std::optional<NearDuplicate>> FindOrAdd(uint32_t number) {
    ASSIGN_OR_RETURN(const std::string text, read_(number));
    const PairWords words = GramsOf(text);
    std::optional<std::vector<uint64_t>> without_digits;
    return near_.FindOrAdd(words, number, [&](uint32_t earlier) -> absl::StatusOr<PairWords> {
      ASSIGN_OR_RETURN(const std::string other, read_(earlier));
      PairWords compared = GramsOf(other);
      if (compared.words == words.words) return compared;
      if (!without_digits.has_value()) without_digits = WordsWithoutDigits(text);
      // Reports of two years on one form have little else that differs.
      if (WordsWithoutDigits(other) == *without_digits) compared.words.clear();
      return compared;
    });
  }

 private:
  const ReadText read_;
  NearDuplicates near_;
};

bool IsIn(const v1::LengthBucket& bucket, uint64_t tokens) {
  return tokens >= bucket.min_tokens() &&
         (bucket.max_tokens() == 0 || tokens < bucket.max_tokens());
}

std::string NameOf(const v1::LengthBucket& bucket) {
  return bucket.max_tokens() == 0
             ? absl::StrCat(bucket.min_tokens(), " tokens or more")
             : absl::StrCat(bucket.min_tokens(), " to ", bucket.max_tokens() - 1, " tokens");
}

// The rank of the last of the first `count`; all ranks if there are no more.
Fingerprint LastOf(uint64_t count, uint64_t documents, std::vector<Fingerprint>* ranks) {
  if (count >= documents || count == 0) return kAll;
  std::nth_element(ranks->begin(), ranks->begin() + (count - 1), ranks->end());
  return (*ranks)[count - 1];
}

}  // namespace

bool SelectsDocuments(const v1::SelectionSpec& selection) {
  return selection.near_duplicate_overlap() > 0 || !selection.length_buckets().empty() ||
         selection.sample_documents() > 0;
}

bool IsLeftOutBySelection(v1::NoChunkReason reason) {
  return reason == v1::NO_CHUNK_REASON_NEAR_DUPLICATE || reason == v1::NO_CHUNK_REASON_LENGTH ||
         reason == v1::NO_CHUNK_REASON_NOT_SAMPLED;
}

DocumentSelection::DocumentSelection(const v1::SelectionSpec& selection, uint64_t seed)
    : spec_(selection), seed_(seed), buckets_(std::max(selection.length_buckets_size(), 1)) {
  double shares = 0;
  for (const v1::LengthBucket& bucket : spec_.length_buckets()) shares += bucket.share();
  for (int i = 0; i < spec_.length_buckets_size(); ++i) {
    buckets_[i].share = spec_.length_buckets(i).share() / shares;
  }
}

void DocumentSelection::Add(const Fingerprint& id, uint64_t tokens) {
  if (spec_.near_duplicate_overlap() > 0) {
    candidates_.push_back({id, tokens});
  } else {
    AddToBucket(id, tokens);
  }
}

Fingerprint DocumentSelection::RankOf(const Fingerprint& id) const {
  return FingerprintBuilder("selection").Add(seed_).Add(id.ToBytes()).Build();
}

std::optional<size_t> DocumentSelection::BucketOf(uint64_t tokens) const {
  const auto& specs = spec_.length_buckets();
  if (specs.empty()) return 0;
  const auto in = std::find_if(specs.begin(), specs.end(), [&](const v1::LengthBucket& bucket) {
    return IsIn(bucket, tokens);
  });
  if (in == specs.end()) return std::nullopt;
  return static_cast<size_t>(in - specs.begin());
}

void DocumentSelection::AddToBucket(const Fingerprint& id, uint64_t tokens) {
  const std::optional<size_t> bucket = BucketOf(tokens);
  if (!bucket.has_value()) {
    ++in_no_bucket_;
    return;
  }
  ++buckets_[*bucket].documents;
  std::vector<Fingerprint>& ranks = buckets_[*bucket].ranks;
  if (!spec_.length_buckets().empty()) {
    ranks.push_back(RankOf(id));
  } else if (spec_.sample_documents() > 0) {
    // The best of the sample's size: no other can be in it.
    ranks.push_back(RankOf(id));
    std::push_heap(ranks.begin(), ranks.end());
    if (ranks.size() <= spec_.sample_documents()) return;
    std::pop_heap(ranks.begin(), ranks.end());
    ranks.pop_back();
  }
}

absl::Status DocumentSelection::FindRepeats(ReadDocumentText read) {
  if (candidates_.empty()) return absl::OkStatus();
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.tokens, a.id) < std::tie(a.tokens, b.id);
  });
  const auto read_number = [&](uint32_t number) { return read(candidates_[number].id); };
  NearDuplicateSearch search(spec_.near_duplicate_overlap(), candidates_.size(), read_number);
  for (size_t i = 0; i < candidates_.size(); ++i) {
    ASSIGN_OR_RETURN(const std::optional<NearDuplicate> found,
                     search.FindOrAdd(static_cast<uint32_t>(i)));
    const Candidate& candidate = candidates_[i];
    if (found.has_value()) {
      repeats_.push_back({candidate.id, candidates_[found->number].id});
    } else {
      AddToBucket(candidate.id, candidate.tokens);
    }
  }
  std::sort(repeats_.begin(), repeats_.end(),
            [](const Repeat& a, const Repeat& b) { return a.id < b.id; });
  std::vector<Candidate>().swap(candidates_);
  return absl::OkStatus();
}

absl::Status DocumentSelection::CheckBuckets() const {
  uint64_t all = in_no_bucket_;
  for (const Bucket& bucket : buckets_) all += bucket.documents;
  for (int i = 0; i < spec_.length_buckets_size(); ++i) {
    if (buckets_[i].documents > 0) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "selection.length_buckets(", i, "): none of ", all, " documents has ",
        NameOf(spec_.length_buckets(i)), ", so no choice has this bucket's share; leave it out"));
  }
  return absl::OkStatus();
}

std::vector<uint64_t> DocumentSelection::ShareOut(uint64_t most) const {
  double total = static_cast<double>(most);
  for (const Bucket& bucket : buckets_) {
    total = std::min(total, static_cast<double>(bucket.documents) / bucket.share);
  }
  std::vector<uint64_t> wanted;
  std::vector<std::pair<double, size_t>> remainders;
  uint64_t given = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    const double exact = total * buckets_[i].share;
    // 3 documents of a share of 0.3 are 10, not 9.999: rounding must not cost one.
    wanted.push_back(static_cast<uint64_t>(exact + 1e-6));
    given += wanted[i];
    remainders.emplace_back(static_cast<double>(wanted[i]) - exact, i);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto all = static_cast<uint64_t>(total + 1e-6);
  for (const auto& [unused, i] : remainders) {
    if (given >= all) break;
    if (wanted[i] >= buckets_[i].documents) continue;
    ++wanted[i];
    ++given;
  }
  return wanted;
}

absl::Status DocumentSelection::Choose(ReadDocumentText read) {
  const bool none = candidates_.empty() && in_no_bucket_ == 0 &&
                    std::all_of(buckets_.begin(), buckets_.end(),
                                [](const Bucket& bucket) { return bucket.documents == 0; });
  if (none) return absl::OkStatus();
  RETURN_IF_ERROR(FindRepeats(read));
  RETURN_IF_ERROR(CheckBuckets());
  constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();
  // What the shares alone leave out has another reason than what the sample leaves out.
  const std::vector<uint64_t> by_length = ShareOut(kNoLimit);
  const std::vector<uint64_t> wanted =
      ShareOut(spec_.sample_documents() > 0 ? spec_.sample_documents() : kNoLimit);
  for (size_t i = 0; i < buckets_.size(); ++i) {
    Bucket& bucket = buckets_[i];
    bucket.by_length = by_length[i];
    bucket.wanted = std::min(wanted[i], by_length[i]);
    bucket.last_by_length = LastOf(bucket.by_length, bucket.documents, &bucket.ranks);
    bucket.last_wanted = LastOf(bucket.wanted, bucket.documents, &bucket.ranks);
    std::vector<Fingerprint>().swap(bucket.ranks);
  }
  return absl::OkStatus();
}

std::optional<v1::DocumentPlan> DocumentSelection::PlanOfLeftOut(const Fingerprint& id,
                                                                 uint64_t tokens) const {
  const auto repeat =
      std::lower_bound(repeats_.begin(), repeats_.end(), id,
                       [](const Repeat& r, const Fingerprint& i) { return r.id < i; });
  if (repeat != repeats_.end() && repeat->id == id) {
    v1::DocumentPlan plan = PlanWithout(id, v1::NO_CHUNK_REASON_NEAR_DUPLICATE);
    plan.set_near_duplicate_of(repeat->of.ToBytes());
    return plan;
  }
  const std::optional<size_t> number = BucketOf(tokens);
  if (!number.has_value()) return PlanWithout(id, v1::NO_CHUNK_REASON_LENGTH);
  const Bucket& bucket = buckets_[*number];
  if (bucket.wanted >= bucket.documents) return std::nullopt;
  const Fingerprint rank = RankOf(id);
  if (bucket.by_length == 0 || bucket.last_by_length < rank) {
    return PlanWithout(id, v1::NO_CHUNK_REASON_LENGTH);
  }
  if (bucket.wanted == 0 || bucket.last_wanted < rank) {
    return PlanWithout(id, v1::NO_CHUNK_REASON_NOT_SAMPLED);
  }
  return std::nullopt;
}

}  // namespace quipu::generator
