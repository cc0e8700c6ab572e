// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/commands.h"

namespace quipu::pipelines {
namespace {

constexpr CommandEntry kCommands[] = {
    {"build", "Build the dataset that SPEC describes; rerun after a stop to resume",
     "quipu build examples/demo.textproto", &MakeBuildCommand},
    {"merge", "Merge the partitions of a split run into one store, and build its dataset",
     "quipu merge my.textproto --check", &MakeMergeCommand},
    {"serve", "Build the dataset that SPEC describes, with workers on other machines (quipu work)",
     "quipu serve my.textproto --listen 0.0.0.0:7447 --cert coordinator.crt --key coordinator.key "
     "--client-ca ca.crt",
     &MakeServeCommand},
    {"work", "Make pairs for the coordinator at ADDRESS (quipu serve) until its run is done",
     "quipu work coordinator:7447 --ca ca.crt --cert workers.crt --key workers.key",
     &MakeWorkCommand},
    {"control", "Pause or resume a running coordinator, retry quarantined pairs, reinstate workers",
     "quipu control coordinator:7447 pause \"disk is full\"", &MakeControlCommand},
    {"health", "Exit with 0 if the coordinator at ADDRESS is serving (gRPC health service)",
     "quipu health 127.0.0.1:7447 --service quipu.v1.Coordinator", &MakeHealthCommand},
    {"export", "Write the dataset of a finished run, for any trainer",
     "quipu export out/demo/store --out dataset", &MakeExportCommand},
    {"status",
     "Show counts, rejects by reason, bad records and engine counters; for a running coordinator "
     "also rates and workers",
     "quipu status out/demo/store --json", &MakeStatusCommand},
    {"show", "Show samples or rejects, with the evidence marked in its document",
     "quipu show out/demo/store --reason verdict --random 5", &MakeShowCommand},
    {"report",
     "Write an HTML page of the run: what was lost and why, histograms, samples with their "
     "evidence",
     "quipu report out/demo/store --out report.html", &MakeReportCommand},
    {"review", "Serve a page on which a person labels samples and rejects, and sees the precision",
     "quipu review out/demo/store --listen 127.0.0.1:8123", &MakeReviewCommand},
    {"diff",
     "Compare two runs: spec, yields, distributions, and pairs of the same chunks side by side",
     "quipu diff out/before/store out/after/store --html diff.html", &MakeDiffCommand},
    {"check", "Check every checksum and invariant of a store and of its export",
     "quipu check out/demo/store", &MakeCheckCommand},
    {"backup", "Copy a store, checked, while others may be writing to it",
     "quipu backup out/demo/store --out backups/demo", &MakeBackupCommand},
    {"restore", "Check every file of a backup, and make a store from it",
     "quipu restore backups/demo --out out/demo/store", &MakeRestoreCommand},
    {"decontaminate",
     "List what of a store's dataset is in a benchmark; exit with 2 if anything is",
     "quipu decontaminate out/mine/store --benchmarks benchmarks/quality.jsonl",
     &MakeDecontaminateCommand},
    {"score", "Score question-answer pairs from a file as a build would, one JSON line each",
     "quipu score my.textproto pairs.jsonl --out scores.jsonl", &MakeScoreCommand},
    {"calibrate", "Fit the judge's weights to SPEC's model and documents, or to labelled pairs",
     "quipu calibrate my.textproto --pairs 200 --out judge.textproto", &MakeCalibrateCommand},
    {"completion", "Print the script with which a shell completes quipu's commands and flags",
     "quipu completion bash", &MakeCompletionCommand},
};

}  // namespace

absl::Span<const CommandEntry> Commands() { return kCommands; }

}  // namespace quipu::pipelines
