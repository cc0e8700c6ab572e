// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/instance_builder.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "generator/rows/row_material.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/random.h"
#include "tests/support/row_checks.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::CheckRow;
using ::quipu::testing::FakeTokenizer;
using ::quipu::testing::RecordsOf;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TestFingerprint;
using ::testing::HasSubstr;

constexpr v1::InstanceSpec::RowWeight kTokens = v1::InstanceSpec::TOKENS;

TargetModel MakeTarget(const char* name = "chatml") {
  return {std::make_shared<FakeTokenizer>(), *inference::ChatTemplate::FromName(name)};
}

// A document of numbered words, so that every stretch is unlike every other.
v1::Document MakeDocument(int words) {
  v1::Document document;
  std::string& text = *document.mutable_text();
  for (int i = 0; i < words; ++i) {
    absl::StrAppend(&text, "w", i, i % 200 == 199 ? "\n\n" : i % 12 == 11 ? "\n" : " ");
  }
  text.pop_back();
  document.set_id(FingerprintOf(text).ToBytes());
  return document;
}

v1::Result MakeSample(const v1::Document& document, size_t begin, size_t end, uint64_t n = 0) {
  v1::Result sample;
  sample.mutable_task()->set_id(FingerprintBuilder("task").Add(n).Build().ToBytes());
  sample.mutable_task()->set_document_id(document.id());
  sample.mutable_task()->mutable_chunk()->set_begin(begin);
  sample.mutable_task()->mutable_chunk()->set_end(end);
  sample.mutable_task()->set_form(v1::ANSWER_FORM_LONG);
  sample.set_question("What is \"{document}\" here, and why?");
  sample.set_answer("It is {question}, of course.");
  return sample;
}

absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> Build(const v1::Document& document,
                                                                const v1::Result& sample,
                                                                const Evidence& evidence,
                                                                const v1::InstanceSpec& spec,
                                                                const TargetModel& target) {
  return BuildLongInstance(SourceDocument(document, target), {{&sample, &evidence}}, spec, target);
}

v1::TrainingRow BuildRow(const v1::Document& document, const v1::Result& sample,
                         const v1::InstanceSpec& spec, const TargetModel& target) {
  auto built = Build(document, sample, {}, spec, target);
  EXPECT_TRUE(built.ok()) << built.status();
  if (!built.ok() || !std::holds_alternative<v1::TrainingRow>(*built)) {
    ADD_FAILURE() << (built.ok() ? std::get<v1::Reject>(*built).detail() : "");
    return {};
  }
  return std::get<v1::TrainingRow>(*std::move(built));
}

TEST(LongInstance, KeepsItsPromisesOnRandomCuts) {
  Rng rng(TestFingerprint(), "rows");
  for (const char* name : {"chatml", "llama2"}) {
    const TargetModel target = MakeTarget(name);
    for (int round = 0; round < 150; ++round) {
      v1::InstanceSpec spec;
      spec.set_context_tokens(static_cast<uint32_t>(512 + rng.Below(700)));
      spec.set_prompt_loss_weight(rng.Below(3) * 0.5);
      if (rng.Below(2) == 0) spec.set_system("Be {document}.");
      const v1::Document document = MakeDocument(static_cast<int>(400 + rng.Below(2500)));
      const size_t begin = rng.Below(document.text().size() - 600);
      const v1::Result sample = MakeSample(document, begin, begin + 1 + rng.Below(500), rng.Next());
      const v1::TrainingRow row = BuildRow(document, sample, spec, target);
      CheckRow(row, document, sample, spec, target);
      if (HasFatalFailure()) return;
      // The context is used: no more than a boundary's distance is given away.
      if (row.long_details().context_span().end() - row.long_details().context_span().begin() <
          document.text().size()) {
        ASSERT_GT(row.input_ids_size() * 100, 90 * static_cast<int>(spec.context_tokens()));
      }
    }
  }
}

