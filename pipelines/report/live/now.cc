// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/live/now.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "pipelines/core/names.h"
#include "pipelines/report/html_writer.h"

namespace quipu::pipelines {
namespace {

constexpr int kMostWorkers = 500;

std::string Time(uint64_t ms) {
  if (ms < 1000) return "0s";
  return absl::FormatDuration(absl::Trunc(absl::Milliseconds(ms), absl::Seconds(1)));
}

std::string StateOf(const v1::WorkerStatus& worker) {
  if (!worker.quarantined().empty()) return absl::StrCat("quarantined: ", worker.quarantined());
  if (!worker.connected()) return "gone";
  return worker.leases() > 0 ? "at work" : "waiting";
}

void WriteNumber(uint64_t number, HtmlWriter* html) {
  html->Leaf("td", Grouped(number), {{"class", "n"}});
}

void WriteWorkers(const v1::StatusReply& status, HtmlWriter* html) {
  if (status.workers().empty()) {
    html->Leaf("p", "No worker has connected yet: quipu work ADDRESS.");
    return;
  }
  html->Open("div", {{"class", "wide"},
                     {"tabindex", "0"},
                     {"role", "group"},
                     {"aria-label", "Workers and their states"}});
  html->Open("table", {{"id", "workers"}});
  html->Leaf("caption", "Workers").Open("thead").Open("tr");
  html->Leaf("th", "Worker", {{"scope", "col"}}).Leaf("th", "State", {{"scope", "col"}});
  for (const char* head : {"Leases", "Results", "Rejected", "Lost", "Silent"}) {
    html->Leaf("th", head, {{"scope", "col"}, {"class", "n"}});
  }
  html->Close().Close().Open("tbody");
  int shown = 0;
  for (const v1::WorkerStatus& worker : status.workers()) {
    if (shown++ == kMostWorkers) break;
    html->Open("tr").Leaf("th", worker.worker(), {{"scope", "row"}}).Leaf("td", StateOf(worker));
    WriteNumber(worker.leases(), html);
    WriteNumber(worker.results(), html);
    WriteNumber(worker.rejected(), html);
    WriteNumber(worker.lost_leases(), html);
    html->Leaf("td", Time(worker.silent_ms()), {{"class", "n"}}).Close();
  }
  html->Close().Close().Close();
  if (status.workers_size() > kMostWorkers) {
    html->Leaf("p", absl::StrCat("... and ", status.workers_size() - kMostWorkers, " more."));
  }
}

}  // namespace

std::string NowHtml(const RunNow& now) {
  std::string markup;
  HtmlWriter html(&markup);
  html.Open("div", {{"data-version", absl::StrCat(now.version)}});
  if (!now.status.has_value()) {
    html.Leaf("p", "The coordinator reads documents or plans pairs; no pair is made yet.",
              {{"class", "state open"}});
    html.Close();
    return markup;
  }
  const v1::StatusReply& status = *now.status;
  if (!status.paused().empty()) {
    html.Leaf("p", absl::StrCat("PAUSED: ", status.paused()), {{"class", "state open"}});
  }
  // Two spaces of a terminal are one in a page.
  const std::string progress = absl::StrReplaceAll(now.progress, {{"  ", ", "}});
  html.Leaf("p",
            absl::StrCat("Stage ", StageName(status.stage()), ", up ", Time(status.uptime_ms()),
                         progress.empty() ? "." : ": ", progress),
            {{"class", "state"}});
  html.Leaf("p",
            absl::StrCat(Grouped(status.tasks().leased()), " pairs are leased, ",
                         Grouped(status.tasks().pending()), " are pending; leases: ",
                         Grouped(status.granted()), " granted, ", Grouped(status.expired()),
                         " lost; audits: ", Grouped(status.audits_passed()), " passed, ",
                         Grouped(status.audits_failed()), " failed."),
            {{"class", "soft"}});
  WriteWorkers(status, &html);
  html.Close();
  return markup;
}

}  // namespace quipu::pipelines
