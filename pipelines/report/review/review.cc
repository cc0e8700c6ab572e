// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/review.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "generator/chunks/task_chunks.h"
#include "pipelines/core/names.h"
#include "pipelines/core/share.h"
#include "pipelines/report/assets.h"
#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "pipelines/report/review/agreement.h"
#include "pipelines/report/review/interval.h"
#include "pipelines/report/samples.h"

namespace quipu::pipelines {
namespace {

std::string FormName(const v1::Task& task) {
  return task.form() == v1::ANSWER_FORM_SHORT ? "short" : "long";
}

// "accepted, probability 0.8 to 0.9".
std::string ProbabilityGroup(double probability) {
  const int tenth = std::min(9, static_cast<int>(10 * probability));
  return absl::StrFormat("accepted, probability %.1f to %.1f", tenth / 10.0, (tenth + 1) / 10.0);
}

std::vector<std::string> GroupsOf(const v1::Result& result) {
  if (!result.has_reject()) {
    std::vector<std::string> groups = {
        "accepted", absl::StrCat("accepted, ", FormName(result.task()), " answer")};
    const double probability = result.scores().probability();
    if (probability > 0) groups.push_back(ProbabilityGroup(probability));
    return groups;
  }
  return {"rejected", absl::StrCat("rejected, ", RejectLabel(result.reject().reason()))};
}

absl::StatusOr<LabelledPair> PairOf(const storage::StoreView& store, const v1::Result& result) {
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(result.task().document_id()));
  ASSIGN_OR_RETURN(const std::string leased, generator::LeasedText(document.text(), result.task()));
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> chunks,
                   generator::SplitChunks(result.task(), leased));
  LabelledPair pair;
  pair.id = absl::BytesToHexString(result.task().id());
  pair.chunk = chunks.size() > 1 ? generator::JoinChunks(chunks) : leased;
  pair.question = result.question();
  pair.answer = result.answer();
  pair.form = FormName(result.task());
  pair.language = result.task().language().empty() ? "en" : result.task().language();
  return pair;
}

bool IsRight(const LabelledPair& pair) { return pair.label != "bad"; }

// Only the page's own script runs; it talks to this server alone.
std::string ContentPolicy() {
  Sha256 hash;
  hash.Update(ReviewScript());
  return absl::StrCat(
      "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; "
      "script-src 'sha256-",
      absl::Base64Escape(hash.Finish()), "'; base-uri 'none'; form-action 'none'");
}

void WriteButtons(HtmlWriter* html) {
  html->Open("section", {{"class", "filters"}, {"aria-label", "Your label"}});
  for (const absl::string_view label : ReviewLabels()) {
    html->Open("button", {{"type", "button"}, {"data-label", label}});
    html->Text(absl::StrCat(label, " (", label.substr(0, 1), ")")).Close();
  }
  html->Open("label").Text("Fault").Open("select", {{"id", "fault"}});
  html->Leaf("option", "none (0)", {{"value", ""}});
  size_t number = 0;
  for (const absl::string_view fault : Faults()) {
    html->Leaf("option", absl::StrCat(fault, " (", ++number, ")"), {{"value", fault}});
  }
  html->Close().Close();
  html->Leaf("button", "previous (k)", {{"type", "button"}, {"data-step", "-1"}});
  html->Leaf("button", "next (j)", {{"type", "button"}, {"data-step", "1"}});
  html->Leaf("output", "", {{"id", "said"}, {"aria-live", "polite"}}).Close();
}

void WriteFrame(absl::string_view path, HtmlWriter* html) {
  html->Open("html", {{"lang", "en"}}).Open("head").Void("meta", {{"charset", "utf-8"}});
  html->Void("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", ContentPolicy()}});
  html->Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html->Leaf("title", absl::StrCat("quipu review: ", path));
  html->Open("style").Raw(ReportStyle()).Close().Close().Open("body");
  html->Open("header").Leaf("h1", "quipu review").Leaf("p", path, {{"class", "meta"}});
  html->Leaf("p",
             "Read the pair and its evidence. good: right and well said; usable: right, but "
             "awkward; bad: do not train on it. Choose a fault first if there is one.");
  html->Leaf("noscript", "This page needs its script; quipu report shows samples without.");
  html->Close();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Review>> Review::Create(const storage::StoreView& store,
                                                       const ReviewOptions& options,
                                                       absl::string_view labels) {
  ASSIGN_OR_RETURN(std::unique_ptr<LabelFile> file, LabelFile::Open(labels));
  FactOptions fact_options;
  fact_options.seed = options.seed;
  fact_options.samples = options.samples;
  ASSIGN_OR_RETURN(const Facts facts, CollectFacts(store, fact_options));
  std::vector<const DrawnPair*> drawn = facts.accepted.Chosen();
  for (const DrawnPair* pair : facts.rejected.Chosen()) drawn.push_back(pair);
  std::unique_ptr<Review> review(new Review(std::move(file)));
  review->page_ = "<!DOCTYPE html>\n";
  HtmlWriter html(&review->page_);
  WriteFrame(store.path(), &html);
  html.Open("main");
  WriteButtons(&html);
  size_t number = 0;
  for (const DrawnPair* pair : drawn) {
    // A reply without a pair: nothing to judge.
    if (pair->result.question().empty() || pair->result.answer().empty()) continue;
    ASSIGN_OR_RETURN(LabelledPair labelled, PairOf(store, pair->result));
    RETURN_IF_ERROR(WriteSample(store, ++number, *pair, "h2", &html));
    const std::string id = labelled.id;
    review->samples_[id] = {std::move(labelled), GroupsOf(pair->result)};
  }
  if (number == 0) return absl::FailedPreconditionError("no pair of the run has a result yet");
  html.Open("section", {{"aria-labelledby", "known-h"}});
  html.Leaf("h2", "What is known so far", {{"id", "known-h"}});
  html.Leaf("div", "", {{"id", "known"}}).Close().Close();
  html.Open("script").Raw(ReviewScript()).Close().Close().Close();
  return review;
}