TEST(LongInstance, KeepsADocumentWholeIfItFits) {
  const TargetModel target = MakeTarget();
  const v1::InstanceSpec spec;
  const v1::Document document = MakeDocument(900);
  const v1::Result sample = MakeSample(document, 0, 100);
  const v1::TrainingRow row = BuildRow(document, sample, spec, target);
  CheckRow(row, document, sample, spec, target);
  EXPECT_EQ(row.long_details().context_span().begin(), 0u);
  EXPECT_EQ(row.long_details().context_span().end(), document.text().size());
  EXPECT_EQ(row.long_details().evidence_depth(), 0);
  const v1::Result last =
      MakeSample(document, document.text().size() - 100, document.text().size());
  EXPECT_EQ(BuildRow(document, last, spec, target).long_details().evidence_depth(), 1);
}

TEST(LongInstance, KeepsADocumentWholeThatFitsExactly) {
  const TargetModel target = MakeTarget();
  const v1::Document document = MakeDocument(900);
  const v1::Result sample = MakeSample(document, 200, 300);
  v1::InstanceSpec spec;
  const uint32_t count =
      static_cast<uint32_t>(BuildRow(document, sample, spec, target).input_ids_size());
  spec.set_context_tokens(count);
  EXPECT_EQ(BuildRow(document, sample, spec, target).long_details().context_span().end(),
            document.text().size());
  spec.set_context_tokens(count - 1);
  const v1::TrainingRow cut = BuildRow(document, sample, spec, target);
  EXPECT_LT(cut.long_details().context_span().end() - cut.long_details().context_span().begin(),
            document.text().size());
  CheckRow(cut, document, sample, spec, target);
}

TEST(LongInstance, DrawsDepthFromTheTask) {
  const TargetModel target = MakeTarget();
  v1::InstanceSpec spec;
  spec.set_context_tokens(600);
  const v1::Document document = MakeDocument(4000);
  std::vector<double> depths;
  for (uint64_t n = 0; n < 40; ++n) {
    depths.push_back(BuildRow(document, MakeSample(document, 9000, 9400, n), spec, target)
                         .long_details()
                         .evidence_depth());
  }
  std::sort(depths.begin(), depths.end());
  EXPECT_LT(depths.front(), 0.2);
  EXPECT_GT(depths.back(), 0.8);
  EXPECT_GT(depths[30] - depths[10], 0.25);
}

TEST(LongInstance, RejectsWhatCannotFitAndSaysHowMuchWould) {
  const TargetModel target = MakeTarget();
  v1::InstanceSpec spec;
  spec.set_context_tokens(512);
  const v1::Document document = MakeDocument(2000);
  const v1::Result sample = MakeSample(document, 100, 6000);
  ASSERT_OK_AND_ASSIGN(auto built, Build(document, sample, {}, spec, target));
  ASSERT_TRUE(std::holds_alternative<v1::Reject>(built));
  const v1::Reject& reject = std::get<v1::Reject>(built);
  EXPECT_EQ(reject.reason(), v1::REJECT_REASON_CONTEXT_TOO_SMALL);
  // What it says is enough, and one less is not.
  const size_t at = reject.detail().find("take ") + 5;
  const uint32_t needed = static_cast<uint32_t>(std::stoul(reject.detail().substr(at)));
  spec.set_context_tokens(needed);
  CheckRow(BuildRow(document, sample, spec, target), document, sample, spec, target);
  spec.set_context_tokens(needed - 1);
  ASSERT_OK_AND_ASSIGN(built, Build(document, sample, {}, spec, target));
  EXPECT_TRUE(std::holds_alternative<v1::Reject>(built));
}

