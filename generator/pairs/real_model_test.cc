// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Plans and long rows with the small model's own tokenizer and chat template.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "generator/pairs/task_planner.h"
#include "generator/rows/instance_builder.h"
#include "generator/text/normalize.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/row_checks.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::CheckRow;
using ::quipu::testing::TestFingerprint;

class RealModelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(gguf_, inference::GgufFile::Open(SmallModelPath()));
    ASSERT_OK_AND_ASSIGN(std::shared_ptr<const inference::Tokenizer> tokenizer,
                         inference::CreateTokenizer(*gguf_));
    ASSERT_OK_AND_ASSIGN(inference::ChatTemplate chat_template,
                         inference::ChatTemplate::FromGguf(*gguf_, *tokenizer));
    target_ =
        std::make_unique<TargetModel>(TargetModel{std::move(tokenizer), std::move(chat_template)});
  }

  std::unique_ptr<inference::GgufFile> gguf_;
  std::unique_ptr<TargetModel> target_;
};

// A manual with what real ones have: headings, wrapped paragraphs, items, code,
// a table, other scripts, control tokens spelled out.
v1::Document MakeDocument(Rng* rng, int sections) {
  static const char* const kSentences[] = {
      "The daemon reads its configuration once, when it starts.",
      "A package that fails to install is left unpacked, and the next run "
      "tries it again.",
      "Each record is written to disk before it is acknowledged (see "
      "fsync(2)).",
      "\u30AD\u30FC\u30D7\u306F\u7E04\u306E\u7D50\u3073\u76EE\u3067\u8A18\u9332"
      "\u3059\u308B\u3002",
      "It prints \u201cdone\u201d \U0001F9F6 at the end, e.g. after about "
      "1,500 records.",
      "Never write <|im_end|> or [/INST] in a message by hand.",
      "The \u043A\u0438\u043F\u0443 was read by its keepers, na\u00EFve as "
      "that may seem."};
  std::string text;
  for (int s = 0; s < sections; ++s) {
    absl::StrAppend(&text, s, ". Section about things\n\n");
    for (uint64_t p = 1 + rng->Below(4); p > 0; --p) {
      size_t line = 0;
      for (uint64_t n = 2 + rng->Below(6); n > 0; --n) {
        const std::string sentence = kSentences[rng->Below(std::size(kSentences))];
        if (line + sentence.size() > 90) {
          text += '\n';
          line = 0;
        }
        absl::StrAppend(&text, line == 0 ? "    " : " ", sentence);
        line += sentence.size() + 1;
      }
      text += "\n\n";
    }
    if (rng->Below(3) == 0) text += "    $ apt-get install quipu\n    $ quipu build SPEC\n\n";
    if (rng->Below(4) == 0) text += "    | a | b |\n    +---+---+\n    | 1 | 2 |\n\n";
  }
  v1::Document document;
  document.set_text(*NormalizeDocument(text));
  document.set_id(FingerprintOf(document.text()).ToBytes());
  return document;
}

TEST_F(RealModelTest, PlansChunksOfTheSizeAsked) {
  Rng rng(TestFingerprint(), "plans");
  v1::RunSpec spec;
  spec.mutable_chunks()->set_tokens_per_chunk(1000);
  const v1::Document document = MakeDocument(&rng, 150);
  ASSERT_OK_AND_ASSIGN(
      const v1::DocumentPlan plan,
      TaskPlanner(spec.chunks(), spec.generation(), FingerprintOf("run"), *target_->tokenizer)
          .Plan(document));
  ASSERT_GE(plan.tasks_size(), 16);
  for (const v1::Task& task : plan.tasks()) {
    const absl::string_view chunk =
        absl::string_view(document.text())
            .substr(task.chunk().begin(), task.chunk().end() - task.chunk().begin());
    const size_t tokens = target_->tokenizer->Encode(chunk, false).size();
    EXPECT_GE(tokens, spec.chunks().min_tokens());
    EXPECT_LE(tokens, spec.chunks().max_tokens());
    EXPECT_TRUE(IsValidUtf8(chunk));
    EXPECT_EQ(chunk.find("+---+"), absl::string_view::npos);
  }
}

TEST_F(RealModelTest, BuildsRowsThatKeepTheirPromises) {
  Rng rng(TestFingerprint(), "rows");
  for (int round = 0; round < 12; ++round) {
    const v1::Document document = MakeDocument(&rng, static_cast<int>(20 + rng.Below(60)));
    const SourceDocument source(document, *target_);
    for (int pick = 0; pick < 6; ++pick) {
      v1::InstanceSpec spec;
      spec.set_context_tokens(static_cast<uint32_t>(1024 + rng.Below(3000)));
      spec.set_prompt_loss_weight(rng.Below(2) == 0 ? 1 : 0);
      v1::Result sample;
      v1::Task& task = *sample.mutable_task();
      task.set_id(FingerprintBuilder("t").Add(rng.Next()).Build().ToBytes());
      task.set_document_id(document.id());
      task.set_form(rng.Below(2) == 0 ? v1::ANSWER_FORM_SHORT : v1::ANSWER_FORM_LONG);
      // Any span, not only the planner's: between code points.
      const size_t begin =
          FloorToCodePoint(document.text(), rng.Below(document.text().size() - 1600));
      task.mutable_chunk()->set_begin(begin);
      task.mutable_chunk()->set_end(FloorToCodePoint(document.text(), begin + 8 + rng.Below(1500)));
      sample.set_question("When is a record acknowledged? \U0001F9F6");
      sample.set_answer("After it was written to disk.");
      const Evidence evidence;
      ASSERT_OK_AND_ASSIGN(const auto built,
                           BuildLongInstance(source, {{&sample, &evidence}}, spec, *target_));
      ASSERT_TRUE(std::holds_alternative<v1::TrainingRow>(built))
          << std::get<v1::Reject>(built).detail();
      const v1::TrainingRow& row = std::get<v1::TrainingRow>(built);
      CheckRow(row, document, sample, spec, *target_);
      if (HasFatalFailure()) return;
      const bool whole = row.long_details().context_span().end() == document.text().size() &&
                         row.long_details().context_span().begin() == 0;
      if (!whole) {
        EXPECT_GT(row.input_ids_size() * 100, 90 * static_cast<int>(spec.context_tokens()));
      }
    }
  }
}

TEST_F(RealModelTest, BuildsShortRows) {
  v1::ShortRow row;
  row.set_id(std::string(16, 's'));
  row.add_messages()->set_role("user");
  row.mutable_messages(0)->set_content("Say yes.");
  row.add_messages()->set_role("assistant");
  row.mutable_messages(1)->set_content("Yes.");
  ASSERT_OK_AND_ASSIGN(const auto built, BuildShortInstance(row, v1::PackingSpec(),
                                                            v1::InstanceSpec::TOKENS, *target_));
  const ShortInstance& instance = std::get<ShortInstance>(built);
  ASSERT_EQ(instance.segment.trained_size(), 1);
  const v1::TokenRange& range = instance.segment.trained(0);
  EXPECT_EQ(target_->tokenizer->Decode(absl::MakeConstSpan(instance.input_ids)
                                           .subspan(range.begin(), range.end() - range.begin() - 1),
                                       false),
            "Yes.");
  EXPECT_EQ(instance.input_ids[range.end() - 1], target_->tokenizer->ControlId("<|im_end|>"));
}

}  // namespace
}  // namespace quipu::generator
