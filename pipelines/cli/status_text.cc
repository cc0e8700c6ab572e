// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/status_text.h"

#include <google/protobuf/map.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/corpus/document_selection.h"
#include "pipelines/core/names.h"
#include "pipelines/core/partition.h"
#include "pipelines/core/share.h"

namespace quipu::pipelines {
namespace {

using CountByReason = google::protobuf::Map<std::string, uint64_t>;

std::string Time(uint64_t ms) {
  return absl::FormatDuration(absl::Trunc(absl::Milliseconds(ms), absl::Seconds(1)));
}

// "work       27 % of the tokens at 812 a second, 2h14m left"; none if it is not known.
void AppendWorkLeft(const v1::StatusReply& status, std::string* text) {
  if (status.work_share() == 0 && status.seconds_left() == 0) return;
  absl::StrAppend(text, "work       ");
  if (status.tokens_per_s() > 0) {
    absl::StrAppendFormat(text, "%.0f %% of the tokens, at %.0f a second",
                          100 * status.work_share(), status.tokens_per_s());
  } else {
    absl::StrAppendFormat(text, "%.0f %% done", 100 * status.work_share());
  }
  if (status.seconds_left() > 0) {
    const absl::Duration left = absl::Seconds(status.seconds_left());
    absl::StrAppend(text, ", ", absl::FormatDuration(absl::Trunc(left, absl::Seconds(1))), " left");
  }
  absl::StrAppend(text, "\n");
}

// Commonest first.
std::vector<std::pair<uint64_t, std::string>> Sorted(const CountByReason& counts) {
  std::vector<std::pair<uint64_t, std::string>> reasons;
  for (const auto& [reason, count] : counts) {
    reasons.push_back({count, absl::AsciiStrToLower(reason)});
  }
  std::sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  return reasons;
}

void AppendReasons(const CountByReason& counts, uint64_t total, std::string* text) {
  for (const auto& [count, reason] : Sorted(counts)) {
    absl::StrAppendFormat(text, "    %-22s %6d  %4.1f %%\n", Snippet(reason), count,
                          Percent(count, total));
  }
}

void AppendHeading(const v1::StatusReply& status, const StatusView& view, std::string* text) {
  const v1::ModelIdentity& model = status.model();
  absl::StrAppend(text, "run ", absl::BytesToHexString(status.run_id()), "  ", view.where);
  if (view.live) absl::StrAppend(text, "  quipu ", Snippet(status.build()));
  absl::StrAppend(text, "\n");
  if (status.has_model()) {
    absl::StrAppend(text, "model      ", Snippet(model.name()), " (", model.engine(), ", ",
                    model.math().empty() ? "" : absl::StrCat(model.math(), ", "),
                    model.chat_template(), ")\n");
  }
  if (view.live) {
    absl::StrAppend(text, "stage      ", StageName(status.stage()), ", up ",
                    Time(status.uptime_ms()), "\n");
  } else {
    std::string done;
    for (const int stage : status.done_stages()) {
      absl::StrAppend(&done, done.empty() ? "" : ", ", StageName(static_cast<v1::Stage>(stage)));
    }
    absl::StrAppend(text, "stages     ", done.empty() ? "none yet" : done, "\n");
  }
  if (status.has_partition()) {
    absl::StrAppend(text, "split      ", PartitionName(status.partition()), "\n");
  }
  if (!status.paused().empty()) {
    absl::StrAppend(text, "PAUSED     ", Snippet(status.paused(), 500), "\n");
  }
}

// Of the documents without a chunk, those that the selection has left out.
uint64_t LeftOutBySelection(const v1::CorpusCounts& corpus) {
  uint64_t sum = 0;
  for (const auto& [name, count] : corpus.no_chunk_by_reason()) {
    v1::NoChunkReason reason = v1::NO_CHUNK_REASON_UNSPECIFIED;
    const bool known = v1::NoChunkReason_Parse("NO_CHUNK_REASON_" + name, &reason);
    if (known && generator::IsLeftOutBySelection(reason)) sum += count;
  }
  return sum;
}

void AppendCorpus(const v1::CorpusCounts& corpus, std::string* text) {
  const uint64_t left_out = LeftOutBySelection(corpus);
  absl::StrAppendFormat(
      text, "documents  %d (%d tokens), %d too short, %d duplicates, %d without a chunk\n",
      corpus.documents(), corpus.document_tokens(), corpus.too_short(), corpus.duplicates(),
      corpus.without_chunk() - std::min(left_out, corpus.without_chunk()));
  AppendReasons(corpus.no_chunk_by_reason(), corpus.without_chunk(), text);
  if (left_out > 0) {
    absl::StrAppendFormat(text, "left out   %d documents by the selection\n", left_out);
  }
  if (corpus.not_kept() > 0) {
    absl::StrAppendFormat(text, "left out   %d documents by keep_if\n", corpus.not_kept());
  }
  absl::StrAppendFormat(text, "short rows %d, %d duplicates, %d rejected", corpus.short_rows(),
                        corpus.duplicate_rows(), corpus.rejected_rows());
  if (corpus.cut_rows() > 0) absl::StrAppendFormat(text, ", %d cut at an end", corpus.cut_rows());
  text->push_back('\n');
  AppendReasons(corpus.row_rejects_by_reason(), corpus.rejected_rows(), text);
}

void AppendPairs(const v1::StatusReply& status, std::string* text) {
  const v1::TaskCounts& tasks = status.tasks();
  const uint64_t done = tasks.accepted() + tasks.rejected();
  absl::StrAppendFormat(
      text,
      "pairs      %d planned, %d done (%.1f %%), %d accepted (%.1f %% of done), %d rejected\n",
      tasks.planned(), done, Percent(done, tasks.planned()), tasks.accepted(),
      Percent(tasks.accepted(), done), tasks.rejected());
  AppendReasons(status.rejects_by_reason(), tasks.rejected(), text);
}

uint64_t TokensOf(const v1::EngineCounters& engine) {
  return engine.prompt_tokens_computed() + engine.sampled_tokens();
}

constexpr absl::Duration kTenth = absl::Milliseconds(100);

// A server's engine does not know the times.
void AppendPhaseTimes(const v1::EngineCounters& engine, std::string* text) {
  std::string line;
  const auto append = [&line](absl::string_view name, uint64_t microseconds) {
    if (microseconds == 0) return;
    const absl::Duration time = absl::Microseconds(microseconds) + kTenth / 2;
    absl::StrAppendFormat(&line, "%s%s %s", line.empty() ? "" : ", ", name,
                          absl::FormatDuration(absl::Trunc(time, kTenth)));
  };
  append("chunks", engine.prefix_microseconds());
  append("pairs", engine.generate_microseconds());
  append("judging", engine.verify_microseconds());
  append("without the chunk", engine.closed_book_microseconds());
  append("second answers", engine.second_microseconds());
  if (!line.empty()) absl::StrAppend(text, "           time: ", line, "\n");
}

// What tokens and time were spent on; two lines, or none if no engine said so.
void AppendPhases(const v1::EngineCounters& engine, uint64_t accepted, std::string* text) {
  const uint64_t generate = engine.generate_prompt_tokens() + engine.generate_sampled_tokens();
  const uint64_t second = engine.second_prompt_tokens() + engine.second_sampled_tokens();
  const uint64_t known = engine.prefix_tokens() + generate + engine.verify_tokens() +
                         engine.closed_book_tokens() + second;
  if (known == 0) return;
  absl::StrAppendFormat(
      text,
      "           %.0f %% of the tokens for chunks, %.0f %% for pairs, %.0f %% for "
      "judging, %.0f %% without the chunk",
      Percent(engine.prefix_tokens(), known), Percent(generate, known),
      Percent(engine.verify_tokens(), known), Percent(engine.closed_book_tokens(), known));
  if (second > 0)
    absl::StrAppendFormat(text, ", %.0f %% for second answers", Percent(second, known));
  if (accepted > 0) {
    absl::StrAppendFormat(text, "; %.0f for each accepted pair", Share(TokensOf(engine), accepted));
  }
  absl::StrAppend(text, "\n");
  AppendPhaseTimes(engine, text);
}

// Four lines; none if no engine worked. `remote`: a server's tokens, of which it may
// have had more in its cache than it said.
void AppendEngine(const v1::EngineCounters& engine, bool remote, uint64_t accepted,
                  std::string* text) {
  if (engine.steps() == 0) return;
  absl::StrAppendFormat(
      text, "engine     %s%d prompt tokens computed, %d needed (%.3f), %d sampled\n",
      remote ? "at most " : "", engine.prompt_tokens_computed(), engine.prompt_tokens_needed(),
      Share(engine.prompt_tokens_computed(), engine.prompt_tokens_needed()),
      engine.sampled_tokens());
  absl::StrAppendFormat(text, "           %d %s", engine.steps(), remote ? "requests" : "steps");
  if (engine.step_tokens() > 0) {
    absl::StrAppendFormat(text, " of %.1f columns", Share(engine.step_tokens(), engine.steps()));
  }
  if (!remote) {
    absl::StrAppendFormat(text, ", %d of %d drafts taken", engine.accepted_drafts(),
                          engine.drafted_tokens());
  }
  if (engine.busy_microseconds() > 0) {
    absl::StrAppendFormat(text, ", %.0f tokens/s",
                          1e6 * Share(TokensOf(engine), engine.busy_microseconds()));
  }
  absl::StrAppend(text, "\n");
  AppendPhases(engine, accepted, text);
}

void AppendLeases(const v1::StatusReply& status, std::string* text) {
  absl::StrAppendFormat(text, "now        %d leased, %d pending, %.2f results/s\n",
                        status.tasks().leased(), status.tasks().pending(), status.results_per_s());
  AppendWorkLeft(status, text);
  absl::StrAppendFormat(
      text,
      "leases     %d granted, %d lost; %d stale submits, %d duplicates, %d conflicts, %d invalid\n",
      status.granted(), status.expired(), status.stale_submits(), status.duplicates(),
      status.conflicts(), status.invalid_results());
  absl::StrAppendFormat(text, "audits     %d passed, %d failed, %d open\n", status.audits_passed(),
                        status.audits_failed(), status.audits_open());
}

void AppendWorkers(const v1::StatusReply& status, int max_workers, std::string* text) {
  const auto connected = std::count_if(status.workers().begin(), status.workers().end(),
                                       [](const v1::WorkerStatus& w) { return w.connected(); });
  absl::StrAppendFormat(text, "workers    %d connected, %d known\n", connected,
                        status.workers_size());
  int shown = 0;
  for (const v1::WorkerStatus& worker : status.workers()) {
    if (shown++ == max_workers) {
      absl::StrAppend(text, "    ... and ", status.workers_size() - max_workers, " more\n");
      return;
    }
    absl::StrAppendFormat(text,
                          "    %-30s %d leases, %d results, %d rejected, %d lost, silent %s\n",
                          Snippet(worker.worker()), worker.leases(), worker.results(),
                          worker.rejected(), worker.lost_leases(), Time(worker.silent_ms()));
    if (!worker.quarantined().empty()) {
      absl::StrAppend(text, "        quarantined: ", Snippet(worker.quarantined(), 300), "\n");
    }
  }
}

// ---- JSON. ----

void WriteReasons(absl::string_view key, const CountByReason& counts, JsonWriter* json) {
  json->Key(key).BeginObject();
  for (const auto& [count, reason] : Sorted(counts)) json->Key(reason).Uint(count);
  json->EndObject();
}

void WriteHeading(const v1::StatusReply& status, JsonWriter* json) {
  json->Key("run_id").String(absl::BytesToHexString(status.run_id()));
  json->Key("build").String(status.build());
  json->Key("epoch").Uint(status.epoch());
  json->Key("stage").String(StageName(status.stage()));
  json->Key("done_stages").BeginArray();
  for (const int stage : status.done_stages()) {
    json->String(StageName(static_cast<v1::Stage>(stage)));
  }
  json->EndArray();
  json->Key("partition").String(status.has_partition() ? PartitionName(status.partition()) : "");
  json->Key("model").String(status.model().name());
  json->Key("uptime_ms").Uint(status.uptime_ms());
  json->Key("paused").String(status.paused());
}

void WriteCorpus(const v1::CorpusCounts& corpus, JsonWriter* json) {
  json->Key("documents").Uint(corpus.documents());
  json->Key("document_tokens").Uint(corpus.document_tokens());
  json->Key("too_short").Uint(corpus.too_short());
  json->Key("not_kept").Uint(corpus.not_kept());
  json->Key("duplicates").Uint(corpus.duplicates());
  json->Key("without_chunk").Uint(corpus.without_chunk());
  WriteReasons("no_chunk", corpus.no_chunk_by_reason(), json);
  json->Key("short_rows").Uint(corpus.short_rows());
  json->Key("duplicate_rows").Uint(corpus.duplicate_rows());
  json->Key("cut_rows").Uint(corpus.cut_rows());
  json->Key("rejected_rows").Uint(corpus.rejected_rows());
  WriteReasons("row_rejects", corpus.row_rejects_by_reason(), json);
  json->Key("bad_records").Uint(corpus.bad_records());
  json->Key("long_rows").Uint(corpus.long_rows());
  json->Key("packed_rows").Uint(corpus.packed_rows());
}

void WritePairs(const v1::StatusReply& status, JsonWriter* json) {
  const v1::TaskCounts& tasks = status.tasks();
  json->Key("pairs").Uint(tasks.planned());
  json->Key("accepted").Uint(tasks.accepted());
  json->Key("rejected").Uint(tasks.rejected());
  json->Key("leased").Uint(tasks.leased());
  json->Key("pending").Uint(tasks.pending());
  json->Key("quarantined").Uint(tasks.quarantined());
  WriteReasons("rejects", status.rejects_by_reason(), json);
  json->Key("results_per_s").Double(status.results_per_s());
  json->Key("work_share").Double(status.work_share());
  json->Key("tokens_per_s").Double(status.tokens_per_s());
  json->Key("seconds_left").Double(status.seconds_left());
  json->Key("granted").Uint(status.granted());
  json->Key("expired").Uint(status.expired());
  json->Key("stale_submits").Uint(status.stale_submits());
  json->Key("invalid_results").Uint(status.invalid_results());
  json->Key("duplicate_results").Uint(status.duplicates());
  json->Key("conflicts").Uint(status.conflicts());
  json->Key("audits_passed").Uint(status.audits_passed());
  json->Key("audits_failed").Uint(status.audits_failed());
  json->Key("audits_open").Uint(status.audits_open());
}

double Seconds(uint64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

void WriteEngine(const v1::EngineCounters& engine, uint64_t accepted, JsonWriter* json) {
  json->Key("engine").BeginObject();
  json->Key("prompt_tokens_computed").Uint(engine.prompt_tokens_computed());
  json->Key("prompt_tokens_needed").Uint(engine.prompt_tokens_needed());
  json->Key("sampled_tokens").Uint(engine.sampled_tokens());
  json->Key("drafted_tokens").Uint(engine.drafted_tokens());
  json->Key("accepted_drafts").Uint(engine.accepted_drafts());
  json->Key("steps").Uint(engine.steps());
  json->Key("step_tokens").Uint(engine.step_tokens());
  json->Key("busy_seconds").Double(Seconds(engine.busy_microseconds()));
  json->Key("prefix_seconds").Double(Seconds(engine.prefix_microseconds()));
  json->Key("generate_seconds").Double(Seconds(engine.generate_microseconds()));
  json->Key("verify_seconds").Double(Seconds(engine.verify_microseconds()));
  json->Key("closed_book_seconds").Double(Seconds(engine.closed_book_microseconds()));
  json->Key("second_seconds").Double(Seconds(engine.second_microseconds()));
  json->Key("prefix_tokens").Uint(engine.prefix_tokens());
  json->Key("generate_prompt_tokens").Uint(engine.generate_prompt_tokens());
  json->Key("generate_sampled_tokens").Uint(engine.generate_sampled_tokens());
  json->Key("verify_tokens").Uint(engine.verify_tokens());
  json->Key("closed_book_tokens").Uint(engine.closed_book_tokens());
  json->Key("second_prompt_tokens").Uint(engine.second_prompt_tokens());
  json->Key("second_sampled_tokens").Uint(engine.second_sampled_tokens());
  json->Key("tokens_per_accepted").Double(Share(TokensOf(engine), accepted));
  json->EndObject();
}

void WriteWorkers(const v1::StatusReply& status, JsonWriter* json) {
  json->Key("workers").BeginArray();
  for (const v1::WorkerStatus& worker : status.workers()) {
    json->BeginObject();
    json->Key("worker").String(worker.worker());
    json->Key("build").String(worker.build());
    json->Key("connected").Bool(worker.connected());
    json->Key("leases").Uint(worker.leases());
    json->Key("results").Uint(worker.results());
    json->Key("rejected").Uint(worker.rejected());
    json->Key("lost_leases").Uint(worker.lost_leases());
    json->Key("silent_ms").Uint(worker.silent_ms());
    json->Key("quarantined").String(worker.quarantined());
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string StatusText(const v1::StatusReply& status, const StatusView& view) {
  std::string text;
  AppendHeading(status, view, &text);
  if (status.has_corpus()) AppendCorpus(status.corpus(), &text);
  AppendPairs(status, &text);
  if (view.live) AppendLeases(status, &text);
  AppendEngine(status.work(), status.model().engine() == "openai", status.tasks().accepted(),
               &text);
  if (status.has_corpus()) {
    absl::StrAppendFormat(&text, "rows       %d long, %d packed\nbad        %d records\n",
                          status.corpus().long_rows(), status.corpus().packed_rows(),
                          status.corpus().bad_records());
  }
  if (view.live) AppendWorkers(status, view.max_workers, &text);
  return text;
}

absl::StatusOr<std::string> StatusJson(const v1::StatusReply& status) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  WriteHeading(status, &json);
  WriteCorpus(status.corpus(), &json);
  WritePairs(status, &json);
  WriteEngine(status.work(), status.tasks().accepted(), &json);
  WriteWorkers(status, &json);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return text + "\n";
}

}  // namespace quipu::pipelines
