// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A directory with a corpus and a spec, in which the real program runs and is
// killed, and the comparisons afterwards.
//
//   RunDirectory dir(workload, seed);
//   ASSERT_OK_AND_ASSIGN(auto child, dir.Start({"build", "spec.textproto"}));
//   child->Kill();
//   dir.ExpectSucceeds({"build", "spec.textproto"});
//   EXPECT_EQ(dir.ExportDigest(), wanted);
//
// Thread-compatible.
#ifndef QUIPU_TESTS_CRASH_RUN_DIRECTORY_H_
#define QUIPU_TESTS_CRASH_RUN_DIRECTORY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

// Longer than any command may take, even on a busy machine.
inline constexpr absl::Duration kRunLimit = absl::Minutes(4);

// The path of a program among the test's data, e.g. "pipelines/quipu".
std::string TestProgram(absl::string_view name);

// The environment's QUIPU_KILLS, or `usual`.
int Kills(int usual);

struct Workload {
  std::string engine;  // Fields of the spec's engine message.
  int documents = 0;   // Each of this many sentences, all different.
  int sentences = 0;
  std::string performance;  // Fields of its performance message.
  std::string rest;         // More of the spec.
  // Texts of more documents: one line each.
  std::vector<std::string> more_documents;
  // The documents are a Parquet file, of row groups of this many rows; 0: JSON lines. Needs a build
  // with Apache Arrow.
  int table_group_rows = 0;
};

// Plain sentences that differ, so that documents and chunks differ. Each begins
// with `who`, or with a random person if that is empty.
std::string MakeText(Rng* rng, int sentences, absl::string_view who = "");

class RunDirectory {
 public:
  // Writes spec.textproto (with its store in run/store) and the files that it
  // names. The same seed gives the same files.
  RunDirectory(const Workload& workload, const Fingerprint& seed);

  std::string Path(absl::string_view name) const { return dir_.Path(name); }
  // Runs this program and its first arguments in place of quipu.
  void SetProgram(std::vector<std::string> argv) { program_ = std::move(argv); }

  // Starts quipu with these arguments; its output goes to the file `log`.
  absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const std::vector<std::string>& arguments,
                                                      absl::string_view log = "log") const;
  // Runs it to its end and returns its exit code.
  absl::StatusOr<int> Run(const std::vector<std::string>& arguments,
                          absl::string_view log = "log") const;
  // The same, and fails the test, showing the log, unless the code is 0.
  void ExpectSucceeds(const std::vector<std::string>& arguments) const;
  // Starts it repeatedly, killing it after a random time of `mean_life` on
  // average, until it ends before the kill. Returns the number of kills, at
  // most `most`.
  int KillUntilDone(const std::vector<std::string>& arguments, int most, absl::Duration mean_life,
                    Rng* rng) const;
  // Expects `quipu check` of the store and its export to find nothing.
  void ExpectSound() const { ExpectSucceeds({"check", "run/store"}); }

  std::string ReadLog(absl::string_view log = "log") const;
  // Name and SHA-256 of each file of the export.
  std::string ExportDigest() const;
  // The export's rows, in the order of the file.
  std::vector<std::string> Rows() const;
  // Whether there is a long row: an empty export would be equal to anything.
  bool HasLongRows() const;

 private:
  const TempDir dir_;
  std::vector<std::string> program_;
};

// Runs an undisturbed build of a workload and returns its export's digest.
// `took`, if given, gets the duration; otherwise performance, which affects no
// byte, has its defaults, with which the scripted engine takes no time.
std::string DigestLeftAlone(const Workload& workload, const Fingerprint& seed,
                            absl::Duration* took = nullptr);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_CRASH_RUN_DIRECTORY_H_
