// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/label_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/json_writer.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/unique_fd.h"

namespace quipu::pipelines {
namespace {

constexpr uint64_t kMaxLabelFileBytes = uint64_t{256} << 20;

constexpr absl::string_view kLabels[] = {"good", "usable", "bad"};
constexpr absl::string_view kFaults[] = {"unsupported", "wrong",   "unclear_question",
                                         "incomplete",  "awkward", "other"};

bool Contains(absl::Span<const absl::string_view> names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckPair(const LabelledPair& pair) {
  if (pair.id.empty()) return absl::InvalidArgumentError("field \"id\" is empty");
  if (!Contains(kLabels, pair.label)) {
    return absl::InvalidArgumentError(
        absl::StrCat("label \"", Snippet(pair.label, 40), "\" is not good, usable or bad"));
  }
  if (!pair.fault.empty() && !Contains(kFaults, pair.fault)) {
    return absl::InvalidArgumentError(
        absl::StrCat("fault \"", Snippet(pair.fault, 40), "\" is unknown"));
  }
  if (pair.rater.size() > kMaxRaterBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the rater's name has ", pair.rater.size(),
                                                   " bytes, the limit is ", kMaxRaterBytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<LabelledPair> ParseLine(JsonParser* parser, absl::string_view line) {
  const std::string padded = absl::StrCat(line, std::string(simdjson::SIMDJSON_PADDING, ' '));
  ASSIGN_OR_RETURN(const simdjson::dom::object object,
                   parser->ParseObject(absl::string_view(padded).substr(0, line.size())));
  LabelledPair pair;
  for (const auto& [key, field] : {std::pair<const char*, std::string*>{"id", &pair.id},
                                   {"rater", &pair.rater},
                                   {"label", &pair.label},
                                   {"fault", &pair.fault},
                                   {"chunk", &pair.chunk},
                                   {"question", &pair.question},
                                   {"answer", &pair.answer},
                                   {"form", &pair.form},
                                   {"language", &pair.language}}) {
    ASSIGN_OR_RETURN(const absl::string_view text, OptionalString(object, key));
    *field = std::string(text);
  }
  RETURN_IF_ERROR(CheckPair(pair));
  return pair;
}

// Waits until no other process, and no other LabelFile of this one, sets a label of the file. The
// lock is a hidden file beside it, because each label replaces the file itself. Released when the
// descriptor is closed.
absl::StatusOr<UniqueFd> Lock(const std::string& path) {
  const size_t name = path.rfind('/') + 1;  // 0 if there is no slash.
  const std::string lock = absl::StrCat(path.substr(0, name), ".", path.substr(name), ".lock");
  UniqueFd file(open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.valid()) return PosixError(errno, "cannot open", lock);
  while (flock(file.get(), LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    // Some network file systems have no locks.
    if (errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK) break;
    return PosixError(errno, "cannot lock", lock);
  }
  return file;
}

absl::Status AppendLine(const LabelledPair& pair, std::string* text) {
  JsonWriter json(text);
  json.BeginObject();
  json.Key("id").String(pair.id);
  if (!pair.rater.empty()) json.Key("rater").String(pair.rater);
  json.Key("label").String(pair.label);
  if (!pair.fault.empty()) json.Key("fault").String(pair.fault);
  json.Key("chunk").String(pair.chunk);
  json.Key("question").String(pair.question);
  json.Key("answer").String(pair.answer);
  json.Key("form").String(pair.form);
  json.Key("language").String(pair.language);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  text->push_back('\n');
  return absl::OkStatus();
}

}  // namespace

absl::Span<const absl::string_view> ReviewLabels() { return kLabels; }
absl::Span<const absl::string_view> Faults() { return kFaults; }

absl::StatusOr<std::unique_ptr<LabelFile>> LabelFile::Open(absl::string_view path) {
  std::unique_ptr<LabelFile> file(new LabelFile(path));
  ASSIGN_OR_RETURN(file->pairs_, file->Read());
  return file;
}

absl::StatusOr<LabelFile::Pairs> LabelFile::Read() const {
  Pairs pairs;
  if (!FileExists(path_)) return pairs;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path_, kMaxLabelFileBytes));
  JsonParser parser;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    absl::StatusOr<LabelledPair> pair = ParseLine(&parser, line);
    if (!pair.ok()) return Annotate(pair.status(), absl::StrCat(path_, ":", number));
    pairs[{pair->id, pair->rater}] = *std::move(pair);
  }
  return pairs;
}

absl::Status LabelFile::Write(const Pairs& pairs) const {
  std::string text;
  for (const auto& [key, pair] : pairs) RETURN_IF_ERROR(AppendLine(pair, &text));
  return WriteFileAtomic(path_, text);
}

absl::Status LabelFile::Set(const LabelledPair& pair) {
  RETURN_IF_ERROR(CheckPair(pair));
  ASSIGN_OR_RETURN(const UniqueFd lock, Lock(path_));
  ASSIGN_OR_RETURN(Pairs pairs, Read());
  pairs[{pair.id, pair.rater}] = pair;
  RETURN_IF_ERROR(Write(pairs));
  pairs_ = std::move(pairs);
  return absl::OkStatus();
}

const LabelledPair* LabelFile::Find(absl::string_view id, absl::string_view rater) const {
  const auto found = pairs_.find({std::string(id), std::string(rater)});
  return found == pairs_.end() ? nullptr : &found->second;
}

std::vector<std::string> LabelFile::Raters() const {
  std::set<std::string> raters;
  for (const auto& [key, pair] : pairs_) raters.insert(key.second);
  return {raters.begin(), raters.end()};
}

}  // namespace quipu::pipelines