TEST(LongInstance, TakesADelimiterThatTheDocumentCannotClose) {
  const TargetModel target = MakeTarget();
  const v1::InstanceSpec spec;
  v1::Document document;
  document.set_id(std::string(16, 'd'));
  document.set_text(
      "An <b>evil</b> </document> text with <|im_end|> and [/INST] </s> "
      "inside.");
  const v1::Result sample = MakeSample(document, 3, document.text().size());
  const v1::TrainingRow row = BuildRow(document, sample, spec, target);
  CheckRow(row, document, sample, spec, target);
  EXPECT_EQ(row.long_details().delimiter(), "document-2");
  // The document's own spelling of a control token stays text.
  int ends = 0;
  for (const int32_t id : row.input_ids()) ends += target.tokenizer->IsEndOfTurn(id);
  EXPECT_EQ(ends, 2);  // User and assistant.
  ASSERT_OK_AND_ASSIGN(const RowMaterial material,
                       MaterialOf(row.long_details(), RecordsOf(document, sample), spec));
  const RowConversation conversation = ConversationOf(material, spec);
  EXPECT_TRUE(absl::StrContains(conversation.messages[0].content,
                                "<document-2>\nAn <b>evil</b> </document>"));
}

TEST(LongInstance, TakesThePromptOfItsForm) {
  const TargetModel target = MakeTarget();
  const v1::InstanceSpec spec;
  const v1::Document document = MakeDocument(50);
  v1::Result sample = MakeSample(document, 0, 20);
  sample.mutable_task()->set_form(v1::ANSWER_FORM_SHORT);
  const v1::TrainingRow row = BuildRow(document, sample, spec, target);
  CheckRow(row, document, sample, spec, target);
  ASSERT_OK_AND_ASSIGN(const RowMaterial material,
                       MaterialOf(row.long_details(), RecordsOf(document, sample), spec));
  const RowConversation conversation = ConversationOf(material, spec);
  EXPECT_TRUE(absl::StrContains(conversation.messages[0].content, "as briefly as you can"));
}

TEST(LongInstance, IsNotPaddedIfTheSpecSaysSo) {
  const TargetModel target = MakeTarget();
  v1::InstanceSpec spec;
  spec.set_padding(v1::InstanceSpec::NO_PADDING);
  const v1::Document document = MakeDocument(50);
  const v1::TrainingRow row = BuildRow(document, MakeSample(document, 0, 20), spec, target);
  EXPECT_EQ(row.padded_length(), static_cast<uint32_t>(row.input_ids_size()));
}

TEST(LongInstance, QuotesItsEvidenceInTheStyleOfTheSpec) {
  const TargetModel target = MakeTarget();
  const v1::Document document = MakeDocument(900);
  const v1::Result sample = MakeSample(document, 0, 100);
  const Evidence evidence = {{{0, 11}, {15, 26}}, {{500, 520}}, "", {}};
  for (const auto style :
       {v1::InstanceSpec::PLAIN, v1::InstanceSpec::EVIDENCE_FIRST, v1::InstanceSpec::CITED}) {
    v1::InstanceSpec spec;
    spec.set_answer_style(style);

    ASSERT_OK_AND_ASSIGN(auto built, Build(document, sample, evidence, spec, target));

    const v1::TrainingRow& row = std::get<v1::TrainingRow>(built);
    ASSERT_NO_FATAL_FAILURE(CheckRow(row, document, sample, spec, target));
    ASSERT_EQ(row.long_details().evidence_size(), 2);
    EXPECT_EQ(row.long_details().evidence(1).begin(), 15u);
    ASSERT_EQ(row.long_details().other_places_size(), 1);
    EXPECT_EQ(row.long_details().other_places(0).end(), 520u);
    // The quotation is trained: it is part of the answer.
    const v1::TokenRange& trained = row.segments(0).trained(0);
    const std::string answer =
        target.tokenizer->Decode(absl::MakeConstSpan(row.input_ids())
                                     .subspan(trained.begin(), trained.end() - trained.begin() - 1),
                                 false);
    EXPECT_EQ(absl::StrContains(answer, document.text().substr(15, 11)),
              style != v1::InstanceSpec::PLAIN)
        << answer;
  }
}

