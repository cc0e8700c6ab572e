// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/partition_set.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/judge/stored_judge.h"
#include "generator/spec/model_identity.h"
#include "generator/spec/run_spec.h"
#include "google/protobuf/util/message_differencer.h"
#include "pipelines/core/partition.h"
#include "storage/store.h"

namespace quipu::pipelines {
namespace {

// Maximum number of names in one message.
constexpr size_t kMaxListed = 10;

std::string List(std::vector<std::string> names) {
  const size_t all = names.size();
  if (all > kMaxListed) {
    names.resize(kMaxListed);
    names.push_back(absl::StrCat("and ", all - kMaxListed, " more"));
  }
  return absl::StrJoin(names, ", ");
}

// Everything that partitions of one run have in common. Not the spec, whose
// paths and performance fields may differ, nor the names of model files.
v1::RunHeader CommonOf(const v1::RunHeader& header) {
  v1::RunHeader common = header;
  common.clear_partition();
  common.clear_spec();
  *common.mutable_generating_model() = generator::ResultPart(header.generating_model());
  *common.mutable_target_model() = generator::ResultPart(header.target_model());
  return common;
}

class SetOpener {
 public:
  SetOpener(v1::RunSpec spec, bool check) : spec_(std::move(spec)), check_(check) {}

  absl::Status Add(const std::string& path) {
    storage::StoreOptions read_only;
    read_only.read_only = true;
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                     storage::Store::Open(path, read_only));
    const std::string name = absl::StrCat("store ", path);
    const v1::RunHeader& header = store->header();
    if (!header.has_partition()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " is not a partition: it was made from a whole corpus"));
    }
    RETURN_IF_ERROR(CheckPartition(header.partition(), name));
    absl::StatusOr<v1::RunSpec> spec = generator::WithStoredJudge(header, spec_);
    RETURN_IF_ERROR(Annotate(spec.status(), name));
    spec_ = *std::move(spec);  // The other partitions must have the first one's judge.
    RETURN_IF_ERROR(Annotate(generator::CheckSameBehaviour(header.spec(), spec_), name));
    RETURN_IF_ERROR(
        Annotate(generator::CheckSameMath(header.generating_model(), spec_.engine()), name));
    RETURN_IF_ERROR(Annotate(generator::CheckSameRecipe(header), name));
    RETURN_IF_ERROR(CheckLikeFirst(path, header));
    paths_[header.partition().index()].push_back(path);
    ASSIGN_OR_RETURN(const bool done, store->IsStageDone(v1::STAGE_GENERATE));
    if (!done) unfinished_.push_back(absl::StrCat(header.partition().index(), " (", path, ")"));
    return check_ ? CheckSound(*store) : absl::OkStatus();
  }

  absl::StatusOr<PartitionSet> Finish() {
    std::vector<std::string> missing, twice, faults;
    for (size_t i = 0; i < paths_.size(); ++i) {
      if (paths_[i].empty()) missing.push_back(absl::StrCat(i));
      if (paths_[i].size() > 1)
        twice.push_back(absl::StrCat(i, " (", absl::StrJoin(paths_[i], ", "), ")"));
    }
    if (!missing.empty()) faults.push_back(absl::StrCat("missing: ", List(missing)));
    if (!twice.empty()) faults.push_back(absl::StrCat("duplicated: ", List(twice)));
    if (!unfinished_.empty()) {
      faults.push_back(absl::StrCat("not finished generating: ", List(unfinished_)));
    }
    if (!faults.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot merge ", paths_.size(), " partitions; ", absl::StrJoin(faults, "; ")));
    }
    PartitionSet set;
    set.header = header_;
    set.header.clear_partition();
    set.spec = spec_;
    for (std::vector<std::string>& path : paths_) set.paths.push_back(std::move(path[0]));
    return set;
  }

 private:
  absl::Status CheckLikeFirst(const std::string& path, const v1::RunHeader& header) {
    if (paths_.empty()) {
      header_ = header;
      first_ = path;
      paths_.resize(header.partition().count());
      return absl::OkStatus();
    }
    if (header.partition().count() != paths_.size()) {
      return absl::FailedPreconditionError(
          absl::StrCat("store ", path, " is ", PartitionName(header.partition()), ", store ",
                       first_, " one of ", paths_.size(), ": name the stores of one split"));
    }
    google::protobuf::util::MessageDifferencer differencer;
    std::string report;
    differencer.ReportDifferencesToString(&report);
    if (differencer.Compare(CommonOf(header_), CommonOf(header))) return absl::OkStatus();
    const std::vector<std::string> lines = absl::StrSplit(report, '\n', absl::SkipWhitespace());
    return absl::FailedPreconditionError(absl::StrCat(
        "store ", path,
        " belongs to a different run, or was made by a different version of quipu, than store ",
        first_, ": ", Snippet(absl::StrJoin(lines, "; "), 600)));
  }

  static absl::Status CheckSound(const storage::Store& store) {
    LogInfo(absl::StrCat("checking store ", store.path()));
    ASSIGN_OR_RETURN(const std::vector<std::string> findings, store.CheckIntegrity());
    if (findings.empty()) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("store ", store.path(), " has ", findings.size(),
                                            " findings: ", List(findings)));
  }

  v1::RunSpec spec_;
  const bool check_;
  v1::RunHeader header_;
  std::string first_;
  std::vector<std::vector<std::string>> paths_;  // By index.
  std::vector<std::string> unfinished_;
};

}  // namespace

absl::StatusOr<PartitionSet> OpenPartitionSet(const v1::RunSpec& spec,
                                              absl::Span<const std::string> paths, bool check) {
  SetOpener opener(spec, check);
  for (const std::string& path : paths) {
    if (StopRequested()) return absl::CancelledError("stopped while looking at partitions");
    RETURN_IF_ERROR(opener.Add(path));
  }
  return opener.Finish();
}

}  // namespace quipu::pipelines
