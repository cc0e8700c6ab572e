// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A request's result is the same, to the last bit: alone and among others, with
// one thread and two, with its prompt split at other positions, with little
// memory, with and without drafts, and on every vector target of this machine.
// In both kinds of arithmetic, and for the tiny model with each type of keys
// and values.
#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "inference/batching/embedded_engine.h"
#include "inference/batching/load_embedded_engine.h"
#include "inference/gguf/gguf.h"
#include "inference/model/model.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/dot_instructions.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tiny_model.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::ScopedDotInstructions;
using ::quipu::testing::ScopedVectorTarget;
using ::quipu::testing::TestSeed;
using ::quipu::testing::TinyModel;
using ::quipu::testing::TinyModelOptions;
using ::quipu::testing::VectorTargets;

constexpr char kChunk[] =
    "A quipu is a record made of knotted cords. Keepers in the Andes used "
    "cotton or camelid "
    "fibre, and tied knots whose place along the cord gave units, tens and "
    "hundreds. Colours "
    "and the twist of the fibre carried meaning too, though much of it is "
    "lost.";

// Settings of an engine that must not affect results.
struct Setting {
  int others = 0;  // Callers beside the one under test.
  int threads = 1;
  int max_step_tokens = 1024;
  int draft_step_tokens = 0;
  int64_t kv_bytes = int64_t{512} << 20;
};

constexpr Math kMaths[] = {Math::kFloat, Math::kInt8};

// Settings that do affect results.
struct Arithmetic {
  Math math;
  KvType kv_type;
  const char* name;
};

constexpr Arithmetic kArithmetics[] = {
    {Math::kFloat, KvType::kF16, "float, halves"}, {Math::kFloat, KvType::kF32, "float, floats"},
    {Math::kFloat, KvType::kQ8, "float, 8 bits"},  {Math::kInt8, KvType::kF16, "int8, halves"},
    {Math::kInt8, KvType::kF32, "int8, floats"},   {Math::kInt8, KvType::kQ8, "int8, 8 bits"},
};

using MakeEngine = std::function<absl::StatusOr<std::unique_ptr<Engine>>(const Setting&)>;

std::string Bits(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return absl::StrCat(absl::Hex(bits, absl::kZeroPad16));
}

CompleteRequest PairRequest(int number, int max_tokens) {
  CompleteRequest request;
  request.user_rest = absl::StrCat("\n\nWrite question ", number, " and its answer.");
  request.reply_template = {
      Slot::Literal("<question>"), Slot::Free("question", 2, max_tokens, "</question>"),
      Slot::Literal("</question>\n<answer>"), Slot::Free("answer", 1, max_tokens, "</answer>")};
  request.sampling = {0.9, 40, 0.95, 0.01};
  request.seed = FingerprintOf(absl::StrCat("pair ", number));
  return request;
}

// Completes and scores; returns all results, to the bit, as text.
std::string RunRequest(Engine* engine, const Prefix& prefix, int number, int max_tokens) {
  absl::StatusOr<Completion> completion = engine->Complete(prefix, PairRequest(number, max_tokens));
  if (!completion.ok()) return completion.status().ToString();
  std::string result;
  for (const CompletedPart& part : completion->parts) {
    absl::StrAppend(&result, part.name, " \"", part.text, "\" ", part.num_tokens, " ",
                    static_cast<int>(part.end), " ", Bits(part.log_prob), "\n");
  }
  ScoreRequest score;
  score.user_rest = absl::StrCat("\n\nIs answer ", number, " right?");
  score.continuations = {"yes", "no", "it is not known"};
  absl::StatusOr<ScoreResult> scores = engine->Score(prefix, score);
  if (!scores.ok()) return scores.status().ToString();
  for (const ContinuationScore& one : scores->continuations) {
    absl::StrAppend(&result, Bits(one.log_prob), " ", one.num_tokens, "\n");
  }
  // Two words of one token each: their logits alone are computed.
  score.continuations = {"y", "n"};
  score.relative_only = true;
  scores = engine->Score(prefix, score);
  if (!scores.ok()) return scores.status().ToString();
  for (const ContinuationScore& one : scores->continuations) {
    absl::StrAppend(&result, Bits(one.log_prob), "\n");
  }
  return result;
}

