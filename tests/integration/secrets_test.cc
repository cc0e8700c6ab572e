// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run that has every kind of secret: an engine's API key, tokens, keys of certificates, the run's own.
// None of them is in anything that the run leaves or shows: store, export, backup, logs, status,
// metrics, pages, reports, arguments of processes.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/crash/run_directory.h"
#include "tests/support/child_process.h"
#include "tests/support/fake_openai.h"
#include "tests/support/listening_ports.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_certs.h"

namespace quipu {
namespace {

using testing::ChildProcess;
using testing::FakeOpenAi;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunDirectory;
using testing::TestCerts;

constexpr absl::Duration kLimit = absl::Minutes(2);  // Ends only what hangs.
constexpr uint64_t kMostBytes = uint64_t{1} << 28;
constexpr char kApiKey[] = "sk-api-key-5f2b0c6d9e8a417c";
constexpr char kViewerToken[] = "viewer-token-0123456789abcdef0123456789";
constexpr char kOperatorToken[] = "operator-token-9876543210fedcba98765432";

// The reply of a plain HTTP server on this port to GET /PATH; empty if there is none.
std::string Get(int port, const std::string& path) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval timeout = {120, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return "";
  }
  const std::string request =
      absl::StrCat("GET /", path, " HTTP/1.0\r\nHost: 127.0.0.1:", port, "\r\n\r\n");
  if (send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";
  std::string reply;
  char part[4096];
  for (ssize_t n = 0; (n = recv(fd.get(), part, sizeof(part), 0)) > 0;) {
    reply.append(part, static_cast<size_t>(n));
  }
  return reply;
}

class SecretsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::FakeOpenAiOptions options;
    options.key = kApiKey;
    ASSERT_OK_AND_ASSIGN(server_, FakeOpenAi::Start(options));
    testing::Workload workload;
    workload.documents = 2;
    workload.sentences = 120;
    workload.engine =
        absl::StrCat("kind: OPENAI url: \"", server_->url(), "\" model_name: \"m\" model: \"",
                     SmallModelPath(), "\" api_key_file: \"api-key\"");
    workload.rest =
        "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 2000 }\n"
        "service { pause_reject_share: 2 audit_share: 0 }\n";
    dir_ = std::make_unique<RunDirectory>(workload, testing::TestFingerprint());
    WriteSecret("api-key", kApiKey);
    WriteSecret("tokens", absl::StrCat("viewer board ", kViewerToken, "\noperator desk ",
                                       kOperatorToken, "\n"));
    WriteSecret("desk", absl::StrCat("operator desk ", kOperatorToken, "\n"));
  }

  void WriteSecret(const std::string& name, const std::string& content) {
    ASSERT_OK(WriteFileAtomic(dir_->Path(name), content));
    ASSERT_EQ(chmod(dir_->Path(name).c_str(), 0600), 0);
  }

  // Starts the coordinator and waits until it says where it listens.
  std::string Serve() {
    auto child =
        dir_->Start({"--log-format", "json", "serve", "spec.textproto", "--listen", "127.0.0.1:0",
                     "--cert", certs_.Cert("server"), "--key", certs_.Key("server"), "--client-ca",
                     certs_.ca(), "--token-file", "tokens", "--metrics", "127.0.0.1:0"},
                    "serve.log");
    EXPECT_OK(child.status());
    if (!child.ok()) return "";
    coordinator_ = *std::move(child);
    const absl::Time deadline = absl::Now() + kLimit;
    while (absl::Now() < deadline && !coordinator_->Wait(absl::Milliseconds(20)).has_value()) {
      const std::string log = dir_->ReadLog("serve.log");
      const size_t at = log.find("serving on ");
      if (at == std::string::npos) continue;
      const std::string rest = log.substr(at + 11);
      return rest.substr(0, rest.find('"'));
    }
    ADD_FAILURE() << "the coordinator does not listen\n" << dir_->ReadLog("serve.log");
    return "";
  }

  void Run(std::vector<std::string> arguments, int wanted = 0) {
    const std::string log = absl::StrCat("ask-", ++asked_, ".log");
    EXPECT_THAT(dir_->Run(arguments, log), testing::IsOkAndHolds(wanted)) << dir_->ReadLog(log);
  }

  // What a process shows to everybody: its arguments.
  void KeepArgumentsOf(const ChildProcess& child) {
    const std::string path = absl::StrCat("/proc/", child.pid(), "/cmdline");
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char text[1 << 16];
    const ssize_t size = read(fd.get(), text, sizeof(text));
    ASSERT_GT(size, 0);
    ASSERT_OK(WriteFileAtomic(dir_->Path(absl::StrCat("arguments-", child.pid())),
                              std::string(text, static_cast<size_t>(size))));
  }

