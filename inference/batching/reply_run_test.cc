// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/reply_run.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "inference/kernels/log_softmax.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using End = CompletedPart::End;

constexpr TokenId kEndOfMessage = 258;

// Gives a run logits that prefer one given token, and the others less the
// higher their id.
class Driver {
 public:
  explicit Driver(std::vector<std::string> words = {}, ReplyTemplate reply_template = {},
                  double temperature = 0)
      : tokenizer_(CreateByteTokenizer(std::move(words))),
        mask_(TokenMask::Create(*tokenizer_, tokenizer_->vocab_size())) {
    request_.reply_template = std::move(reply_template);
    request_.sampling.temperature = temperature;
    EXPECT_OK(ValidateRequest(request_));
    run_.emplace(*tokenizer_, mask_, request_);
  }

  ReplyRun& run() { return *run_; }

  std::vector<float> Logits(const std::vector<TokenId>& wishes) const {
    std::vector<float> logits(tokenizer_->vocab_size());
    for (size_t i = 0; i < logits.size(); ++i) logits[i] = -0.01f * static_cast<float>(i);
    float bonus = 20;
    for (const TokenId wish : wishes) logits[wish] = bonus--;
    return logits;
  }

  // Offers the wanted tokens, the first one most; returns the text to run next
  // ("{end}" and the like for control tokens).
  std::string Offer(const std::vector<TokenId>& wishes) {
    std::vector<float> logits = Logits(wishes);
    EXPECT_OK(run_->Sample(absl::MakeSpan(logits)));
    std::string text;
    for (const TokenId id : run_->TakeForced()) {
      const absl::string_view bytes = tokenizer_->TokenBytes(id);
      text.append(bytes.data(), bytes.size());
    }
    return text;
  }

  TokenId Word(const std::string& word) const { return tokenizer_->Encode(word, false).at(0); }

  // Offers the bytes of `text` one by one.
  std::string Type(const std::string& text) {
    std::string forced;
    for (const char c : text) forced += Offer({static_cast<unsigned char>(c)});
    return forced;
  }

 private:
  std::shared_ptr<const Tokenizer> tokenizer_;
  TokenMask mask_;
  CompleteRequest request_;
  std::optional<ReplyRun> run_;
};

ReplyTemplate QuestionAndAnswer(int min_tokens, int max_tokens) {
  return {Slot::Literal("<q>"), Slot::Free("question", min_tokens, max_tokens, "</q>"),
          Slot::Literal("</q>\n"), Slot::Literal("<a>"),
          Slot::Free("answer", min_tokens, max_tokens, "</a>")};
}

TEST(ReplyRun, NeverSamplesABannedWord) {
  ReplyTemplate reply_template = QuestionAndAnswer(0, 20);
  reply_template[1].banned = {"excerpt", "cut"};
  Driver driver({"excerpt", "cerpt"}, reply_template);

  // As one token, then as the end of several; the next wish is taken instead.
  EXPECT_EQ(driver.Offer({driver.Word("excerpt"), 'e'}), "e");
  EXPECT_EQ(driver.Offer({'x'}), "x");
  EXPECT_EQ(driver.Offer({driver.Word("cerpt"), 'a'}), "a");
  driver.Type("m a cu");
  EXPECT_EQ(driver.Offer({'t', 'p'}), "p");
  driver.Type("</q>");
  // The answer has no banned words.
  EXPECT_EQ(driver.Offer({driver.Word("excerpt")}), "excerpt");
}

TEST(ReplyRun, ForcesLiteralsAndEndsPartsAtTheirText) {
  Driver driver({}, QuestionAndAnswer(0, 20));

  EXPECT_EQ(driver.run().opening(), "<q>");
  EXPECT_EQ(driver.Type("Why?</q"), "Why?</q");
  EXPECT_EQ(driver.Type(">"), ">\n<a>");
  EXPECT_EQ(driver.Type("So.</a>"), "So.</a>");

  ASSERT_TRUE(driver.run().done());
  const Completion completion = driver.run().TakeCompletion();
  ASSERT_EQ(completion.parts.size(), 2u);
  EXPECT_EQ(completion.parts[0].name, "question");
  EXPECT_EQ(completion.parts[0].text, "Why?");
  EXPECT_EQ(completion.parts[0].num_tokens, 8);
  EXPECT_EQ(completion.parts[0].end, End::kText);
  EXPECT_EQ(completion.parts[1].name, "answer");
  EXPECT_EQ(completion.parts[1].text, "So.");
}

