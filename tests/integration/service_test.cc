// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// `quipu serve` and `quipu work` as users run them: real processes, the
// scripted engine, and the same bytes as `quipu build`.
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/support/child_process.h"
#include "tests/support/listening_ports.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_certs.h"

namespace quipu {
namespace {

using testing::ChildProcess;
using ::testing::HasSubstr;
using testing::RunDirectory;
using ::testing::SizeIs;
using testing::TestCerts;
using testing::Workload;

// Ends only what hangs; //tests/crash:stop_times_test measures times.
constexpr absl::Duration kLimit = absl::Minutes(2);

Workload SmallRun(int lease_ttl_s = 3) {
  Workload workload;
  workload.engine = "kind: SCRIPTED";
  workload.documents = 6;
  workload.sentences = 120;
  workload.performance = "scripted_latency_ms: 10 chunks_in_flight: 3";
  // A killed worker counts as available for audits until its leases would end.
  workload.rest = absl::StrCat(
      "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
      "service { lease_ttl_s: ",
      lease_ttl_s, " }\n");
  return workload;
}

class ServiceTest : public ::testing::Test {
 protected:
  explicit ServiceTest(Workload workload = SmallRun())
      : workload_(std::move(workload)), seed_(testing::TestFingerprint()), dir_(workload_, seed_) {}

  std::unique_ptr<ChildProcess> Start(const std::vector<std::string>& arguments,
                                      absl::string_view log) {
    auto child = dir_.Start(arguments, log);
    EXPECT_OK(child.status());
    return child.ok() ? *std::move(child) : nullptr;
  }

  // Starts the coordinator and waits until it says where it listens.
  std::string Serve(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"serve", "spec.textproto"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const std::string log = absl::StrCat("serve-", ++serves_);
    server_ = Start(arguments, log);
    const absl::Time deadline = absl::Now() + kLimit;
    while (absl::Now() < deadline && !server_->Wait(absl::Milliseconds(5)).has_value()) {
      for (const absl::string_view line : absl::StrSplit(dir_.ReadLog(log), '\n')) {
        const size_t at = line.find("serving on ");
        if (at != absl::string_view::npos) return std::string(line.substr(at + 11));
      }
    }
    ADD_FAILURE() << "the coordinator does not listen\n" << dir_.ReadLog(log);
    return "";
  }

  // Runs an interactive command and returns its output.
  std::string Ask(const std::vector<std::string>& arguments, int wanted_code = 0) {
    const std::string log = absl::StrCat("ask-", ++asks_);
    const auto code = dir_.Run(arguments, log);
    EXPECT_OK(code.status());
    EXPECT_EQ(code.value_or(-1), wanted_code) << dir_.ReadLog(log);
    return dir_.ReadLog(log);
  }

  void ExpectEnds(ChildProcess* child, int wanted_code) {
    const std::optional<int> code = child->Wait(kLimit);
    ASSERT_TRUE(code.has_value()) << "still running after " << kLimit << Logs();
    EXPECT_EQ(*code, wanted_code) << Logs();
  }

  void ExpectSameAsABuild() {
    EXPECT_EQ(dir_.ExportDigest(), testing::DigestLeftAlone(workload_, seed_));
    EXPECT_TRUE(dir_.HasLongRows());
    dir_.ExpectSound();
  }

  // Waits until the output of status contains `what`.
  void AwaitStatus(const std::string& address, absl::string_view what) {
    const absl::Time deadline = absl::Now() + kLimit;
    std::string last;
    while (absl::Now() < deadline && !server_->Wait(absl::ZeroDuration()).has_value()) {
      const std::string log = absl::StrCat("ask-", ++asks_);
      if (dir_.Run({"status", address, "--json"}, log).value_or(-1) == 0) {
        last = dir_.ReadLog(log);
        if (absl::StrContains(last, what)) return;
      }
    }
    ADD_FAILURE() << "status never had " << what << "\n" << last << Logs();
  }

  std::string Logs() {
    std::string all;
    for (const char* log : {"serve-1", "serve-2", "one", "two"}) {
      absl::StrAppend(&all, "\n--- ", log, "\n", dir_.ReadLog(log));
    }
    return all;
  }

