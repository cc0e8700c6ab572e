// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_choice.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/core/names.h"
#include "pipelines/report/draw.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMinIdDigits = 4;
constexpr absl::string_view kForms[] = {"long", "short", "two_chunks", "summary"};

absl::Status CheckId(const std::string& id) {
  if (id.empty()) return absl::OkStatus();
  if (id.size() >= kMinIdDigits && id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
        return absl::ascii_isxdigit(static_cast<unsigned char>(c));
      })) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Snippet(id), "\" is not a task id: 4 to 32 hexadecimal digits"));
}

absl::Status CheckReason(const std::string& reason) {
  if (reason.empty()) return absl::OkStatus();
  std::string known;
  for (int i = v1::RejectReason_MIN + 1; i <= v1::RejectReason_MAX; ++i) {
    if (!v1::RejectReason_IsValid(i)) continue;
    const std::string name = RejectLabel(static_cast<v1::RejectReason>(i));
    if (name == reason) return absl::OkStatus();
    absl::StrAppend(&known, known.empty() ? "" : ", ", name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Snippet(reason), "\" is not a reject reason; want one of: ", known));
}

absl::Status CheckForm(const std::string& form) {
  if (form.empty() || std::find(std::begin(kForms), std::end(kForms), form) != std::end(kForms)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", Snippet(form), "\" is not a form; want one of: ", absl::StrJoin(kForms, ", ")));
}

// A score and the least value of it.
struct LeastScore {
  const ReportedScore* score = nullptr;
  double value = 0;
};

absl::StatusOr<std::optional<LeastScore>> ParseLeastScore(const std::string& text) {
  if (text.empty()) return std::optional<LeastScore>();
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const absl::string_view name =
      parts.size() == 1 ? absl::string_view("probability") : absl::string_view(parts[0]);
  LeastScore least;
  std::string known;
  for (const ReportedScore& score : ReportedScores()) {
    if (score.key == name) least.score = &score;
    absl::StrAppend(&known, known.empty() ? "" : ", ", score.key);
  }
  if (least.score == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Snippet(name), "\" is not a score; want one of: ", known));
  }
  if (!absl::SimpleAtod(parts.back(), &least.value)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the least ", name, " \"", Snippet(parts.back()), "\" is not a number"));
  }
  return std::optional<LeastScore>(least);
}

class Matcher {
 public:
  Matcher(const storage::StoreView& store, const ShowChoice& choice,
          std::optional<LeastScore> least)
      : store_(store), choice_(choice), least_(least) {}

  // The store's errors, where the source has to be looked up.
  absl::StatusOr<bool> Matches(const v1::Result& result) {
    if (!choice_.id.empty()) {
      return absl::StartsWith(absl::BytesToHexString(result.task().id()),
                              absl::AsciiStrToLower(choice_.id));
    }
    if (result.has_reject() != (choice_.rejects || !choice_.reason.empty())) return false;
    if (!choice_.reason.empty() && RejectLabel(result.reject().reason()) != choice_.reason) {
      return false;
    }
    if (!choice_.form.empty() && PairFormName(result.task()) != choice_.form) return false;
    if (least_.has_value()) {
      const std::optional<double> value = least_->score->value(result);
      if (!value.has_value() || *value < least_->value) return false;
    }
    return choice_.source.empty() ? absl::StatusOr<bool>(true) : IsFromSource(result);
  }

 private:
  // Results come in order of documents, so that each document is read once.
  absl::StatusOr<bool> IsFromSource(const v1::Result& result) {
    if (result.task().document_id() != document_id_) {
      ASSIGN_OR_RETURN(const v1::Document document,
                       store_.GetDocument(result.task().document_id()));
      document_id_ = result.task().document_id();
      from_source_ = absl::StrContains(document.provenance().source(), choice_.source);
    }
    return from_source_;
  }

  const storage::StoreView& store_;
  const ShowChoice& choice_;
  const std::optional<LeastScore> least_;
  std::string document_id_;
  bool from_source_ = false;
};

absl::StatusOr<std::vector<v1::Result>> DrawPairs(const storage::StoreView& store,
                                                  const ShowChoice& choice, Matcher* matcher) {
  Draw<v1::Result> draw(choice.seed, static_cast<size_t>(choice.random));
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) -> absl::Status {
    if (!draw.Wants(result.task().id())) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool matches, matcher->Matches(result));
    if (matches) draw.Add(result.task().id(), result);
    return absl::OkStatus();
  }));
  std::vector<v1::Result> pairs;
  for (const v1::Result* result : draw.Chosen()) pairs.push_back(*result);
  return pairs;
}

// Every stride-th match, so that a few stand for the whole run; all of an id.
absl::StatusOr<std::vector<v1::Result>> SpreadPairs(const storage::StoreView& store,
                                                    const ShowChoice& choice, Matcher* matcher) {
  uint64_t matching = 0;
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) -> absl::Status {
    ASSIGN_OR_RETURN(const bool matches, matcher->Matches(result));
    matching += matches ? 1 : 0;
    return absl::OkStatus();
  }));
  const uint64_t wanted = choice.id.empty() ? std::max(1, choice.limit) : matching;
  const uint64_t stride = std::max<uint64_t>(1, matching / std::max<uint64_t>(1, wanted));
  uint64_t position = 0;
  std::vector<v1::Result> pairs;
  RETURN_IF_ERROR(store.ForEachResult([&](const v1::Result& result) -> absl::Status {
    if (pairs.size() == wanted) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool matches, matcher->Matches(result));
    if (matches && position++ % stride == 0) pairs.push_back(result);
    return absl::OkStatus();
  }));
  return pairs;
}

}  // namespace

absl::string_view PairFormName(const v1::Task& task) {
  if (task.kind() == v1::TASK_KIND_TWO_CHUNKS) return "two_chunks";
  if (task.kind() == v1::TASK_KIND_SUMMARY) return "summary";
  return task.form() == v1::ANSWER_FORM_SHORT ? "short" : "long";
}

absl::StatusOr<std::vector<v1::Result>> ChoosePairs(const storage::StoreView& store,
                                                    const ShowChoice& choice) {
  RETURN_IF_ERROR(CheckId(choice.id));
  RETURN_IF_ERROR(CheckReason(choice.reason));
  RETURN_IF_ERROR(CheckForm(choice.form));
  ASSIGN_OR_RETURN(const std::optional<LeastScore> least, ParseLeastScore(choice.min_score));
  Matcher matcher(store, choice, least);
  if (choice.id.empty() && choice.random > 0) return DrawPairs(store, choice, &matcher);
  return SpreadPairs(store, choice, &matcher);
}

}  // namespace quipu::pipelines