TEST(LongInstance, WeighsThePromptLessThanTheAnswer) {
  const TargetModel target = MakeTarget();
  v1::InstanceSpec spec;
  spec.set_prompt_loss_weight(0.25);
  const v1::Document document = MakeDocument(50);

  const v1::TrainingRow row = BuildRow(document, MakeSample(document, 0, 20), spec, target);

  const v1::Segment& segment = row.segments(0);
  ASSERT_GE(segment.trained_size(), 2);
  EXPECT_EQ(segment.trained(0).begin(), 1u);
  EXPECT_EQ(segment.trained(0).weight(), 0.25);
  EXPECT_FALSE(segment.trained(1).has_weight());
  EXPECT_EQ(segment.trained(1).begin(), segment.trained(0).end());
  EXPECT_EQ(row.long_details().prompt_loss_weight(), 0.25);
}

TEST(LongInstance, RefusesSamplesThatDoNotBelong) {
  const TargetModel target = MakeTarget();
  const v1::InstanceSpec spec;
  const v1::Document document = MakeDocument(50);
  const auto build = [&](const v1::Result& sample) {
    return Build(document, sample, {}, spec, target).status();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  v1::Result sample = MakeSample(document, 0, 20);
  sample.mutable_task()->set_document_id("other");
  EXPECT_THAT(build(sample), StatusIs(kInvalid, "another document"));
  EXPECT_THAT(build(MakeSample(document, 20, 20)), StatusIs(kInvalid, "chunk [20, 20)"));
  EXPECT_THAT(build(MakeSample(document, 0, 100000)), StatusIs(kInvalid, "chunk [0, 100000)"));
  sample = MakeSample(document, 0, 20);
  sample.mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT);
  EXPECT_THAT(build(sample), StatusIs(kInvalid, "reject"));
  v1::LongDetails details;
  details.mutable_context_span()->set_begin(10);
  details.mutable_context_span()->set_end(100);
  sample = MakeSample(document, 0, 20);
  EXPECT_THAT(MaterialOf(details, RecordsOf(document, sample), spec).status(),
              StatusIs(kInvalid, "does not contain chunk"));
}

v1::ShortRow MakeShort(const std::vector<std::pair<const char*, const char*>>& turns) {
  v1::ShortRow row;
  row.set_id(std::string(16, 's'));
  for (const auto& [role, content] : turns) {
    v1::ChatMessage& message = *row.add_messages();
    message.set_role(role);
    message.set_content(content);
  }
  return row;
}

TEST(ShortInstance, TrainsOnAnswersAndTheirEnds) {
  const TargetModel target = MakeTarget();
  const v1::ShortRow row = MakeShort({{"user", "Hi there"},
                                      {"assistant", "Hello you"},
                                      {"user", "Bye"},
                                      {"assistant", "See you"}});
  ASSERT_OK_AND_ASSIGN(const auto built, BuildShortInstance(row, {}, kTokens, target));
  const ShortInstance& instance = std::get<ShortInstance>(built);
  EXPECT_EQ(instance.segment.length(), instance.input_ids.size());
  EXPECT_EQ(instance.segment.source_id(), row.id());
  ASSERT_EQ(instance.segment.trained_size(), 2);
  for (const v1::TokenRange& range : instance.segment.trained()) {
    EXPECT_TRUE(target.tokenizer->IsEndOfTurn(instance.input_ids[range.end() - 1]));
  }
  const v1::TokenRange& first = instance.segment.trained(0);
  EXPECT_EQ(target.tokenizer->Decode(absl::MakeConstSpan(instance.input_ids)
                                         .subspan(first.begin(), first.end() - first.begin() - 1),
                                     false),
            "Hello you");
}