TEST(ReplyRun, ForcesOnlyWhatTheLastTokenLeftOfTheLiteral) {
  Driver driver({">\n<"}, QuestionAndAnswer(0, 20));
  driver.Type("x</q");

  EXPECT_EQ(driver.Offer({driver.Word(">\n<")}), ">\n<a>");
  EXPECT_TRUE(driver.run().first_forced_is_sampled());
}

TEST(ReplyRun, ForcesAllBehindTheEndWhenTheLastTokenDisagrees) {
  Driver driver({">!"}, QuestionAndAnswer(0, 20));
  driver.Type("x</q");

  EXPECT_EQ(driver.Offer({driver.Word(">!")}), ">!\n<a>");
}

TEST(ReplyRun, NeverRunsPastTheNextLiteral) {
  Driver driver({">\n<a>", ">\n<a>B"}, QuestionAndAnswer(0, 20));
  driver.Type("x</q");

  EXPECT_EQ(driver.Offer({driver.Word(">\n<a>B"), driver.Word(">\n<a>")}), ">\n<a>");
  EXPECT_EQ(driver.Type("C</a>"), "C</a>");
  EXPECT_EQ(driver.run().TakeCompletion().parts[1].text, "C");
}

TEST(ReplyRun, FindsAnEndThatBeginsInsideAToken) {
  Driver driver({"y</", "q>"}, QuestionAndAnswer(0, 20));
  driver.Offer({driver.Word("y</")});
  driver.Offer({driver.Word("q>")});
  driver.Type("</a>");

  EXPECT_EQ(driver.run().TakeCompletion().parts[0].text, "y");
}

TEST(ReplyRun, TakesAPartialEndThatComesToNothingAsText) {
  Driver driver({}, QuestionAndAnswer(0, 20));
  driver.Type("a</</q></a>");

  EXPECT_EQ(driver.run().TakeCompletion().parts[0].text, "a</");
}

TEST(ReplyRun, EndsAPartWithTheTurnAndForcesTheLiteral) {
  Driver driver({}, QuestionAndAnswer(0, 20));
  driver.Type("Why");

  EXPECT_EQ(driver.Offer({kEndOfMessage}), "</q>\n<a>");
  EXPECT_FALSE(driver.run().first_forced_is_sampled());
  driver.Type("b</");
  EXPECT_EQ(driver.Offer({kEndOfMessage}), "");

  ASSERT_TRUE(driver.run().done());
  const Completion completion = driver.run().TakeCompletion();
  EXPECT_EQ(completion.parts[0].end, End::kEndOfTurn);
  EXPECT_EQ(completion.parts[0].num_tokens, 4);
  EXPECT_EQ(completion.parts[1].end, End::kEndOfTurn);
  EXPECT_EQ(completion.parts[1].text, "b");
}

TEST(ReplyRun, CutsAtMaxTokensAndForcesTheLiteral) {
  Driver driver({}, QuestionAndAnswer(0, 4));
  EXPECT_EQ(driver.Type("abcd"), "abcd</q>\n<a>");
  // The part's own end has begun: the rest of it is forced.
  EXPECT_EQ(driver.Type("ab</"), "ab</");

  const Completion completion = driver.run().TakeCompletion();
  EXPECT_EQ(completion.parts[0].text, "abcd");
  EXPECT_EQ(completion.parts[0].end, End::kMaxTokens);
  EXPECT_EQ(completion.parts[1].text, "ab");
  EXPECT_EQ(completion.parts[1].end, End::kMaxTokens);
}

TEST(ReplyRun, ForcesTheRestOfAnEndThatWasCut) {
  Driver driver({}, QuestionAndAnswer(0, 4));
  EXPECT_EQ(driver.Type("ab</"), "ab</q>\n<a>");
}

TEST(ReplyRun, PrefersTheEndToTheCut) {
  Driver driver({}, QuestionAndAnswer(0, 5));
  driver.Type("a</q></a>");
  EXPECT_EQ(driver.run().TakeCompletion().parts[0].end, End::kText);
}