// The result of request 0 in this setting.
std::string ResultIn(const MakeEngine& make, const Setting& setting, int max_tokens) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = make(setting);
  EXPECT_OK(engine);
  if (!engine.ok()) return engine.status().ToString();
  std::string result;
  std::vector<std::thread> callers;
  for (int i = 0; i <= setting.others; ++i) {
    callers.emplace_back([&, i] {
      // Every third caller works on another chunk.
      const std::string chunk =
          i % 3 == 2 ? absl::StrCat("Another chunk, number ", i, ".") : std::string(kChunk);
      absl::StatusOr<std::unique_ptr<Prefix>> prefix = (*engine)->OpenPrefix({"", chunk});
      EXPECT_OK(prefix);
      if (!prefix.ok()) return;
      std::string mine = RunRequest(engine->get(), **prefix, i, max_tokens);
      if (i == 0) result = std::move(mine);
    });
  }
  for (std::thread& caller : callers) caller.join();
  return result;
}

void ExpectSameBytes(const MakeEngine& make, int max_tokens, int64_t little_memory) {
  const std::string alone = ResultIn(make, Setting(), max_tokens);
  SCOPED_TRACE(absl::StrCat("alone:\n", alone));
  for (const auto& [others, threads, max_step_tokens, draft_step_tokens] :
       {std::tuple(0, 2, 37, 32), std::tuple(1, 1, 61, 61), std::tuple(3, 2, 16, 0),
        std::tuple(15, 2, 256, 48)}) {
    SCOPED_TRACE(absl::StrCat(others, " others, ", threads, " threads, ", max_step_tokens,
                              " tokens a step, drafts up to ", draft_step_tokens));
    Setting setting;
    setting.others = others;
    setting.threads = threads;
    setting.max_step_tokens = max_step_tokens;
    setting.draft_step_tokens = draft_step_tokens;
    EXPECT_EQ(ResultIn(make, setting, max_tokens), alone);
  }
  SCOPED_TRACE("little memory");
  Setting tight;
  tight.others = 3;
  tight.kv_bytes = little_memory;
  tight.draft_step_tokens = 32;
  EXPECT_EQ(ResultIn(make, tight, max_tokens), alone);
}

void ExpectSameBytesOnAllTargets(Math math, const std::function<std::string()>& result) {
  const std::string best = result();
  for (const int64_t target : VectorTargets()) {
    SCOPED_TRACE(absl::StrCat(hwy::TargetName(target), " ", MathName(math)));
    const ScopedVectorTarget use(target);
    EXPECT_EQ(result(), best);
    if (math != Math::kInt8) continue;
    SCOPED_TRACE("without dot products");
    const ScopedDotInstructions without(false);
    EXPECT_EQ(result(), best);
  }
}

// A short prompt and two tokens: targets without a fused multiply-add are slow.
std::string ShortResult(Engine* engine) {
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine->OpenPrefix({"Be brief", "What"});
  if (!prefix.ok()) return prefix.status().ToString();
  CompleteRequest request;
  request.user_rest = " is it?";
  request.reply_template = {Slot::Free("answer", 2, 2, "")};
  absl::StatusOr<Completion> completion = engine->Complete(**prefix, request);
  if (!completion.ok()) return completion.status().ToString();
  return absl::StrCat(completion->parts[0].text, " ", Bits(completion->parts[0].log_prob));
}

// Long parts, sampled greedily: a model with random weights falls into loops.
std::string RepeatedResult(Engine* engine) {
  absl::StatusOr<std::unique_ptr<Prefix>> prefix = engine->OpenPrefix({"", kChunk});
  if (!prefix.ok()) return prefix.status().ToString();
  std::string result;
  for (int i = 0; i < 3; ++i) {
    CompleteRequest request = PairRequest(i, 150);
    request.reply_template[1].min_tokens = request.reply_template[3].min_tokens = 140;
    request.sampling.temperature = 0;
    absl::StatusOr<Completion> completion = engine->Complete(**prefix, request);
    EXPECT_OK(completion);
    if (!completion.ok()) return completion.status().ToString();
    for (const CompletedPart& part : completion->parts) {
      absl::StrAppend(&result, part.text, " ", Bits(part.log_prob), "\n");
    }
  }
  return result;
}

// A random model with byte tokens.
class TinyModelEngines {
 public:
  explicit TinyModelEngines(const Arithmetic& arithmetic, uint64_t seed = TestSeed())
      : arithmetic_(arithmetic) {
    TinyModelOptions options;
    options.vocabulary = 300;
    options.types = {TensorType::kQ4_0, TensorType::kF16, TensorType::kQ8_0};
    bytes_ = TinyModel(options, seed);
  }

