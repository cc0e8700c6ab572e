// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/diff/pair_match.h"

#include <algorithm>
#include <string>

#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "pipelines/report/draw.h"

namespace quipu::pipelines {
namespace {

void AddSpan(const v1::Span& span, FingerprintBuilder* builder) {
  builder->Add(uint64_t{span.begin()}).Add(uint64_t{span.end()});
}

Fingerprint FingerprintOfTask(const v1::Task& task) {
  FingerprintBuilder builder("task of any run");
  builder.Add(task.document_id()).Add(static_cast<uint64_t>(task.kind()));
  builder.Add(static_cast<uint64_t>(task.form()));
  AddSpan(task.chunk(), &builder);
  AddSpan(task.target(), &builder);
  for (const v1::Span& chunk : task.more_chunks()) AddSpan(chunk, &builder);
  for (const v1::Span& target : task.more_targets()) AddSpan(target, &builder);
  return builder.Build();
}

// The beginning of a fingerprint: two of ten million are equal with a chance of 1 in 300,000.
uint64_t Beginning(const Fingerprint& fingerprint) {
  const std::string bytes = fingerprint.ToBytes();
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Numbers the tasks of a run so that the same task has the same number in another run.
class TaskNumbers {
 public:
  // In order of documents. Several of one document that are alike are told apart by their order.
  uint64_t Next(const v1::Task& task) {
    if (task.document_id() != document_id_) {
      document_id_ = task.document_id();
      seen_.clear();
    }
    const Fingerprint key = FingerprintOfTask(task);
    const uint64_t repetition = seen_[key]++;
    return Beginning(key) + repetition * 0x9e3779b97f4a7c15;
  }

 private:
  std::string document_id_;
  std::map<Fingerprint, uint64_t> seen_;
};

uint64_t TextOf(const v1::Result& result) {
  return Beginning(FingerprintBuilder("text").Add(result.question()).Add(result.answer()).Build());
}

v1::RejectReason OutcomeOf(const v1::Result& result) {
  return result.has_reject() ? result.reject().reason() : v1::REJECT_REASON_UNSPECIFIED;
}

// A pair of the first run.
struct Known {
  uint64_t number = 0;
  uint64_t text = 0;
  v1::RejectReason outcome = v1::REJECT_REASON_UNSPECIFIED;
};

absl::StatusOr<std::vector<Known>> ReadFirst(const storage::StoreView& store) {
  std::vector<Known> known;
  TaskNumbers numbers;
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) {
    known.push_back({numbers.Next(result.task()), TextOf(result), OutcomeOf(result)});
    return absl::OkStatus();
  }));
  std::sort(known.begin(), known.end(),
            [](const Known& a, const Known& b) { return a.number < b.number; });
  return known;
}

const Known* Find(const std::vector<Known>& known, uint64_t number) {
  const auto found =
      std::lower_bound(known.begin(), known.end(), number,
                       [](const Known& pair, uint64_t wanted) { return pair.number < wanted; });
  return found == known.end() || found->number != number ? nullptr : &*found;
}

// An example by the number of its task; the first run's part is read later.
struct Drawn {
  uint64_t number = 0;
  v1::Result second;
};

absl::Status FillFirst(const storage::StoreView& store, const Draw<Drawn>& draw, PairMatch* match) {
  std::map<uint64_t, size_t> places;
  for (const Drawn* drawn : draw.Chosen()) {
    places[drawn->number] = match->examples.size();
    match->examples.push_back({{}, drawn->second});
  }
  if (places.empty()) return absl::OkStatus();
  TaskNumbers numbers;
  return store.ForEachResult([&](const v1::Result& result) {
    const auto place = places.find(numbers.Next(result.task()));
    if (place != places.end()) match->examples[place->second].first = result;
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<PairMatch> MatchPairs(const storage::StoreView& first,
                                     const storage::StoreView& second,
                                     const PairMatchOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<Known> known, ReadFirst(first));
  PairMatch match;
  Draw<Drawn> draw(options.seed, options.examples);
  TaskNumbers numbers;
  RETURN_IF_ERROR(second.ForEachResult([&](const v1::Result& result) {
    const uint64_t number = numbers.Next(result.task());
    const Known* pair = Find(known, number);
    if (pair == nullptr) {
      ++match.only_second;
      return absl::OkStatus();
    }
    ++match.matched;
    if (pair->text == TextOf(result)) ++match.same_text;
    ++match.outcomes[{pair->outcome, OutcomeOf(result)}];
    const bool wanted = options.same_outcomes || pair->outcome != OutcomeOf(result);
    if (wanted && draw.Wants(result.task().id())) draw.Add(result.task().id(), {number, result});
    return absl::OkStatus();
  }));
  match.only_first = known.size() - match.matched;
  RETURN_IF_ERROR(FillFirst(first, draw, &match));
  return match;
}

}  // namespace quipu::pipelines