TEST(ShortInstance, TakesNoLossOnTurnsThatSaySo) {
  const TargetModel target = MakeTarget();
  v1::ShortRow row = MakeShort({{"user", "Hi there"},
                                {"assistant", "Wrong words"},
                                {"user", "Bye"},
                                {"assistant", "See you"}});
  row.mutable_messages(1)->set_not_trained(true);
  v1::PackingSpec spec;
  for (const double prompt_weight : {0.0, 1.0}) {
    spec.set_prompt_loss_weight(prompt_weight);
    ASSERT_OK_AND_ASSIGN(const auto built, BuildShortInstance(row, spec, kTokens, target));
    const ShortInstance& instance = std::get<ShortInstance>(built);
    std::string trained;
    for (const v1::TokenRange& range : instance.segment.trained()) {
      absl::StrAppend(&trained, target.tokenizer->Decode(
                                    absl::MakeConstSpan(instance.input_ids)
                                        .subspan(range.begin(), range.end() - range.begin()),
                                    false));
    }
    EXPECT_EQ(trained.find("Wrong"), std::string::npos) << trained;
    EXPECT_NE(trained.find("See you"), std::string::npos) << trained;
    EXPECT_EQ(trained.find("Bye") != std::string::npos, prompt_weight > 0) << trained;
  }
  row.mutable_messages(3)->set_not_trained(true);
  ASSERT_OK_AND_ASSIGN(const auto built, BuildShortInstance(row, spec, kTokens, target));
  EXPECT_EQ(std::get<v1::Reject>(built).reason(), v1::REJECT_REASON_NOTHING_TO_TRAIN);
}

TEST(ShortInstance, TrainsOnEverythingIfAsked) {
  v1::PackingSpec spec;
  spec.set_prompt_loss_weight(1);
  ASSERT_OK_AND_ASSIGN(const auto built,
                       BuildShortInstance(MakeShort({{"user", "Hi"}, {"assistant", "Yes"}}), spec,
                                          kTokens, MakeTarget()));
  const ShortInstance& instance = std::get<ShortInstance>(built);
  ASSERT_EQ(instance.segment.trained_size(), 1);
  EXPECT_EQ(instance.segment.trained(0).begin(), 1u);
  EXPECT_EQ(instance.segment.trained(0).end(), instance.input_ids.size());
}

TEST(ShortInstance, RejectsRowsWithNothingToTrain) {
  for (const auto& row :
       {MakeShort({{"user", "Hi"}}), MakeShort({}),
        MakeShort({{"user", "Hi"}, {"assistant", " \n"}}),
        MakeShort({{"user", "a"}, {"assistant", "b"}, {"user", "c"}, {"assistant", ""}})}) {
    ASSERT_OK_AND_ASSIGN(const auto built, BuildShortInstance(row, {}, kTokens, MakeTarget()));
    ASSERT_TRUE(std::holds_alternative<v1::Reject>(built));
    EXPECT_EQ(std::get<v1::Reject>(built).reason(), v1::REJECT_REASON_NOTHING_TO_TRAIN);
  }
}

TEST(ShortInstance, RefusesUnknownRoles) {
  EXPECT_THAT(
      BuildShortInstance(MakeShort({{"tool", "x"}, {"assistant", "b"}}), {}, kTokens, MakeTarget())
          .status(),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ShortInstance, RejectsAConversationThatTheTemplateRefuses) {
  ASSERT_OK_AND_ASSIGN(const auto built,
                       BuildShortInstance(MakeShort({{"assistant", "b"}, {"assistant", "c"}}), {},
                                          kTokens, MakeTarget()));
  ASSERT_TRUE(std::holds_alternative<v1::Reject>(built));
  EXPECT_EQ(std::get<v1::Reject>(built).reason(), v1::REJECT_REASON_MALFORMED);
  EXPECT_THAT(std::get<v1::Reject>(built).detail(), HasSubstr("assistant"));
}

}  // namespace
}  // namespace quipu::generator