  absl::StatusOr<std::unique_ptr<Engine>> Make(const Setting& setting) const {
    absl::StatusOr<std::unique_ptr<GgufFile>> gguf = GgufFile::Parse(bytes_, "tiny");
    if (!gguf.ok()) return gguf.status();
    std::shared_ptr<const GgufFile> owner = *std::move(gguf);
    ModelOptions model_options;
    model_options.threads = setting.threads;
    model_options.math = arithmetic_.math;
    absl::StatusOr<std::unique_ptr<Model>> model = Model::Create(*owner, model_options);
    if (!model.ok()) return model.status();
    EngineInfo info;
    info.context_tokens = 1024;
    EmbeddedEngineOptions options;
    options.threads = setting.threads;
    options.max_step_tokens = setting.max_step_tokens;
    options.draft_step_tokens = setting.draft_step_tokens;
    options.kv_type = arithmetic_.kv_type;
    options.kv_bytes = setting.kv_bytes;
    options.eviction_delay = absl::ZeroDuration();
    return CreateEmbeddedEngine(
        EngineParts{owner, *std::move(model),
                    CreateByteTokenizer({"</", "question", ">\n", "answer>", " the"}),
                    *ChatTemplate::FromName("chatml"), info},
        options);
  }

  // Of `tokens` positions.
  int64_t KvBytes(int tokens) const {
    const KvShape shape = {2, 2, 16, arithmetic_.kv_type};
    return shape.page_bytes() * (tokens / kPageTokens);
  }

 private:
  const Arithmetic arithmetic_;
  std::string bytes_;
};

absl::StatusOr<std::unique_ptr<Engine>> MakeSmall(Math math, const Setting& setting) {
  EmbeddedEngineOptions options;
  options.math = math;
  options.model_path = SmallModelPath();
  options.threads = setting.threads;
  options.max_step_tokens = setting.max_step_tokens;
  options.draft_step_tokens = setting.draft_step_tokens;
  options.kv_bytes = setting.kv_bytes;
  return LoadEmbeddedEngine(options);
}

TEST(SameBytes, OfATinyModelWhateverRunsBesideIt) {
  for (const Arithmetic& arithmetic : kArithmetics) {
    SCOPED_TRACE(arithmetic.name);
    const TinyModelEngines engines(arithmetic);
    ExpectSameBytes([&](const Setting& setting) { return engines.Make(setting); }, 24,
                    engines.KvBytes(512));
  }
}

TEST(SameBytes, OfATinyModelThatRepeatsItselfWithDraftsAndWithout) {
  for (const Arithmetic& arithmetic : kArithmetics) {
    SCOPED_TRACE(arithmetic.name);
    // These random weights make a model that repeats itself.
    const TinyModelEngines engines(arithmetic, 1);
    std::string expected;
    for (const int draft_step_tokens : {0, 2, 17, 64}) {
      Setting setting;
      setting.draft_step_tokens = draft_step_tokens;
      absl::StatusOr<std::unique_ptr<Engine>> engine = engines.Make(setting);
      ASSERT_OK(engine);
      const std::string result = RepeatedResult(engine->get());
      if (draft_step_tokens == 0) {
        expected = result;
      } else {
        EXPECT_EQ(result, expected) << "drafts up to " << draft_step_tokens;
        EXPECT_GT((*engine)->stats().accepted_drafts, 0);
      }
    }
  }
}

TEST(SameBytes, OfATinyModelOnEveryVectorTarget) {
  for (const Arithmetic& arithmetic : kArithmetics) {
    SCOPED_TRACE(arithmetic.name);
    const TinyModelEngines engines(arithmetic);
    const MakeEngine make = [&](const Setting& setting) { return engines.Make(setting); };
    ExpectSameBytesOnAllTargets(arithmetic.math, [&] { return ResultIn(make, Setting(), 12); });
  }
}

TEST(SameBytes, DifferBetweenKindsOfArithmetic) {
  // Otherwise one of them is not tested.
  std::set<std::string> results;
  for (const Arithmetic& arithmetic : kArithmetics) {
    const TinyModelEngines engines(arithmetic);
    results.insert(ResultIn([&](const Setting& s) { return engines.Make(s); }, Setting(), 12));
  }
  EXPECT_EQ(results.size(), std::size(kArithmetics));
}

TEST(SameBytes, OfTheSmallModelWhateverRunsBesideIt) {
  for (const Math math : kMaths) {
    SCOPED_TRACE(std::string(MathName(math)));
    // 20 pages of 737,280 bytes: two requests at a time.
    ExpectSameBytes([math](const Setting& setting) { return MakeSmall(math, setting); }, 8,
                    int64_t{20} * 737280);
  }
}

TEST(SameBytes, OfTheSmallModelOnEveryVectorTarget) {
  for (const Math math : kMaths) {
    ExpectSameBytesOnAllTargets(math, [math] {
      Setting setting;
      setting.threads = 2;
      absl::StatusOr<std::unique_ptr<Engine>> engine = MakeSmall(math, setting);
      EXPECT_OK(engine);
      return engine.ok() ? ShortResult(engine->get()) : engine.status().ToString();
    });
  }
}

}  // namespace
}  // namespace quipu::inference