TEST(ReplyRun, CutsNoCharacterInTwo) {
  Driver driver({}, QuestionAndAnswer(0, 4));
  driver.Type("ab\xe2\x82");  // Two of the three bytes of a euro sign.
  driver.Type(
      "\xff"
      "a\xc3\xa9");  // An invalid byte, and a whole character.

  const Completion completion = driver.run().TakeCompletion();
  EXPECT_EQ(completion.parts[0].text, "ab");
  EXPECT_EQ(completion.parts[1].text,
            "\xef\xbf\xbd"
            "a\xc3\xa9");
}

TEST(ReplyRun, EndsNothingBeforeMinTokens) {
  Driver driver({"</", "q</q>"}, QuestionAndAnswer(3, 20));

  // Not with the end of the turn, the end text, or a beginning of it.
  EXPECT_EQ(driver.Offer({kEndOfMessage, '<', driver.Word("</"), driver.Word("q</q>"), 'a'}), "a");
  EXPECT_EQ(driver.Offer({driver.Word("q</q>"), driver.Word("</"), 'b'}), "b");
  EXPECT_EQ(driver.Offer({driver.Word("</"), kEndOfMessage, 'c'}), "c");
  EXPECT_EQ(driver.Offer({driver.Word("q</q>")}), "q</q>\n<a>");
  driver.Type("xyz</a>");

  EXPECT_EQ(driver.run().TakeCompletion().parts[0].text, "abcq");
}

TEST(ReplyRun, NeverSamplesControlTokens) {
  Driver driver({}, {Slot::Free("text", 0, 20, "\n")}, /*temperature=*/0.5);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(driver.Offer({257, 259, 256 + 1, 'k'}), "k");
}

TEST(ReplyRun, LetsAPartBeEmptyWhereItMay) {
  Driver driver({}, QuestionAndAnswer(0, 20));
  driver.Type("</q></a>");
  EXPECT_EQ(driver.run().TakeCompletion().parts[0].text, "");
}

TEST(ReplyRun, AddsTheLogProbabilitiesOfWhatWasSampled) {
  Driver driver({}, {Slot::Free("text", 0, 20, "\n")}, /*temperature=*/0.5);
  // Control tokens count in the sum, although they cannot be sampled.
  const std::vector<float> logits = driver.Logits({257, 'z'});
  const double expected =
      2 * (19.0 - LogSumExp(logits)) + (20.0 - LogSumExp(driver.Logits({'\n'})));
  driver.Offer({257, 'z'});
  driver.Offer({257, 'z'});
  driver.Offer({'\n'});

  const Completion completion = driver.run().TakeCompletion();
  EXPECT_EQ(completion.parts[0].text, "zz");
  EXPECT_NEAR(completion.parts[0].log_prob, expected, 1e-12);
}

TEST(ReplyRun, DependsOnItsSeedAlone) {
  const auto tokenizer = CreateByteTokenizer();
  const TokenMask mask = TokenMask::Create(*tokenizer, 300);  // Rows longer than the vocabulary.
  const auto sample = [&](absl::string_view seed) {
    CompleteRequest request;
    request.reply_template = {Slot::Free("text", 2, 30, "e")};
    request.sampling = {1.0, 0, 1, 0};
    request.seed = FingerprintOf(seed);
    ReplyRun run(*tokenizer, mask, request);
    while (!run.done()) {
      std::vector<float> logits(300, 0.0f);
      EXPECT_OK(run.Sample(absl::MakeSpan(logits)));
      for (const TokenId id : run.TakeForced()) EXPECT_LT(id, 256);
    }
    return run.TakeCompletion().parts[0].text;
  };

  EXPECT_EQ(sample("a"), sample("a"));
  EXPECT_NE(sample("a"), sample("b"));
}

TEST(ReplyRun, SaysWhenNoTokenIsAllowed) {
  const auto tokenizer = CreateByteTokenizer();
  TokenMask mask = TokenMask::Create(*tokenizer, 260);
  for (TokenId id = 0; id < 256; ++id) mask.never.push_back(id);
  CompleteRequest request;
  request.reply_template = {Slot::Free("text", 1, 3, "")};
  ReplyRun run(*tokenizer, mask, request);
  std::vector<float> logits(260, 0.0f);

  EXPECT_THAT(run.Sample(absl::MakeSpan(logits)),
              StatusIs(absl::StatusCode::kInternal, "no token of the vocabulary is allowed"));
}

}  // namespace
}  // namespace quipu::inference