  // Each secret, and the file that has it.
  std::vector<std::pair<std::string, std::string>> Secrets() const {
    std::vector<std::pair<std::string, std::string>> secrets = {
        {kApiKey, dir_->Path("api-key")},
        {kViewerToken, dir_->Path("tokens")},
        {kOperatorToken, dir_->Path("tokens")}};
    for (const char* name : {"server", "worker"}) {
      const std::string pem = ReadFile(certs_.Key(name), kMostBytes).value_or("");
      const std::vector<std::string> lines = absl::StrSplit(pem, '\n');
      secrets.emplace_back(lines[1], certs_.Key(name));
    }
    const std::string file = dir_->Path("run/store.secret");
    const std::string own = ReadFile(file, kMostBytes).value_or("");
    EXPECT_GE(own.size(), 32u);
    for (const std::string& form : {own, absl::BytesToHexString(own), absl::Base64Escape(own),
                                    absl::WebSafeBase64Escape(own)}) {
      secrets.emplace_back(form, form == own ? file : "");
    }
    return secrets;
  }

  // "FILE: SECRET" for each secret in each file that is not made to have it.
  std::vector<std::string> Found() const {
    std::vector<std::string> found;
    const auto files = ExpandInputs(dir_->Path(""));
    EXPECT_OK(files.status());
    EXPECT_GT(files->size(), 60u);  // The store's, the exports', ours.
    for (const std::string& file : *files) {
      const std::string content = ReadFile(file, kMostBytes).value_or("");
      EXPECT_FALSE(content.empty() && FileSize(file).value_or(1) > 0) << file;
      for (const auto& [secret, home] : Secrets()) {
        const bool own = file == home || (file == dir_->Path("desk") && secret == kOperatorToken);
        if (absl::StrContains(content, secret) && !own) {
          found.push_back(absl::StrCat(file, ": ", absl::CHexEscape(secret)));
        }
      }
    }
    return found;
  }

  const TestCerts certs_;
  std::unique_ptr<FakeOpenAi> server_;
  std::unique_ptr<RunDirectory> dir_;
  std::unique_ptr<ChildProcess> coordinator_;
  int asked_ = 0;
};

TEST_F(SecretsTest, AreInNothingThatARunLeavesOrShows) {
  const std::string address = Serve();
  ASSERT_FALSE(address.empty());
  const std::vector<std::string> desk = {"--ca", certs_.ca(), "--token-file", "desk"};
  const auto with = [](std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  Run(with({"control", address, "pause", "a look around"}, desk));
  Run(with({"status", address}, desk));
  Run(with({"status", address, "--json"}, desk));
  Run(with({"health", address}, desk));
  // A key that is none, a token that is none: errors that could quote them.
  WriteSecret("other", absl::StrCat("operator desk ", kOperatorToken, "x\n"));
  ASSERT_OK_AND_ASSIGN(
      const int refused,
      dir_->Run({"status", address, "--ca", certs_.ca(), "--token-file", "other"}, "refused.log"));
  EXPECT_NE(refused, 0);
  ASSERT_OK(RemoveTree(dir_->Path("other")));
  int metrics = 0;
  for (const int port : testing::ListeningPorts(coordinator_->pid())) {
    if (absl::EndsWith(address, absl::StrCat(":", port))) continue;
    const std::string reply = Get(port, "metrics");
    EXPECT_THAT(reply, HasSubstr("quipu_"));
    ASSERT_OK(WriteFileAtomic(dir_->Path(absl::StrCat("metrics-", ++metrics)), reply));
  }
  EXPECT_EQ(metrics, 1);

  // The coordinator's file is not sent to workers.
  setenv("QUIPU_API_KEY", kApiKey, /*replace=*/1);
  auto worker = dir_->Start({"work", address, "--ca", certs_.ca(), "--cert", certs_.Cert("worker"),
                             "--key", certs_.Key("worker")},
                            "work.log");
  unsetenv("QUIPU_API_KEY");
  ASSERT_OK(worker.status());
  KeepArgumentsOf(*coordinator_);
  KeepArgumentsOf(**worker);
  Run(with({"control", address, "resume"}, desk));
  EXPECT_EQ(coordinator_->Wait(kLimit), 0) << dir_->ReadLog("serve.log");
  EXPECT_EQ((*worker)->Wait(kLimit), 0) << dir_->ReadLog("work.log");
  EXPECT_THAT(server_->last_body(), HasSubstr("messages"));  // So the key was right.

  Run({"check", "run/store"});
  Run({"status", "run/store", "--json"});
  Run({"show", "run/store", "--limit", "10"});
  Run({"report", "run/store", "--out", "report.html"});
  Run({"export", "run/store", "--out", "all", "--format", "all"});
  Run({"backup", "run/store", "--out", "run/backup"});
  Run({"restore", "run/backup", "--out", "run/restored"});

  EXPECT_THAT(Found(), IsEmpty());
  // And what is there, the search finds.
  for (const auto& [secret, home] : Secrets()) {
    ASSERT_OK(WriteFileAtomic(dir_->Path("leak"), absl::StrCat("x", secret, "y")));
    EXPECT_FALSE(Found().empty()) << absl::CHexEscape(secret);
  }
}

}  // namespace
}  // namespace quipu
