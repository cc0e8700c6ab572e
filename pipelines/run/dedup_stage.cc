// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/dedup_stage.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/checks/dedup.h"
#include "generator/corpus/near_duplicates.h"
#include "generator/words/language.h"

namespace quipu::pipelines {

namespace {

// Where a numbered pair is stored.
struct Place {
  Fingerprint document;
  uint32_t task = 0;
};

generator::PairWords WordsOf(const v1::Result& result) {
  return generator::PairWordsOf(result.question(), result.answer(),
                                generator::LanguageOfTaskCode(result.task().language()));
}

// Compares pairs of the whole run, document by document.
class RunDuplicates {
 public:
  RunDuplicates(const storage::Store& store, double limit, uint64_t expected_pairs)
      : store_(store), limit_(limit), near_(limit, expected_pairs) {
    places_.reserve(expected_pairs);
  }

  // The accepted results of a document that nearly repeat one of it or of an
  // earlier document, as rejects. `skip`: task indices that are rejected already.
  absl::StatusOr<std::vector<v1::Result>> Add(const std::string& document_id,
                                              const std::vector<v1::Result>& results,
                                              const std::set<uint32_t>& skip) {
    ASSIGN_OR_RETURN(const Fingerprint document, Fingerprint::FromBytes(document_id));
    std::vector<v1::Result> rejects;
    for (const v1::Result& result : results) {
      if (result.has_reject() || skip.count(result.task().index()) > 0) continue;
      const auto number = static_cast<uint32_t>(places_.size());
      ASSIGN_OR_RETURN(const std::optional<generator::NearDuplicate> found,
                       near_.FindOrAdd(WordsOf(result), number,
                                       [this](uint32_t earlier) { return WordsAt(earlier); }));
      if (!found.has_value()) {
        places_.push_back({document, result.task().index()});
        continue;
      }
      ASSIGN_OR_RETURN(const v1::Result earlier, ResultAt(found->number));
      rejects.push_back(generator::RejectNearDuplicate(result, earlier, found->overlap, limit_));
    }
    return rejects;
  }

 private:
  absl::StatusOr<v1::Result> ResultAt(uint32_t number) const {
    const Place& place = places_[number];
    const std::string id = place.document.ToBytes();
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store_.GetResults(id));
    for (const v1::Result& result : results) {
      if (result.task().index() == place.task) return result;
    }
    return absl::DataLossError(absl::StrCat("document ", absl::BytesToHexString(id),
                                            " has lost the result of task ", place.task));
  }

  absl::StatusOr<generator::PairWords> WordsAt(uint32_t number) const {
    ASSIGN_OR_RETURN(const v1::Result result, ResultAt(number));
    return WordsOf(result);
  }

  const storage::Store& store_;
  const double limit_;
  generator::NearDuplicates near_;
  std::vector<Place> places_;
};

// The results of a document whose tasks are all done.
absl::StatusOr<std::vector<v1::Result>> CompleteResults(const storage::Store& store,
                                                        const std::string& id) {
  ASSIGN_OR_RETURN(const v1::DocumentPlan plan, store.GetPlan(id));
  ASSIGN_OR_RETURN(std::vector<v1::Result> results, store.GetResults(id));
  if (results.size() != static_cast<size_t>(plan.tasks_size())) {
    return absl::FailedPreconditionError(absl::StrCat("document ", absl::BytesToHexString(id),
                                                      " has ", results.size(), " results of ",
                                                      plan.tasks_size()));
  }
  return results;
}

}  // namespace

absl::Status DeduplicateResults(const v1::FilterSpec& filters, storage::Store* store) {
  std::optional<RunDuplicates> run;
  if (filters.near_duplicate_overlap() > 0) {
    ASSIGN_OR_RETURN(const storage::RunCounts counts, store->Count());
    run.emplace(*store, filters.near_duplicate_overlap(), counts.accepted);
  }
  return store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while dropping duplicates");
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, CompleteResults(*store, id));
    std::vector<v1::Result> rejects = generator::RejectDuplicates(results, filters);
    if (run.has_value()) {
      std::set<uint32_t> rejected;
      for (const v1::Result& reject : rejects) rejected.insert(reject.task().index());
      ASSIGN_OR_RETURN(std::vector<v1::Result> more, run->Add(id, results, rejected));
      std::move(more.begin(), more.end(), std::back_inserter(rejects));
    }
    return rejects.empty() ? absl::OkStatus() : store->ReplaceWithRejects(id, rejects);
  });
}

}  // namespace quipu::pipelines
