// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// `quipu report` as a user meets it: the page of a run of the scripted engine, and that its counts
// are those of `quipu status --json`.
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/cli/command_line.h"
#include "simdjson.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

constexpr uint64_t kMaxPageBytes = 5 << 20;

// The counts of a page by their keys: <data value="1" data-count="accepted">.
std::map<std::string, uint64_t> CountsOf(const std::string& page) {
  constexpr char kValue[] = "<data value=\"";
  constexpr char kKey[] = "\" data-count=\"";
  std::map<std::string, uint64_t> counts;
  for (size_t at = page.find(kValue); at != std::string::npos; at = page.find(kValue, at)) {
    at += sizeof(kValue) - 1;
    const size_t key = page.find(kKey, at);
    uint64_t value = 0;
    EXPECT_TRUE(absl::SimpleAtoi(page.substr(at, key - at), &value));
    const size_t begin = key + sizeof(kKey) - 1;
    const std::string name = page.substr(begin, page.find('"', begin) - begin);
    const auto [known, added] = counts.emplace(name, value);
    EXPECT_TRUE(added || known->second == value) << name << " has two values";
  }
  return counts;
}

class ReportCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    std::string text;
    for (int i = 0; i < 400; ++i) {
      absl::StrAppend(&text, "The miller of village ", i, " sold ", 3 * i + 2,
                      " sacks of flour in the year ", 1300 + i, i % 5 == 4 ? ".\n\n" : ". ");
    }
    std::string table;
    for (int i = 0; i < 2000; ++i) absl::StrAppend(&table, i, "\t", i * 7, "\t", i * 31, "\n");
    ASSERT_OK(MakeDirs(dir_.Path("corpus")));
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus/a.txt"), text));
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus/b.txt"), table));
    ASSERT_OK(WriteFileAtomic(dir_.Path("corpus/c.txt"), text));
    ASSERT_OK(
        WriteFileAtomic(dir_.Path("rows.jsonl"),
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"Two and two?\"}, "
                        "{\"role\": \"assistant\", \"content\": \"Four.\"}]}\n"
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"Nothing to train.\"}, "
                        "{\"role\": \"assistant\", \"content\": \"\"}]}\n"));
    ASSERT_OK(WriteFileAtomic(
        dir_.Path("spec.textproto"),
        absl::StrCat("store: \"", dir_.Path("run/store"), "\"\ndocuments { path: \"",
                     dir_.Path("corpus"), "\" }\nshort_rows { path: \"", dir_.Path("rows.jsonl"),
                     "\" }\nengine { kind: SCRIPTED }\nread { min_document_tokens: 1 }\n")));
  }

  CommandResult Run(const std::vector<std::string>& args) {
    out_.str("");
    return RunCommandLine(args, out_, err_);
  }

  // Builds the run, and returns its page.
  std::string PageOf(const std::string& store) {
    EXPECT_OK(Run({"build", dir_.Path("spec.textproto")}).status);
    EXPECT_OK(Run({"report", store}).status);
    auto page = ReadFile(dir_.Path("run/report.html"), kMaxPageBytes);
    EXPECT_OK(page);
    return page.ok() ? *page : "";
  }

  TempDir dir_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ReportCommandTest, CountsAreThoseOfStatus) {
  const std::map<std::string, uint64_t> counts = CountsOf(PageOf(dir_.Path("run/store")));
  ASSERT_OK(Run({"status", dir_.Path("run/store"), "--json"}).status);
  simdjson::dom::parser parser;
  const std::string text = out_.str();
  simdjson::dom::element status;
  ASSERT_EQ(parser.parse(text).get(status), simdjson::SUCCESS);

  // Every count of the page is in the status, with the same value.
  for (const auto& [key, value] : counts) {
    std::string pointer = absl::StrCat("/", key);
    if (const size_t dot = pointer.find('.'); dot != std::string::npos) pointer[dot] = '/';
    uint64_t wanted = 0;
    ASSERT_EQ(status.at_pointer(pointer).get(wanted), simdjson::SUCCESS) << key;
    EXPECT_EQ(value, wanted) << key;
  }
  // And every count of a reason is in the page.
  for (const char* group : {"rejects", "row_rejects", "no_chunk"}) {
    simdjson::dom::object reasons;
    ASSERT_EQ(status[group].get(reasons), simdjson::SUCCESS);
    for (const auto& [reason, count] : reasons) {
      EXPECT_EQ(counts.count(absl::StrCat(group, ".", std::string(reason))), 1u) << reason;
    }
  }
  for (const char* key :
       {"documents", "pairs", "accepted", "rejected", "long_rows", "packed_rows", "short_rows",
        "bad_records", "duplicates", "duplicate_rows", "without_chunk"}) {
    EXPECT_EQ(counts.count(key), 1u) << key;
  }
  EXPECT_GT(counts.at("accepted"), 0u);
}

TEST_F(ReportCommandTest, SaysWhereThePageIs) {
  const std::string store = dir_.Path("run/store");
  ASSERT_FALSE(PageOf(absl::StrCat(store, "/")).empty()) << "beside the store";
  ASSERT_OK(Run({"report", store, "--out", dir_.Path("here.html"), "--seed", "3"}).status);

  EXPECT_THAT(out_.str(), HasSubstr(absl::StrCat("report     ", dir_.Path("here.html"))));
  ASSERT_OK_AND_ASSIGN(const std::string page, ReadFile(dir_.Path("here.html"), kMaxPageBytes));
  EXPECT_THAT(page, HasSubstr("samples drawn with seed 3"));
}

TEST_F(ReportCommandTest, AStoreThatIsNotThereIsInvalidInput) {
  EXPECT_EQ(Run({"report", dir_.Path("nowhere")}).exit_code, 2);
}

}  // namespace
}  // namespace quipu::pipelines
