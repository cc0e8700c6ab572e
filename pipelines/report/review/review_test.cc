// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A review, by itself and through HTTP requests to its server.
#include "pipelines/report/review/review.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/report/review/server.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

class ReviewTest : public ::testing::Test {
 protected:
  // A document with six pairs, of which two are rejected.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), testing::TestHeader()));
    std::vector<v1::Result> results;
    for (const v1::Task& task : testing::AddPlannedDocument(store_.get(), 1, /*tasks=*/6)) {
      results.push_back(testing::TestResult(task));
      auto& ids = results.back().has_reject() ? rejected_ : accepted_;
      ids.push_back(absl::BytesToHexString(task.id()));
    }
    ASSERT_OK(testing::CommitAll(store_.get(), results));
    ASSERT_OK_AND_ASSIGN(review_, Review::Create(*store_, {}, labels_));
  }

  std::string State() const {
    auto state = review_->StateJson();
    EXPECT_OK(state);
    return state.ok() ? *state : "";
  }

  TempDir dir_;
  const std::string labels_ = dir_.Path("labels.jsonl");
  std::unique_ptr<storage::Store> store_;
  std::vector<std::string> accepted_;
  std::vector<std::string> rejected_;
  std::unique_ptr<Review> review_;
};

TEST_F(ReviewTest, PrecisionGrowsWithTheLabels) {
  EXPECT_THAT(State(), HasSubstr("\"labelled\":0,\"samples\":6"));

  ASSERT_OK(review_->Label(accepted_[0], "good", ""));
  ASSERT_OK(review_->Label(accepted_[1], "usable", "awkward"));
  ASSERT_OK(review_->Label(accepted_[2], "bad", "unsupported"));
  ASSERT_OK(review_->Label(rejected_[0], "bad", ""));

  const std::string state = State();
  EXPECT_THAT(state, HasSubstr("\"labelled\":4,\"samples\":6"));
  EXPECT_THAT(state, HasSubstr("{\"name\":\"accepted\",\"right\":2,\"labelled\":3,"));
  EXPECT_THAT(state, HasSubstr("{\"name\":\"rejected, verdict\",\"right\":0,\"labelled\":1,"));
  EXPECT_THAT(state, HasSubstr("\"name\":\"accepted, long answer\""));
}

TEST_F(ReviewTest, ResumesFromItsLabels) {
  ASSERT_OK(review_->Label(accepted_[0], "bad", "wrong"));

  ASSERT_OK_AND_ASSIGN(review_, Review::Create(*store_, {}, labels_));

  EXPECT_THAT(State(), HasSubstr(absl::StrCat("\"", accepted_[0],
                                              "\":{\"label\":\"bad\",\"fault\":\"wrong\"}")));
}

TEST_F(ReviewTest, KnowsOnlyThePairsThatWereDrawn) {
  EXPECT_THAT(review_->Label("00", "good", ""), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(review_->Label(accepted_[0], "fine", ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(FileExists(labels_));
}

TEST_F(ReviewTest, NeedsAResult) {
  ASSERT_OK_AND_ASSIGN(const auto empty,
                       storage::Store::Create(dir_.Path("empty"), testing::TestHeader()));

  EXPECT_THAT(Review::Create(*empty, {}, labels_).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

class ReviewServerTest : public ReviewTest {
 protected:
  void SetUp() override {
    ReviewTest::SetUp();
    ASSERT_OK_AND_ASSIGN(server_, ReviewServer::Start("127.0.0.1:0", review_.get()));
  }

  // Sends a request and returns all that comes back before the server closes.
  std::string Send(const std::string& request) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval timeout = {120, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string reply;
    char buffer[4096];
    for (ssize_t n; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) reply.append(buffer, n);
    close(fd);
    return reply;
  }
  std::string Host() const { return absl::StrCat("127.0.0.1:", server_->port()); }
  std::string Get(absl::string_view path, absl::string_view host) const {
    return Send(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: ", host, "\r\n\r\n"));
  }
  std::string Post(absl::string_view body, absl::string_view type = "application/json") const {
    return Send(absl::StrCat("POST /label HTTP/1.1\r\nHost: ", Host(), "\r\nContent-Type: ", type,
                             "\r\nContent-Length: ", body.size(), "\r\n\r\n", body));
  }

  std::unique_ptr<ReviewServer> server_;
};

TEST_F(ReviewServerTest, ServesThePageAndTakesLabels) {
  const std::string page = Get("/", Host());
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("data-id=\"", accepted_[0], "\"")));

  const std::string reply = Post(
      absl::StrCat("{\"id\":\"", accepted_[0], "\",\"label\":\"bad\",\"fault\":\"unsupported\"}"));

  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("\"labelled\":1"));
  EXPECT_THAT(Get("/state", Host()), HasSubstr("\"labelled\":1"));
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadFile(labels_, 1 << 20));
  EXPECT_THAT(file, HasSubstr("\"label\":\"bad\",\"fault\":\"unsupported\""));
}

TEST_F(ReviewServerTest, RefusesPagesOfOtherSites) {
  EXPECT_THAT(Get("/", "evil.example"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Get("/state", "evil.example:80"), Not(HasSubstr("labelled")));
  const std::string body = absl::StrCat("{\"id\":\"", accepted_[0], "\",\"label\":\"bad\"}");
  EXPECT_THAT(Post(body, "text/plain"), StartsWith("HTTP/1.1 415"))
      << "what a form of another site can send";
  EXPECT_FALSE(FileExists(labels_));
}

TEST_F(ReviewServerTest, RefusesWhatIsNoLabel) {
  EXPECT_THAT(Post("nonsense"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Post("{\"id\":\"00\",\"label\":\"bad\"}"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Post(std::string(100000, 'x')), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Get("/other", Host()), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/label", Host()), StartsWith("HTTP/1.1 405"));
}

TEST_F(ReviewServerTest, ListensOnLoopbackAlone) {
  for (const char* address : {"0.0.0.0:0", "192.0.2.1:80", "localhost:0", "unix:/tmp/x", "x"}) {
    EXPECT_THAT(ReviewServer::Start(address, review_.get()).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << address;
  }
  EXPECT_THAT(ReviewServer::Start(Host(), review_.get()).status(),
              StatusIs(absl::StatusCode::kUnavailable))
      << "in use";
}

}  // namespace
}  // namespace quipu::pipelines