  const Workload workload_;
  const Fingerprint seed_;
  RunDirectory dir_;
  std::unique_ptr<ChildProcess> server_;
  int serves_ = 0;
  int asks_ = 0;
};

TEST_F(ServiceTest, TwoWorkersAtAUnixSocketMakeTheBytesOfABuild) {
  const std::string address = Serve({"--listen", "unix:socket"});
  EXPECT_EQ(address, "unix:socket");
  const auto one = Start({"work", address, "--name", "one"}, "one");
  const auto two = Start({"work", address, "--name", "two"}, "two");

  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
  ExpectEnds(two.get(), 0);

  ExpectSameAsABuild();
}

// RocksDB writes its options beside the data: of the newest opening, with the highest number.
std::string StoreOptionsIn(const RunDirectory& dir) {
  std::string newest;
  const absl::StatusOr<std::vector<std::string>> names = ListDir(dir.Path("run/store"));
  EXPECT_OK(names.status());
  for (const std::string& name : *names) {
    if (absl::StartsWith(name, "OPTIONS-")) newest = std::max(newest, name);
  }
  const auto text = ReadFile(dir.Path(absl::StrCat("run/store/", newest)), 1 << 20);
  EXPECT_OK(text.status());
  return text.value_or("");
}

TEST_F(ServiceTest, HasTheMemoryOfAServiceForItsStoreAndABuildThatGoesOnHasNot) {
  Serve({"--listen", "unix:socket"});
  EXPECT_THAT(StoreOptionsIn(dir_), HasSubstr("db_write_buffer_size=67108864\n")) << "created";
  server_->Signal(SIGTERM);
  ExpectEnds(server_.get(), 130);
  Serve({"--listen", "unix:socket"});
  EXPECT_THAT(StoreOptionsIn(dir_), HasSubstr("db_write_buffer_size=67108864\n")) << "opened";
  server_->Signal(SIGTERM);
  ExpectEnds(server_.get(), 130);
  dir_.ExpectSucceeds({"build", "spec.textproto"});
  EXPECT_THAT(StoreOptionsIn(dir_), HasSubstr("db_write_buffer_size=12582912\n"));
}

Workload RunOfAllTaskKinds() {
  Workload workload = SmallRun();
  workload.rest +=
      "generation { two_chunk_share: 0.4 min_two_chunk_gain: -9 summary_share: 0.7 }\n";
  return workload;
}

class TaskKindsServiceTest : public ServiceTest {
 protected:
  TaskKindsServiceTest() : ServiceTest(RunOfAllTaskKinds()) {}
};

TEST_F(TaskKindsServiceTest, TwoWorkersMakeThePairsOfTwoChunksAndTheSummariesOfABuild) {
  const std::string address = Serve({"--listen", "unix:socket"});
  const auto one = Start({"work", address, "--name", "one"}, "one");
  const auto two = Start({"work", address, "--name", "two"}, "two");

  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
  ExpectEnds(two.get(), 0);

  ExpectSameAsABuild();
  const std::string shown = Ask({"show", "run/store", "--limit", "1000"});
  EXPECT_THAT(shown, HasSubstr("two chunks, "));
  EXPECT_THAT(shown, HasSubstr("summary, "));
}

Workload RunWithATemplateFile() {
  Workload workload = SmallRun();
  workload.engine = "kind: SCRIPTED chat_template: \"chat.jinja\"";
  return workload;
}

class TemplateServiceTest : public ServiceTest {
 protected:
  TemplateServiceTest() : ServiceTest(RunWithATemplateFile()) {}

