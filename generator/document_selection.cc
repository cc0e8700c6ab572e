// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/document_selection.h"

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
#include "generator/near_duplicates.h"
#include "generator/text_grams.h"

namespace quipu::generator {
namespace {

constexpr size_t kGramWords = 5;

v1::DocumentPlan PlanOfLeftOut(const std::string& id, v1::NoChunkReason reason) {
  v1::DocumentPlan plan;
  plan.set_document_id(id);
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

class NearDuplicateSearch {
 public:
  NearDuplicateSearch(const std::vector<SelectionCandidate>& candidates, double overlap,
                      ReadDocumentText read)
      : candidates_(candidates), read_(read), near_(overlap, candidates.size()) {}

  // The earlier candidate that candidate `number` nearly repeats.
  absl::StatusOr<std::optional<NearDuplicate>> FindOrAdd(uint32_t number) {
    ASSIGN_OR_RETURN(const std::string text, read_(candidates_[number].id));
    const PairWords words = GramsOf(text);
    std::optional<std::vector<uint64_t>> without_digits;
    return near_.FindOrAdd(words, number, [&](uint32_t earlier) -> absl::StatusOr<PairWords> {
      ASSIGN_OR_RETURN(const std::string other, read_(candidates_[earlier].id));
      PairWords compared = GramsOf(other);
      if (compared.words == words.words) return compared;
      if (!without_digits.has_value()) without_digits = WordsWithoutDigits(text);
      // Reports of two years on one form have little else that differs.
      if (WordsWithoutDigits(other) == *without_digits) compared.words.clear();
      return compared;
    });
  }

 private:
  const std::vector<SelectionCandidate>& candidates_;
  const ReadDocumentText read_;
  NearDuplicates near_;
};

// Removes near-duplicates from `candidates`.
absl::Status LeaveOutNearDuplicates(double overlap, ReadDocumentText read,
                                    std::vector<SelectionCandidate>* candidates,
                                    std::vector<v1::DocumentPlan>* left_out) {
  std::sort(candidates->begin(), candidates->end(),
            [](const SelectionCandidate& a, const SelectionCandidate& b) {
              return std::tie(b.tokens, a.id) < std::tie(a.tokens, b.id);
            });
  NearDuplicateSearch search(*candidates, overlap, read);
  std::vector<SelectionCandidate> kept;
  for (size_t i = 0; i < candidates->size(); ++i) {
    const SelectionCandidate& candidate = (*candidates)[i];
    ASSIGN_OR_RETURN(const std::optional<NearDuplicate> found,
                     search.FindOrAdd(static_cast<uint32_t>(i)));
    if (!found.has_value()) {
      kept.push_back(candidate);
      continue;
    }
    left_out->push_back(PlanOfLeftOut(candidate.id, v1::NO_CHUNK_REASON_NEAR_DUPLICATE));
    left_out->back().set_near_duplicate_of((*candidates)[found->number].id);
  }
  *candidates = std::move(kept);
  return absl::OkStatus();
}

bool IsIn(const v1::LengthBucket& bucket, uint64_t tokens) {
  return tokens >= bucket.min_tokens() &&
         (bucket.max_tokens() == 0 || tokens < bucket.max_tokens());
}

std::string NameOf(const v1::LengthBucket& bucket) {
  return bucket.max_tokens() == 0
             ? absl::StrCat(bucket.min_tokens(), " tokens or more")
             : absl::StrCat(bucket.min_tokens(), " to ", bucket.max_tokens() - 1, " tokens");
}

// Ranks documents at random: the first ones are chosen.
std::string RankOf(uint64_t seed, const std::string& id) {
  return FingerprintBuilder("selection").Add(seed).Add(id).Build().ToBytes();
}

// Documents of one bucket, best rank first.
struct Bucket {
  std::vector<std::pair<std::string, std::string>> ranked;  // Rank, id.
  double share = 1;
  uint64_t wanted = 0;

  void LeaveOutRest(v1::NoChunkReason reason, std::vector<v1::DocumentPlan>* left_out) {
    std::sort(ranked.begin(), ranked.end());
    for (size_t i = wanted; i < ranked.size(); ++i) {
      left_out->push_back(PlanOfLeftOut(ranked[i].second, reason));
    }
  }
};

// Sets what is wanted of each bucket, so that the shares hold and all together are
// at most `most`: whole numbers below each share, then the greatest remainders.
void ShareOut(uint64_t most, std::vector<Bucket>* buckets) {
  double total = static_cast<double>(most);
  for (const Bucket& bucket : *buckets) {
    total = std::min(total, static_cast<double>(bucket.ranked.size()) / bucket.share);
  }
  std::vector<std::pair<double, Bucket*>> remainders;
  uint64_t given = 0;
  for (Bucket& bucket : *buckets) {
    const double exact = total * bucket.share;
    // 3 documents of a share of 0.3 are 10, not 9.999: rounding must not cost one.
    bucket.wanted = static_cast<uint64_t>(exact + 1e-6);
    given += bucket.wanted;
    remainders.emplace_back(static_cast<double>(bucket.wanted) - exact, &bucket);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto all = static_cast<uint64_t>(total + 1e-6);
  for (auto& [unused, bucket] : remainders) {
    if (given >= all) break;
    if (bucket->wanted >= bucket->ranked.size()) continue;
    ++bucket->wanted;
    ++given;
  }
}

absl::StatusOr<std::vector<Bucket>> FillBuckets(const v1::SelectionSpec& selection, uint64_t seed,
                                                const std::vector<SelectionCandidate>& candidates,
                                                std::vector<v1::DocumentPlan>* left_out) {
  std::vector<Bucket> buckets(std::max(selection.length_buckets_size(), 1));
  double shares = 0;
  for (const v1::LengthBucket& bucket : selection.length_buckets()) shares += bucket.share();
  for (int i = 0; i < selection.length_buckets_size(); ++i) {
    buckets[i].share = selection.length_buckets(i).share() / shares;
  }
  for (const SelectionCandidate& candidate : candidates) {
    const auto& specs = selection.length_buckets();
    const auto in = std::find_if(specs.begin(), specs.end(), [&](const v1::LengthBucket& bucket) {
      return IsIn(bucket, candidate.tokens);
    });
    if (in == specs.end() && !specs.empty()) {
      left_out->push_back(PlanOfLeftOut(candidate.id, v1::NO_CHUNK_REASON_LENGTH));
      continue;
    }
    buckets[in - specs.begin()].ranked.emplace_back(RankOf(seed, candidate.id), candidate.id);
  }
  for (int i = 0; i < selection.length_buckets_size(); ++i) {
    if (!buckets[i].ranked.empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("selection.length_buckets(", i, "): none of ", candidates.size(),
                     " documents has ", NameOf(selection.length_buckets(i)),
                     ", so no choice has this bucket's share; leave it out"));
  }
  return buckets;
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

absl::StatusOr<std::vector<v1::DocumentPlan>> LeaveOut(const v1::SelectionSpec& selection,
                                                       uint64_t seed,
                                                       std::vector<SelectionCandidate> candidates,
                                                       ReadDocumentText read) {
  std::vector<v1::DocumentPlan> left_out;
  if (candidates.empty()) return left_out;
  if (selection.near_duplicate_overlap() > 0) {
    RETURN_IF_ERROR(
        LeaveOutNearDuplicates(selection.near_duplicate_overlap(), read, &candidates, &left_out));
  }
  ASSIGN_OR_RETURN(std::vector<Bucket> buckets,
                   FillBuckets(selection, seed, candidates, &left_out));
  const uint64_t most = selection.sample_documents() > 0 ? selection.sample_documents()
                                                         : std::numeric_limits<uint64_t>::max();
  // What the shares alone leave out has another reason than what the sample leaves out.
  std::vector<Bucket> by_length = buckets;
  ShareOut(std::numeric_limits<uint64_t>::max(), &by_length);
  ShareOut(most, &buckets);
  for (size_t i = 0; i < buckets.size(); ++i) {
    by_length[i].LeaveOutRest(v1::NO_CHUNK_REASON_LENGTH, &left_out);
    by_length[i].ranked.resize(by_length[i].wanted);
    by_length[i].wanted = std::min(buckets[i].wanted, by_length[i].wanted);
    by_length[i].LeaveOutRest(v1::NO_CHUNK_REASON_NOT_SAMPLED, &left_out);
  }
  std::sort(left_out.begin(), left_out.end(),
            [](const v1::DocumentPlan& a, const v1::DocumentPlan& b) {
              return a.document_id() < b.document_id();
            });
  return left_out;
}

}  // namespace quipu::generator
