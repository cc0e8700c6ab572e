// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_value_reader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TestFingerprint;

struct Value {
  std::string text;
  bool too_long;
  uint64_t length, number, offset, next_offset, next_line;

  friend bool operator==(const Value& a, const Value& b) {
    return a.text == b.text && a.too_long == b.too_long && a.length == b.length &&
           a.number == b.number && a.offset == b.offset && a.next_offset == b.next_offset &&
           a.next_line == b.next_line;
  }
};

struct From {
  uint64_t offset = 0;
  uint64_t lines = 0;
  size_t step = 1 << 16;
  uint64_t max = 1 << 20;
};

// The values up to the end or an error, which is appended as its message.
std::vector<Value> Read(const std::string& json, From from = {}, bool array = true) {
  JsonValueReader reader(NewStringSource(json.substr(from.offset), from.step), array, from.offset,
                         from.lines, from.max);
  std::vector<Value> values;
  Line line;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(&line);
    if (!more.ok()) values.push_back({std::string(more.status().message()), true, 0, 0, 0, 0, 0});
    if (!more.ok() || !*more) return values;
    values.push_back({std::string(line.text), line.too_long, line.length, line.number, line.offset,
                      line.next_offset, line.next_line});
  }
}

std::vector<std::string> Texts(const std::string& json, bool array = true) {
  std::vector<std::string> texts;
  for (const Value& value : Read(json, {}, array)) texts.push_back(value.text);
  return texts;
}

using Strings = std::vector<std::string>;

TEST(JsonValueReader, ReadsTheElementsOfAnArray) {
  EXPECT_EQ(Texts("[]"), Strings());
  EXPECT_EQ(Texts("[{\"a\":1}]"), Strings({"{\"a\":1}"}));
  EXPECT_EQ(Texts(" [ {} , {\"a\":\"],\"},3,\"b\",[4,[5]],null ] \n"),
            Strings({"{}", "{\"a\":\"],\"}", "3", "\"b\"", "[4,[5]]", "null"}));
}

TEST(JsonValueReader, ReadsArraysThatWereConcatenated) {
  EXPECT_EQ(Texts("[{\"a\":1}]\n\xef\xbb\xbf[{\"a\":2},\n{\"a\":3}][]"),
            Strings({"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"}));
}

TEST(JsonValueReader, ReadsObjectsOverManyLines) {
  const std::string json = "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}";
  const std::vector<Value> values = Read(json, {}, /*array=*/false);

  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].text, "{\n  \"a\": 1\n}");
  EXPECT_EQ(values[1].number, 4u);
  EXPECT_EQ(values[1].next_line, 5u);
}

TEST(JsonValueReader, SaysWhereTheFileWasCutOff) {
  EXPECT_EQ(Texts("[{\"a\":1},").back(),
            "the JSON array has no end: is the file cut off at byte 9?");
  EXPECT_EQ(Texts("[\n{\"a\":1},\n{\"a\":").back(),
            "the file ends inside the JSON value that begins on line 3 (byte 11): is it cut off, "
            "or is a closing bracket missing?");
  EXPECT_NE(Texts("[{\"a\":\"b").back().find("quote missing"), std::string::npos);
}

TEST(JsonValueReader, EndsAtWhatIsBehindAnArray) {
  EXPECT_EQ(Texts("[{\"a\":1}]\n x]"),
            Strings({"{\"a\":1}",
                     "something is behind the end of the JSON array, on line 2 (byte 11): are "
                     "these several files in one, or is a bracket too many?"}));
  // What begins with an object has no array to be inside of.
  EXPECT_EQ(Texts("{\"a\":1}\n[2]", /*array=*/false), Strings({"{\"a\":1}", "[2]"}));
}

TEST(JsonValueReader, SkipsAValueThatIsTooLong) {
  const std::string json = absl::StrCat("[{\"a\":\"", std::string(100, 'x'), "\"},{\"a\":1}]");
  From from;
  from.max = 50;
  const std::vector<Value> values = Read(json, from);

  ASSERT_EQ(values.size(), 2u);
  EXPECT_TRUE(values[0].too_long);
  EXPECT_EQ(values[0].length, 108u);
  EXPECT_EQ(values[0].text, "");
  EXPECT_EQ(values[1].text, "{\"a\":1}");
  from.max = 108;
  EXPECT_FALSE(Read(json, from)[0].too_long);
}

