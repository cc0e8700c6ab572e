// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simdjson.h"
#include "tests/support/random.h"

namespace quipu {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// Returns what the four levels write to stderr when the lowest level is
// `level`.
std::string LinesAt(LogLevel level) {
  ::testing::internal::CaptureStderr();
  SetLogLevel(level);
  LogDebug("one");
  LogInfo("two");
  LogWarning("three");
  LogError("four");
  SetLogLevel(LogLevel::kInfo);
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, WritesTheLevelAndTheMessage) {
  const std::string lines = LinesAt(LogLevel::kDebug);

  EXPECT_THAT(lines, HasSubstr("debug one\n"));
  EXPECT_THAT(lines, HasSubstr("info two\n"));
  EXPECT_THAT(lines, HasSubstr("warning three\n"));
  EXPECT_THAT(lines, EndsWith("error four\n"));
}

TEST(Log, LeavesOutLowerLevels) {
  EXPECT_THAT(LinesAt(LogLevel::kInfo), Not(HasSubstr("one")));
  EXPECT_THAT(LinesAt(LogLevel::kError), Not(HasSubstr("three")));
  EXPECT_EQ(LinesAt(LogLevel::kOff), "");
}

TEST(Log, TakesBracesLiterally) {
  ::testing::internal::CaptureStderr();
  LogInfo("{} {0} %s %n");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), EndsWith("info {} {0} %s %n\n"));
}

// One JSON log line, read back by another JSON implementation.
struct JsonLine {
  std::vector<std::string> keys;
  std::string time, level, run, process, message;
};

JsonLine Parse(const std::string& line) {
  JsonLine result;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(line).get(object) != simdjson::SUCCESS) {
    ADD_FAILURE() << "not a JSON object: " << line;
    return result;
  }
  for (const auto field : object) {
    result.keys.emplace_back(field.key);
    std::string_view value;
    EXPECT_EQ(field.value.get(value), simdjson::SUCCESS) << line;
    if (field.key == "time") result.time = std::string(value);
    if (field.key == "level") result.level = std::string(value);
    if (field.key == "run") result.run = std::string(value);
    if (field.key == "process") result.process = std::string(value);
    if (field.key == "message") result.message = std::string(value);
  }
  return result;
}

// What `write` writes to stderr, as JSON lines.
template <typename Fn>
std::string JsonOutput(Fn write) {
  ::testing::internal::CaptureStderr();
  SetLogFormat(LogFormat::kJson);
  write();
  SetLogFormat(LogFormat::kText);
  return ::testing::internal::GetCapturedStderr();
}

TEST(JsonLog, HasTimeLevelRunProcessAndMessageInThisOrder) {
  const std::string output = JsonOutput([] {
    SetLogContext("5f00", "work/gpu-7");
    LogWarning("disk nearly full");
  });

  const JsonLine line = Parse(output);
  EXPECT_THAT(line.keys, ::testing::ElementsAre("time", "level", "run", "process", "message"));
  EXPECT_THAT(line.time, ::testing::MatchesRegex(
                             "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"));
  EXPECT_EQ(line.level, "warning");
  EXPECT_EQ(line.run, "5f00");
  EXPECT_EQ(line.process, "work/gpu-7");
  EXPECT_EQ(line.message, "disk nearly full");
  EXPECT_THAT(output, EndsWith("}\n"));
}

TEST(JsonLog, KeepsWhatAnEmptyArgumentDoesNotReplace) {
  const std::string output = JsonOutput([] {
    SetLogContext("aa", "serve");
    SetLogContext("bb", "");
    LogInfo("one");
    SetLogContext("", "build");
    LogInfo("two");
  });

  const std::vector<std::string> lines = absl::StrSplit(output, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2u) << output;
  EXPECT_EQ(Parse(lines[0]).run, "bb");
  EXPECT_EQ(Parse(lines[0]).process, "serve");
  EXPECT_EQ(Parse(lines[1]).run, "bb");
  EXPECT_EQ(Parse(lines[1]).process, "build");
}

TEST(JsonLog, EscapesEveryByteOnOneLine) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes.push_back(static_cast<char>(c));

  const std::string output = JsonOutput([&bytes] { LogError(bytes); });

  EXPECT_EQ(output.find('\n'), output.size() - 1);
  EXPECT_TRUE(IsValidUtf8(output));
  const JsonLine line = Parse(output);
  EXPECT_EQ(line.message.substr(0, 128), bytes.substr(0, 128));
  EXPECT_EQ(CountCodePoints(line.message), 256u);  // U+FFFD for each of 0x80 to 0xFF.
}

TEST(JsonLog, LeavesNothingThatATerminalActsOn) {
  const std::string text = "\x1b[2J \u009b0m \u202e\u2066 \u2028 caf\u00e9";

  const std::string output = JsonOutput([&text] { LogInfo(text); });

  for (absl::string_view bad : {"\x1b", "\u009b", "\u202e", "\u2066", "\u2028"}) {
    EXPECT_EQ(output.find(bad.data()), std::string::npos) << output;
  }
  EXPECT_THAT(output, HasSubstr("caf\u00e9"));
  EXPECT_EQ(Parse(output).message, text);
}

TEST(JsonLog, IsReadBackWhateverTheBytes) {
  Rng rng(testing::TestFingerprint(), "log");
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    const uint64_t size = rng.Below(60);
    for (uint64_t k = 0; k < size; ++k) bytes.push_back(static_cast<char>(rng.Below(256)));

    const std::string output = JsonOutput([&bytes] { LogInfo(bytes); });

    ASSERT_EQ(output.find('\n'), output.size() - 1);
    const JsonLine line = Parse(output);
    if (IsValidUtf8(bytes)) {
      EXPECT_EQ(line.message, bytes);
    } else {
      EXPECT_THAT(line.message, HasSubstr("\uFFFD"));
    }
  }
}

TEST(Log, SaysTheRunOnceAsText) {
  ::testing::internal::CaptureStderr();
  SetLogContext("c0ffee", "build");
  SetLogContext("c0ffee", "build");
  LogInfo("two");
  const std::string output = ::testing::internal::GetCapturedStderr();

  EXPECT_THAT(output, HasSubstr("info run c0ffee\n"));
  EXPECT_EQ(output.find("c0ffee"), output.rfind("c0ffee"));
  EXPECT_THAT(output, EndsWith("info two\n"));
}

TEST(Check, DoesNothingWhenTrue) {
  int evaluated = 0;
  const auto message = [&evaluated] { return ++evaluated; };
  QUIPU_CHECK(1 < 2) << message();
  EXPECT_EQ(evaluated, 0);
}

TEST(Check, IsOneStatement) {
  // Otherwise this would not compile, or would take the wrong branch.
  bool other = false;
  if (other)
    QUIPU_CHECK(other) << "not reached";
  else
    other = true;
  EXPECT_TRUE(other);
}

TEST(CheckDeathTest, SaysWhatFailedAndWhere) {
  EXPECT_DEATH(QUIPU_CHECK(1 > 2) << "because " << 3,
               "base/log_test.cc:[0-9]+: check failed: 1 > 2 because 3");
}

}  // namespace
}  // namespace quipu
