// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/auth.h"

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;
using testing::TempDir;
using testing::TestCerts;

constexpr Verb kVerbs[] = {Verb::kHello,  Verb::kLease,  Verb::kRenew,
                           Verb::kSubmit, Verb::kStatus, Verb::kControl};

Caller CallerWith(const std::vector<Role>& roles) {
  Caller caller{"someone", {}};
  for (const Role role : roles) caller.roles.Add(role);
  return caller;
}

std::string Token(char c, size_t size = kMinTokenChars) { return std::string(size, c); }

Caller CallerOf(const TestCerts& certs, absl::string_view name) {
  auto caller = CallerOfCertificate(*ReadFile(certs.Cert(name), 1 << 20));
  EXPECT_OK(caller.status()) << std::string(name);
  return caller.ok() ? *caller : Caller{};
}

TEST(AuthorizeTest, EachRoleHasItsVerbsAndNoOther) {
  struct Case {
    std::vector<Role> roles;
    std::string allowed;  // One letter a verb, in their order.
  };
  const std::vector<Case> cases = {
      {{Role::kWorker}, "yyyynn"},
      {{Role::kViewer}, "nnnnyn"},
      {{Role::kOperator}, "nnnnyy"},
      {{}, "nnnnnn"},
      {{Role::kWorker, Role::kViewer}, "yyyyyn"},
      {{Role::kWorker, Role::kOperator, Role::kViewer}, "yyyyyy"},
  };
  for (const Case& c : cases) {
    for (size_t i = 0; i < c.allowed.size(); ++i) {
      const absl::Status status = Authorize(CallerWith(c.roles), kVerbs[i]);
      if (c.allowed[i] == 'y') {
        EXPECT_OK(status);
      } else {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, VerbName(kVerbs[i])));
      }
    }
  }
}

TEST(CallerOfCertificateTest, TakesNameAndRolesFromTheSubject) {
  const TestCerts certs;

  EXPECT_EQ(CallerOf(certs, "worker").identity, "worker");
  EXPECT_TRUE(CallerOf(certs, "worker").roles.Has(Role::kWorker));
  EXPECT_FALSE(CallerOf(certs, "worker").roles.Has(Role::kOperator));
  EXPECT_TRUE(CallerOf(certs, "two-roles").roles.Has(Role::kWorker));
  EXPECT_TRUE(CallerOf(certs, "two-roles").roles.Has(Role::kViewer));
  EXPECT_TRUE(CallerOf(certs, "no-role").roles.empty());
  // Roles are spelled in one way.
  EXPECT_TRUE(CallerOf(certs, "odd-role").roles.empty());
}

TEST(CallerOfCertificateTest, RefusesWhatIsNoCertificateOrHasNoUsableName) {
  const TestCerts certs;

  for (const std::string& pem :
       {std::string(), std::string("junk"),
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        *ReadFile(certs.Key("worker"), 1 << 20)}) {
    EXPECT_THAT(CallerOfCertificate(pem).status(), StatusIs(absl::StatusCode::kUnauthenticated));
  }
  // The authority's common name has spaces.
  EXPECT_THAT(CallerOfCertificate(*ReadFile(certs.ca(), 1 << 20)).status(),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("common name")));
}

TEST(ParseTokenFileTest, ReadsRolesNamesAndTokens) {
  ASSERT_OK_AND_ASSIGN(
      const std::vector<TokenLine> lines,
      ParseTokenFile(absl::StrCat("# who may do what\n\nworker gpu-farm ", Token('a'),
                                  "\n  viewer\tboard ", Token('b', kMaxTokenChars), "\r\n"),
                     "tokens"));

  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].role, Role::kWorker);
  EXPECT_EQ(lines[0].name, "gpu-farm");
  EXPECT_EQ(lines[1].role, Role::kViewer);
  EXPECT_EQ(lines[1].token, Token('b', kMaxTokenChars));
}

TEST(ParseTokenFileTest, NamesTheLineAndNeverTheToken) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {absl::StrCat("worker a ", Token('s', kMinTokenChars - 1)), "the token has 31 characters"},
      {absl::StrCat("worker a ", Token('s', kMaxTokenChars + 1)), "the token has 513 characters"},
      {absl::StrCat("worker ", Token('s')), "2 words"},
      {absl::StrCat("worker a ", Token('s'), " more"), "4 words"},
      {absl::StrCat(Token('s'), " a b"), "not a role"},
      {absl::StrCat("Worker a ", Token('s')), "not a role"},
      {absl::StrCat("worker a/b ", Token('s')), "the name is not"},
      {absl::StrCat("worker a ", Token('s'), "\xc3\xa9"), "outside printable ASCII"},
      {absl::StrCat("viewer z ", Token('t')), "duplicate of an earlier line"},
  };
  for (const auto& [line, why] : bad) {
    const absl::Status status =
        ParseTokenFile(absl::StrCat("worker z ", Token('t'), "\n", line), "tokens").status();

    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "tokens:2: ")) << line;
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, why)) << line;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("ssss"))) << line;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("tttt"))) << line;
  }
  EXPECT_THAT(ParseTokenFile("# none\n", "tokens").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no token")));
}