  // `colon`: behind the role, which makes it another template.
  void WriteTemplate(absl::string_view name, absl::string_view colon) {
    const std::string begin = absl::StrCat("<|im_start|>{{ m['role'] }}", colon, "\n");
    ASSERT_OK(WriteFileAtomic(
        dir_.Path(name),
        absl::StrCat("{% for m in messages %}", begin, "{{ m['content'] }}<|im_end|>\n{% endfor %}",
                     "{% if add_generation_prompt %}<|im_start|>assistant", colon,
                     "\n{% endif %}")));
  }
};

TEST_F(TemplateServiceTest, AWorkerNamesItsOwnCopyOfTheTemplate) {
  WriteTemplate("chat.jinja", ":");
  const std::string address = Serve({"--listen", "unix:socket"});
  ASSERT_OK(RemoveTree(dir_.Path("chat.jinja")));  // Another machine does not have it.
  WriteTemplate("own.jinja", ":");
  WriteTemplate("other.jinja", "");

  EXPECT_THAT(Ask({"work", address}, 2), HasSubstr("name the run's with --chat-template"));
  EXPECT_THAT(Ask({"work", address, "--chat-template", "other.jinja"}, 2), HasSubstr("template"));
  const auto one = Start({"work", address, "--chat-template", "own.jinja"}, "one");

  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
  EXPECT_TRUE(dir_.HasLongRows());
}

TEST_F(ServiceTest, MutualTlsGivesTheSameBytesAndKeepsItsSecrets) {
  const TestCerts certs;
  const std::string token = "viewer-token-0123456789abcdef0123456789";
  ASSERT_OK(WriteFileAtomic(dir_.Path("tokens"), absl::StrCat("viewer board ", token, "\n")));
  ASSERT_EQ(chmod(dir_.Path("tokens").c_str(), 0600), 0);
  const std::string address =
      Serve({"--listen", "127.0.0.1:0", "--cert", certs.Cert("server"), "--key",
             certs.Key("server"), "--client-ca", certs.ca(), "--token-file", "tokens"});
  EXPECT_THAT(testing::ListeningPorts(server_->pid()), SizeIs(1));
  const auto as = [&](const std::string& name) -> std::vector<std::string> {
    return {"--ca", certs.ca(), "--cert", certs.Cert(name), "--key", certs.Key(name)};
  };
  const auto with = [](std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };

  // An operator reads the status, gives orders, and is refused other roles'
  // verbs.
  EXPECT_THAT(Ask({"status", address, "--ca", certs.ca(), "--token-file", "tokens"}),
              HasSubstr("planned"));
  EXPECT_THAT(Ask(with({"control", address, "pause", "lunch"}, as("operator"))),
              HasSubstr("paused"));
  EXPECT_THAT(Ask(with({"status", address}, as("viewer"))), HasSubstr("PAUSED     lunch"));
  EXPECT_THAT(Ask(with({"control", address, "resume"}, as("viewer")), 1),
              HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(Ask(with({"control", address, "resume"}, as("operator"))),
              HasSubstr("the run is resumed"));
  EXPECT_THAT(Ask(with({"health", address}, as("viewer"))), HasSubstr("serving"));
  EXPECT_THAT(Ask(with({"work", address}, as("viewer")), 1), HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(Ask(with({"work", address, "--name", "somebody"}, as("worker")), 1),
              HasSubstr("PERMISSION_DENIED"));

  const auto one = Start(with({"work", address}, as("worker")), "one");
  const auto two = Start(with({"work", address, "--name", "worker/two"}, as("worker")), "two");
  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
  ExpectEnds(two.get(), 0);

  ExpectSameAsABuild();
  EXPECT_THAT(dir_.ReadLog("one"), HasSubstr("working as worker/"));
  const std::string key = *ReadFile(certs.Key("server"), 1 << 20);
  const std::string key_line = std::vector<std::string>(absl::StrSplit(key, '\n'))[1];
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> files, ExpandInputs(dir_.Path("")));
  for (const std::string& file : files) {
    if (absl::EndsWith(file, "/tokens")) continue;
    const std::string content = ReadFile(file, 1 << 28).value_or("");
    EXPECT_FALSE(absl::StrContains(content, token)) << file;
    EXPECT_FALSE(absl::StrContains(content, key_line)) << file;
  }
}

// Performance is not part of a run: the store has that of its first start.
TEST_F(ServiceTest, WorkersOfASecondStartGetItsPerformanceFields) {
  const std::string spec = *ReadFile(dir_.Path("spec.textproto"), 1 << 20);
  ASSERT_OK(WriteFileAtomic(
      dir_.Path("spec.textproto"),
      absl::StrReplaceAll(spec, {{"scripted_latency_ms: 10 ", "scripted_latency_ms: 3600000 "}})));
  Serve({"--listen", "unix:socket"});
  server_->Signal(SIGTERM);
  ExpectEnds(server_.get(), 130);

  ASSERT_OK(WriteFileAtomic(dir_.Path("spec.textproto"), spec));
  const std::string address = Serve({"--listen", "unix:socket"});
  const auto one = Start({"work", address, "--name", "one"}, "one");

  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
}

// No lease expires because the machine is busy.
class LongLeaseServiceTest : public ServiceTest {
 protected:
  LongLeaseServiceTest() : ServiceTest(SmallRun(60)) {}
};

TEST_F(LongLeaseServiceTest, AStoppedWorkerReleasesItsLeasesAndEndsWithZero) {
  const std::string address = Serve({"--listen", "unix:socket"});
  const auto one = Start({"work", address, "--name", "one"}, "one");
  AwaitStatus(address, "\"worker\":\"one\"");

  one->Signal(SIGTERM);
  ExpectEnds(one.get(), 0);

  // Released, not lost: another worker need not wait for them to expire.
  const std::string status = Ask({"status", address, "--json"});
  EXPECT_THAT(status, HasSubstr("\"leased\":0,"));
  EXPECT_THAT(status, HasSubstr("\"expired\":0,"));
  const auto two = Start({"work", address, "--name", "two"}, "two");
  ExpectEnds(server_.get(), 0);
  ExpectEnds(two.get(), 0);
  ExpectSameAsABuild();
}

TEST_F(ServiceTest, AWorkerThatWaitsForItsCoordinatorStopsToo) {
  const auto one = Start({"work", "unix:nothing-here"}, "one");
  const absl::Time deadline = absl::Now() + kLimit;
  while (absl::Now() < deadline && !absl::StrContains(dir_.ReadLog("one"), "retrying")) {
    absl::SleepFor(absl::Milliseconds(5));
  }

  one->Signal(SIGTERM);

  ExpectEnds(one.get(), 0);
}

TEST_F(ServiceTest, AStoppedCoordinatorResumesWhenRestarted) {
  const std::string address = Serve({"--listen", "unix:socket"});
  const auto one = Start({"work", address, "--name", "one"}, "one");
  AwaitStatus(address, "\"worker\":\"one\"");

  server_->Signal(SIGTERM);
  ExpectEnds(server_.get(), 130);
  dir_.ExpectSucceeds({"status", "run/store"});
  EXPECT_EQ(Serve({"--listen", "unix:socket"}), address);

  // The worker was not told anything, and continues.
  ExpectEnds(server_.get(), 0);
  ExpectEnds(one.get(), 0);
  ExpectSameAsABuild();
}

TEST_F(ServiceTest, ASecondInterruptEndsAWorkerAtOnce) {
  const std::string address = Serve({"--listen", "unix:socket"});
  const auto one = Start({"work", address, "--name", "one"}, "one");
  AwaitStatus(address, "\"worker\":\"one\"");
  server_->Signal(SIGSTOP);  // So that no lease can be released.

  one->SignalAndAwaitReceipt(SIGINT);
  one->Signal(SIGINT);

  ExpectEnds(one.get(), 130);  // Not 0, which would be the end of the first.
}

TEST_F(ServiceTest, AWorkerThatComesTooLateHearsThatNothingIsLeft) {
  dir_.ExpectSucceeds({"build", "spec.textproto"});
  const auto late = Start({"work", "unix:socket"}, "one");

  // A finished run only answers workers, and then ends.
  Serve({"--listen", "unix:socket"});

  ExpectEnds(late.get(), 0);
  EXPECT_THAT(dir_.ReadLog("one"), HasSubstr("no work is left"));
  ExpectEnds(server_.get(), 0);
  ExpectSameAsABuild();
}

TEST_F(ServiceTest, MistakesAreToldBeforeAnythingIsMade) {
  EXPECT_THAT(Ask({"serve", "spec.textproto", "--listen", "0.0.0.0:0"}, 2),
              HasSubstr("TLS is required"));
  EXPECT_THAT(Ask({"serve", "spec.textproto", "--listen", "here"}, 2), HasSubstr("no port"));
  EXPECT_THAT(Ask({"work", "coordinator.example.org:7447"}, 2), HasSubstr("--ca"));
  EXPECT_THAT(Ask({"status", "unix:nothing-here"}, 1), HasSubstr("UNAVAILABLE"));
  EXPECT_THAT(Ask({"control", "unix:nothing-here", "dance"}, 2), HasSubstr("dance"));
  EXPECT_FALSE(FileExists(dir_.Path("run/store")));
}

}  // namespace
}  // namespace quipu
