// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// GoogleTest matchers and assertions for absl::Status and absl::StatusOr.
//
//   EXPECT_OK(Check(text));
//   ASSERT_OK_AND_ASSIGN(std::string text, ReadFile(path, kMaxSpecBytes));
//   EXPECT_THAT(ReadFile("none", 1), StatusIs(absl::StatusCode::kNotFound, "none"));
//   EXPECT_THAT(Parse("7"), IsOkAndHolds(7));
#ifndef QUIPU_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define QUIPU_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::testing {
namespace internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// The polymorphic matcher of IsOk().
struct IsOkMatcher {
  using is_gtest_matcher = void;

  template <typename T>
  bool MatchAndExplain(const T& value, std::ostream* explanation) const {
    const absl::Status& status = StatusOf(value);
    if (explanation != nullptr && !status.ok()) *explanation << "which is " << status;
    return status.ok();
  }
  void DescribeTo(std::ostream* out) const { *out << "is OK"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "is not OK"; }
};

// The polymorphic matcher of StatusIs().
class StatusIsMatcher {
 public:
  using is_gtest_matcher = void;

  StatusIsMatcher(absl::StatusCode code, ::testing::Matcher<std::string> message)
      : code_(code), message_(std::move(message)) {}

  template <typename T>
  bool MatchAndExplain(const T& value, std::ostream* explanation) const {
    const absl::Status& status = StatusOf(value);
    if (explanation != nullptr) *explanation << "which is " << status;
    return status.code() == code_ && message_.Matches(std::string(status.message()));
  }
  void DescribeTo(std::ostream* out) const {
    *out << "is " << absl::StatusCodeToString(code_) << " with a message that ";
    message_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "is not " << absl::StatusCodeToString(code_) << " with a message that ";
    message_.DescribeTo(out);
  }

 private:
  absl::StatusCode code_;
  ::testing::Matcher<std::string> message_;
};

// The polymorphic matcher of IsOkAndHolds().
template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  using is_gtest_matcher = void;

  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename T>
  bool MatchAndExplain(const absl::StatusOr<T>& result,
                       ::testing::MatchResultListener* listener) const {
    if (!result.ok()) {
      *listener << "which is " << result.status();
      return false;
    }
    return ::testing::SafeMatcherCast<const T&>(inner_).MatchAndExplain(*result, listener);
  }
  // The inner matcher has no type before it sees a value, and so no
  // description.
  void DescribeTo(std::ostream* out) const { *out << "is OK and holds what was expected"; }
  void DescribeNegationTo(std::ostream* out) const { *out << "is not OK or holds something else"; }

 private:
  Inner inner_;
};

}  // namespace internal

// Matches an OK absl::Status or absl::StatusOr.
inline internal::IsOkMatcher IsOk() { return {}; }

// Matches a status of the given code (of an absl::Status or absl::StatusOr).
inline internal::StatusIsMatcher StatusIs(absl::StatusCode code) {
  return {code, ::testing::Matcher<std::string>(::testing::_)};
}

// The same, if the message also contains `message` (a string), or matches it (a
// matcher of strings).
template <typename Message>
internal::StatusIsMatcher StatusIs(absl::StatusCode code, const Message& message) {
  if constexpr (std::is_convertible_v<const Message&, absl::string_view>) {
    return {code, ::testing::Matcher<std::string>(::testing::HasSubstr(std::string(message)))};
  } else {
    return {code, ::testing::SafeMatcherCast<std::string>(message)};
  }
}

// Matches an OK absl::StatusOr whose value matches (or equals) `inner`.
template <typename Inner>
internal::IsOkAndHoldsMatcher<std::decay_t<Inner>> IsOkAndHolds(Inner&& inner) {
  return internal::IsOkAndHoldsMatcher<std::decay_t<Inner>>(std::forward<Inner>(inner));
}

}  // namespace quipu::testing

#define EXPECT_OK(expr) EXPECT_THAT((expr), ::quipu::testing::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT((expr), ::quipu::testing::IsOk())

#define QUIPU_TEST_CONCAT_INNER(a, b) a##b
#define QUIPU_TEST_CONCAT(a, b) QUIPU_TEST_CONCAT_INNER(a, b)

// Ends the test unless `expr` (an absl::StatusOr) is OK; assigns its value.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  QUIPU_ASSERT_OK_AND_ASSIGN_IMPL(QUIPU_TEST_CONCAT(quipu_test_result_, __LINE__), lhs, expr)

#define QUIPU_ASSERT_OK_AND_ASSIGN_IMPL(result, lhs, expr)      \
  auto result = (expr);                                         \
  ASSERT_TRUE(result.ok()) << #expr << ": " << result.status(); \
  lhs = std::move(result).value()

#endif  // QUIPU_TESTS_SUPPORT_STATUS_MATCHERS_H_