TEST(ParseTokenFileTest, HoldsThemToTheirNumber) {
  std::string text;
  for (size_t i = 0; i < kMaxAuthTokens; ++i) {
    absl::StrAppend(&text, "viewer v", i, " ", Token('x'), i, "\n");
  }
  EXPECT_OK(ParseTokenFile(text, "tokens").status());

  absl::StrAppend(&text, "viewer one-more ", Token('y'), "\n");

  EXPECT_THAT(ParseTokenFile(text, "tokens").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 1000")));
}

class TokenFileTest : public ::testing::Test {
 protected:
  std::string Write(absl::string_view text, mode_t mode) {
    const std::string path = dir_.Path("tokens");
    EXPECT_OK(WriteFileAtomic(path, text));
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  TempDir dir_;
};

TEST_F(TokenFileTest, IsRefusedIfOthersCanReadIt) {
  const std::string line = absl::StrCat("operator boss ", Token('o'), "\n");

  EXPECT_OK(TokenTable::Load(Write(line, 0600)).status());
  EXPECT_THAT(TokenTable::Load(Write(line, 0644)).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("0644")));
  EXPECT_THAT(LoadOwnToken(Write(line, 0640)).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("0640")));
}

TEST_F(TokenFileTest, OfAClientHasOneToken) {
  const std::string one = absl::StrCat("worker a ", Token('a'), "\n");
  ASSERT_OK_AND_ASSIGN(const TokenLine line, LoadOwnToken(Write(one, 0600)));
  EXPECT_EQ(line.name, "a");

  EXPECT_THAT(LoadOwnToken(Write(absl::StrCat(one, "worker b ", Token('b'), "\n"), 0600)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has 2 tokens")));
}

class IdentifyTest : public ::testing::Test {
 protected:
  std::string Pem(absl::string_view name) { return *ReadFile(certs_.Cert(name), 1 << 20); }

  TestCerts certs_;
  TokenTable tokens_{{{Role::kViewer, "board", Token('v')}, {Role::kOperator, "boss", Token('o')}}};
};

TEST_F(IdentifyTest, ATokenIsItsRoleAndName) {
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       Identify({"", absl::StrCat("Bearer ", Token('o'))}, tokens_, false));

  EXPECT_EQ(caller.identity, "boss");
  EXPECT_TRUE(caller.roles.Has(Role::kOperator));
  EXPECT_FALSE(caller.roles.Has(Role::kViewer));
}

TEST_F(IdentifyTest, CertificateAndTokenTogetherHaveTheRolesOfBoth) {
  ASSERT_OK_AND_ASSIGN(
      const Caller caller,
      Identify({Pem("worker"), absl::StrCat("bearer ", Token('v'))}, tokens_, false));

  EXPECT_EQ(caller.identity, "worker");
  EXPECT_TRUE(caller.roles.Has(Role::kWorker));
  EXPECT_TRUE(caller.roles.Has(Role::kViewer));
  EXPECT_FALSE(caller.roles.Has(Role::kOperator));
}

TEST_F(IdentifyTest, AWrongTokenIsRefusedEvenBesideAGoodCertificate) {
  const std::string near = absl::StrCat(std::string(kMinTokenChars - 1, 'v'), "w");
  for (const std::string& header :
       {absl::StrCat("Bearer ", near), absl::StrCat("Bearer ", Token('v'), "v"),
        std::string("Bearer "), std::string(), Token('v'), absl::StrCat("Basic ", Token('v'))}) {
    EXPECT_THAT(Identify({Pem("worker"), header}, tokens_, false).status(),
                StatusIs(absl::StatusCode::kUnauthenticated))
        << header;
  }
}

TEST_F(IdentifyTest, NothingToGoByIsUnauthenticated) {
  EXPECT_THAT(Identify({"", std::nullopt}, tokens_, false).status(),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("neither")));
  EXPECT_THAT(Identify({"", absl::StrCat("Bearer ", Token('v'))}, TokenTable(), false).status(),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(IdentifyTest, AnOpenServiceGivesEveryRoleAndNoName) {
  ASSERT_OK_AND_ASSIGN(const Caller caller, Identify({"", std::nullopt}, TokenTable(), true));

  EXPECT_EQ(caller.identity, "");
  for (const Verb verb : kVerbs) EXPECT_THAT(Authorize(caller, verb), IsOk());
}

}  // namespace
}  // namespace quipu::pipelines