absl::Status Review::Label(absl::string_view id, absl::string_view rater, absl::string_view label,
                           absl::string_view fault) {
  const auto found = samples_.find(std::string(id));
  if (found == samples_.end()) {
    return absl::NotFoundError("no pair with this id was drawn");
  }
  LabelledPair pair = found->second.pair;
  pair.rater = std::string(rater);
  pair.label = std::string(label);
  pair.fault = std::string(fault);
  absl::MutexLock lock(&mutex_);
  return labels_->Set(pair);
}

void Review::WriteLabels(absl::string_view rater, JsonWriter* json) const {
  uint64_t labelled = 0;
  json->Key("labels").BeginObject();
  for (const auto& [id, sample] : samples_) {
    const LabelledPair* said = labels_->Find(id, rater);
    if (said == nullptr) continue;
    ++labelled;
    json->Key(id).BeginObject();
    json->Key("label").String(said->label).Key("fault").String(said->fault).EndObject();
  }
  json->EndObject();
  json->Key("labelled").Uint(labelled).Key("samples").Uint(samples_.size());
}

void Review::WriteGroups(absl::string_view rater, JsonWriter* json) const {
  struct Group {
    uint64_t right = 0;
    uint64_t labelled = 0;
  };
  std::map<std::string, Group> groups;
  for (const auto& [id, sample] : samples_) {
    const LabelledPair* said = labels_->Find(id, rater);
    if (said == nullptr) continue;
    for (const std::string& name : sample.groups) {
      ++groups[name].labelled;
      if (IsRight(*said)) ++groups[name].right;
    }
  }
  json->Key("groups").BeginArray();
  for (const auto& [name, group] : groups) {
    const Interval interval = WilsonInterval(group.right, group.labelled);
    json->BeginObject().Key("name").String(name).Key("right").Uint(group.right);
    json->Key("labelled").Uint(group.labelled).Key("share");
    json->Double(Share(group.right, group.labelled)).Key("low").Double(interval.low);
    json->Key("high").Double(interval.high).EndObject();
  }
  json->EndArray();
}

void Review::WriteAgreement(JsonWriter* json) const {
  const std::vector<std::string> raters = labels_->Raters();
  json->Key("agreement").BeginArray();
  for (size_t first = 0; first < raters.size(); ++first) {
    for (size_t second = first + 1; second < raters.size(); ++second) {
      LabelCounts counts = {};
      for (const auto& [id, sample] : samples_) {
        const LabelledPair* one = labels_->Find(id, raters[first]);
        const LabelledPair* other = labels_->Find(id, raters[second]);
        if (one == nullptr || other == nullptr) continue;
        ++counts[IsRight(*one) ? 0 : 1][IsRight(*other) ? 0 : 1];
      }
      const Agreement agreement = AgreementOf(counts);
      if (agreement.pairs == 0) continue;
      json->BeginObject().Key("first").String(raters[first]).Key("second").String(raters[second]);
      json->Key("pairs").Uint(agreement.pairs).Key("same").Uint(agreement.same);
      if (agreement.kappa.has_value()) {
        json->Key("kappa").Double(*agreement.kappa).Key("low").Double(agreement.interval.low);
        json->Key("high").Double(agreement.interval.high);
      }
      json->EndObject();
    }
  }
  json->EndArray();
}

absl::StatusOr<std::string> Review::StateJson(absl::string_view rater) const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject().Key("rater").String(rater);
  {
    absl::MutexLock lock(&mutex_);
    WriteLabels(rater, &json);
    WriteGroups(rater, &json);
    WriteAgreement(&json);
  }
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return text;
}

}  // namespace quipu::pipelines