// ---- Random arrays: cut at every byte, resumed at every value, read in pieces. ----

std::string RandomValue(Rng* rng, int depth) {
  static const char* const kScalars[] = {"1",          "-2.5e3",      "null",   "true",
                                         "\"a\\\"]\"", "\"\\\\\"",    "\"{,\"", "\"\xc3\xa9\"",
                                         "\"\"",       "\"\\ud83d\"", "[]",     "{}"};
  static const char* const kSpaces[] = {"", "", " ", "\n", "\r\n  "};
  const uint64_t kind = rng->Below(depth == 0 ? 1 : 3);
  const auto space = [rng] { return kSpaces[rng->Below(5)]; };
  if (kind == 0) return kScalars[rng->Below(12)];
  std::string out = kind == 1 ? "{" : "[";
  const uint64_t count = rng->Below(4);
  for (uint64_t i = 0; i < count; ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", space(), kind == 1 ? "\"k\" :" : "",
                    RandomValue(rng, depth - 1), space());
  }
  return out + (kind == 1 ? "}" : "]");
}

struct RandomArray {
  std::string json;
  Strings values;
};

RandomArray MakeArray(Rng* rng) {
  static const char* const kSpaces[] = {"", " ", "\n", "\r\n", "\xef\xbb\xbf"};
  RandomArray array;
  array.json = absl::StrCat(kSpaces[rng->Below(5)], "[");
  const uint64_t count = rng->Below(6);
  for (uint64_t i = 0; i < count; ++i) {
    array.values.push_back(RandomValue(rng, 3));
    absl::StrAppend(&array.json, i == 0 ? "" : ",", kSpaces[rng->Below(4)], array.values.back(),
                    kSpaces[rng->Below(4)]);
  }
  absl::StrAppend(&array.json, "]", kSpaces[rng->Below(5)]);
  return array;
}

TEST(JsonValueReader, ReadsRandomArraysInAnyPieces) {
  Rng rng(TestFingerprint(), "arrays");
  for (int round = 0; round < 100; ++round) {
    const RandomArray array = MakeArray(&rng);
    ASSERT_EQ(Texts(array.json), array.values) << array.json;
    const std::vector<Value> whole = Read(array.json);
    for (const size_t step : {1, 2, 7}) {
      From from;
      from.step = step;
      ASSERT_TRUE(Read(array.json, from) == whole) << array.json << " " << step;
    }
  }
}

TEST(JsonValueReader, ResumesAfterEveryValue) {
  Rng rng(TestFingerprint(), "resume");
  for (int round = 0; round < 100; ++round) {
    const RandomArray array = MakeArray(&rng);
    const std::vector<Value> whole = Read(array.json);
    for (size_t i = 0; i < whole.size(); ++i) {
      From from;
      from.offset = whole[i].next_offset;
      from.lines = whole[i].next_line;
      const std::vector<Value> rest(whole.begin() + i + 1, whole.end());
      ASSERT_TRUE(Read(array.json, from) == rest) << array.json << " after " << i;
    }
  }
}

// Whatever is cut off, the values before it are read and the cut is reported.
TEST(JsonValueReader, NoticesACutAtEveryByte) {
  Rng rng(TestFingerprint(), "cuts");
  for (int round = 0; round < 30; ++round) {
    const RandomArray array = MakeArray(&rng);
    const size_t open = array.json.find('[');
    const size_t close = array.json.rfind(']');
    const std::vector<Value> whole = Read(array.json);
    for (size_t size = open + 1; size <= close; ++size) {
      const std::vector<Value> cut = Read(array.json.substr(0, size));
      ASSERT_FALSE(cut.empty()) << array.json << " at " << size;
      const std::string& last = cut.back().text;
      ASSERT_TRUE(last.find("cut off") != std::string::npos) << array.json << " at " << size;
      for (size_t i = 0; i < whole.size() && whole[i].next_offset < size; ++i) {
        ASSERT_TRUE(cut[i] == whole[i]) << array.json << " at " << size;
      }
    }
  }
}

}  // namespace
}  // namespace quipu::pipelines
