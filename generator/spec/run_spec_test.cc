// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/run_spec.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/run_spec_fixture.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ParseRunSpec, ReadsTextAndLeavesDefaults) {
  const v1::RunSpec spec = GoodSpec();
  EXPECT_EQ(spec.seed(), 1u);
  EXPECT_EQ(spec.instances().context_tokens(), 16384u);
  EXPECT_OK(ValidateRunSpec(spec));
}

TEST(ParseRunSpec, NamesTheFieldThatReplacedPromptLoss) {
  for (const char* text : {"instances { prompt_loss: true }", "packing { prompt_loss: false }"}) {
    EXPECT_THAT(ParseRunSpec(text, "my.textproto").status(),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         "has no field named \"prompt_loss\". It is prompt_loss_weight now: 0 for "
                         "false, 1 for true."))
        << text;
  }
}

TEST(ParseRunSpec, SkipsVerdictDecidesWhichHasNoMeaningLeft) {
  ASSERT_OK_AND_ASSIGN(
      const v1::RunSpec spec,
      ParseRunSpec("verification { verdict_decides: false min_gain: 1 }", "a.textproto"));
  EXPECT_EQ(spec.verification().min_gain(), 1);
}

TEST(ParseRunSpec, NamesEveryUnknownFieldWithItsPlace) {
  EXPECT_THAT(ParseRunSpec("seed: 1\nsede: 2\nchunks {\n  min: 3\n}\n", "a.textproto").status(),
              StatusIs(kInvalid, AllOf(HasSubstr("a.textproto:2:"), HasSubstr("sede"),
                                       HasSubstr("a.textproto:4:"), HasSubstr("min"))));
}

TEST(ParseRunSpec, NamesWrongTypesAndSyntax) {
  for (const char* text :
       {"seed: \"one\"", "seed: -1", "seed", "chunks { min_tokens: 1.5 }", "store: 7",
        "documents { format: XML }", "chunks { min_tokens: 1", "seed: 1 seed: 2", "\xff\xfe",
        "engine: 4", "engine { math: \"int8\" }", "engine { math: INT4 }", "engine { kv_type: Q4 }",
        "engine { rope_scaling: NTK }", "engine { structured_output: GBNF }"}) {
    EXPECT_THAT(ParseRunSpec(text, "a.textproto").status(), StatusIs(kInvalid, "a.textproto:"))
        << text;
  }
}

TEST(ParseRunSpec, BoundsTheFile) {
  EXPECT_THAT(ParseRunSpec(std::string((1 << 20) + 1, '#'), "big").status(),
              StatusIs(kInvalid, "limit 1048576"));
}

TEST(ValidateRunSpec, NamesFieldValueAndLimit) {
  struct Case {
    std::function<void(v1::RunSpec*)> spoil;
    const char* message;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Case> cases = {
      {[](v1::RunSpec* s) { s->clear_documents(); }, "documents: none"},
      {[](v1::RunSpec* s) { s->mutable_documents(0)->set_path(" "); }, "documents[0].path: empty"},
      {[](v1::RunSpec* s) { s->mutable_documents(0)->set_text_field(""); },
       "documents[0].text_field"},
      {[](v1::RunSpec* s) { s->add_short_rows(); }, "short_rows[0].path"},
      {[](v1::RunSpec* s) {
         s->add_short_rows()->set_path("a");
         s->mutable_short_rows(0)->add_ignore_fields("context");
         s->mutable_short_rows(0)->add_ignore_fields("");
       },
       "short_rows[0].ignore_fields[1]: empty"},
      {[](v1::RunSpec* s) { s->clear_store(); }, "store: empty"},
      {[](v1::RunSpec* s) { s->set_store("out/" + std::string(224, 's')); },
       "store, bytes of its longest name: 224, want at most 223"},
      {[](v1::RunSpec* s) { s->set_store(std::string(2000, '/') + std::string(2001, '/')); },
       "store, bytes: 4001, want at most 4000"},
      {[](v1::RunSpec* s) { s->set_store(std::string("a\0b", 3)); }, "store: a zero byte"},
      {[](v1::RunSpec* s) {
         s->set_store("out/store");
         s->set_export_dir("out/./store//export");
       },
       "export_dir: \"out/./store//export\", want a directory outside the store"},
      {[](v1::RunSpec* s) {
         s->set_store("out/store/");
         s->set_export_dir("out/store");
       },
       "want a directory outside the store"},
      {[](v1::RunSpec* s) {
         s->set_store("out/mine/store");
         s->set_export_dir("./out/mine/");
       },
       "export_dir: \"./out/mine/\", want a directory of its own, without the store in it"},
      {[](v1::RunSpec* s) {
         s->set_store("store");
         s->set_export_dir(".");
       },
       "without the store in it"},
      {[](v1::RunSpec* s) { s->mutable_engine()->clear_model(); }, "engine.model: empty"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_model_sha256("12"); }, "64 hexadecimal"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_chat_template("vicuna"); },
       "engine.chat_template"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_rope_base(0.5); }, "engine.rope_base: 0.5"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_rope_factor(4); },
       "engine.rope_factor: 4, want a factor only with engine.rope_scaling LINEAR, LLAMA3 or YARN"},
      {[](v1::RunSpec* s) {
         s->mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
         s->mutable_engine()->set_kv_type(v1::EngineSpec::Q8);
       },
       "engine.kv_type: Q8, want nothing: only the embedded engine (NATIVE) has it"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_url("http://127.0.0.1:8000"); },
       "engine.url: \"http://127.0.0.1:8000\", want nothing: only a server (kind: OPENAI) has it"},
      {[](v1::RunSpec* s) {
         s->mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
         s->mutable_engine()->set_quantize(v1::EngineSpec::WEIGHTS_Q4_0);
       },
       "engine.quantize: WEIGHTS_Q4_0, want nothing: only the embedded engine (NATIVE) has it"},
      {[](v1::RunSpec* s) { s->mutable_read()->set_min_document_tokens(0); },
       "read.min_document_tokens: 0, want 1 or more"},
      {[](v1::RunSpec* s) { s->mutable_read()->set_max_bad_share(1.5); },
       "read.max_bad_share: 1.5, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_read()->set_zstd_window_log(9); },
       "read.zstd_window_log: 9, want 10 to 31"},
      {[](v1::RunSpec* s) { s->mutable_read()->set_zstd_window_log(32); },
       "read.zstd_window_log: 32, want 10 to 31"},
      {[](v1::RunSpec* s) { s->mutable_documents(0)->add_keep_if(); },
       "documents[0].keep_if[0].pattern: empty, want a value"},
      {[](v1::RunSpec* s) { s->mutable_documents(0)->add_keep_if()->set_pattern("a("); },
       "documents[0].keep_if[0].pattern: \"a(\", want an RE2 pattern (missing ): a()"},
      {[](v1::RunSpec* s) { s->mutable_documents(0)->add_metadata_fields(" "); },
       "documents[0].metadata_fields[0]: empty, want a value"},
      {[](v1::RunSpec* s) {
         s->mutable_documents(0)->add_metadata_fields("url");
         s->mutable_documents(0)->add_metadata_fields("url");
       },
       "documents[0].metadata_fields[1]: \"url\", want each field once"},
      {[](v1::RunSpec* s) { s->mutable_chunks()->set_min_tokens(31); },
       "chunks.min_tokens: 31, want 32 to 524288"},
      {[](v1::RunSpec* s) { s->mutable_chunks()->set_min_tokens(512); },
       "less than chunks.max_tokens, 512"},
      {[](v1::RunSpec* s) { s->mutable_chunks()->set_tokens_per_chunk(0); }, "tokens_per_chunk"},
      {[](v1::RunSpec* s) { s->mutable_chunks()->set_max_per_document(0); }, "max_per_document"},
      {[=](v1::RunSpec* s) { s->mutable_chunks()->set_min_letter_share(nan); },
       "chunks.min_letter_share: nan"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_prompt_loss_weight(1.5); },
       "instances.prompt_loss_weight: 1.5"},
      {[](v1::RunSpec* s) { s->mutable_packing()->set_prompt_loss_weight(-1); },
       "packing.prompt_loss_weight: -1"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_pairs_per_chunk(65); },
       "generation.pairs_per_chunk: 65, want 1 to 64"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_short_share(-0.1); }, "short_share"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_excerpt("none"); },
       "generation.excerpt: has {chunk} 0 times, want once"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_excerpt("{chunk}{chunk}"); }, "2 times"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_long_prompt(""); }, "long_prompt: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_language("deutsch"); },
       "generation.language: \"deutsch\", want \"auto\" or one of ar, de, en"},
      {[](v1::RunSpec* s) { s->mutable_generation()->add_language_prompts(); },
       "generation.language_prompts[0].language: \"\", want one of ar, de, en"},
      {[](v1::RunSpec* s) {
         s->mutable_generation()->add_language_prompts()->set_language("de");
         s->mutable_generation()->add_language_prompts()->set_language("de");
       },
       "generation.language_prompts[1].language: \"de\", want each language once"},
      {[](v1::RunSpec* s) {
         v1::LanguagePrompts* prompts = s->mutable_generation()->add_language_prompts();
         prompts->set_language("und");
         prompts->set_excerpt("none");
       },
       "generation.language_prompts[0].excerpt: has {chunk} 0 times, want once"},
      {[](v1::RunSpec* s) {
         v1::LanguagePrompts* prompts = s->mutable_generation()->add_language_prompts();
         prompts->set_language("fr");
         prompts->set_row_short_prompt("{question} {document}");
       },
       "row_short_prompt: {question} before {document}, want the question after the document"},
      {[](v1::RunSpec* s) {
         v1::LanguagePrompts* prompts = s->mutable_generation()->add_language_prompts();
         prompts->set_language("fr");
         prompts->set_yes("non");
         prompts->set_no("non");
       },
       "generation.language_prompts[0].no: \"non\", want another word than yes"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_two_chunk_share(1.5); },
       "generation.two_chunk_share: 1.5, want 0 to 1"},
      {[=](v1::RunSpec* s) { s->mutable_generation()->set_summary_share(nan); },
       "generation.summary_share: nan, want 0 to 1"},
      {[=](v1::RunSpec* s) { s->mutable_generation()->set_min_two_chunk_gain(nan); },
       "generation.min_two_chunk_gain: nan, want a finite number"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_two_chunk_long_prompt(" "); },
       "generation.two_chunk_long_prompt: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_two_chunk_short_prompt(""); },
       "generation.two_chunk_short_prompt: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_summary_part_prompt(""); },
       "generation.summary_part_prompt: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_summary_prompt(""); },
       "generation.summary_prompt: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_max_question_tokens(3); },
       "want 4 to 4096"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_min_long_answer_tokens(161); },
       "generation.min_long_answer_tokens: 161, want 1 to 96"},
      {[](v1::RunSpec* s) { s->mutable_generation()->add_question_openings("<b>"); },
       "question_openings[0]"},
      {[](v1::RunSpec* s) {
         for (int i = 0; i < 65; ++i) s->mutable_generation()->add_banned_words("chapter");
       },
       "generation.banned_words: 65 entries, want 64 or fewer"},
      {[](v1::RunSpec* s) { s->mutable_generation()->add_banned_words(std::string(65, 'a')); },
       "generation.banned_words[0]: 65 bytes, want 64 or fewer"},
      {[](v1::RunSpec* s) {
         s->mutable_generation()->add_banned_words("chapter");
         s->mutable_generation()->add_banned_words("");
       },
       "generation.banned_words[1]: empty"},
      {[](v1::RunSpec* s) { s->mutable_generation()->mutable_question_kinds()->set_how_many(-1); },
       "generation.question_kinds.how_many: -1, want 0 to"},
      {[=](v1::RunSpec* s) { s->mutable_generation()->mutable_question_kinds()->set_why(nan); },
       "generation.question_kinds.why: nan"},
      {[](v1::RunSpec* s) { s->mutable_filters()->set_max_copied_share(1.5); },
       "filters.max_copied_share: 1.5, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_filters()->set_near_duplicate_overlap(-1); },
       "filters.near_duplicate_overlap: -1, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_generation()->mutable_sampling()->set_temperature(5.1); },
       "temperature: 5.1, want 0 to 5"},
      {[](v1::RunSpec* s) { s->mutable_generation()->mutable_sampling()->set_top_p(0); },
       "top_p: 0"},
      {[](v1::RunSpec* s) { s->mutable_generation()->mutable_sampling()->set_min_p(2); },
       "min_p: 2"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_verdict_prompt("{question}"); },
       "verdict_prompt: has {answer} 0 times"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_answer_prompt("x"); }, "answer_prompt"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_no("yes"); }, "verification.no"},
      {[](v1::RunSpec* s) {
         s->mutable_verification()->set_min_gain(std::numeric_limits<double>::infinity());
       },
       "verification.min_gain: inf"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_target_precision(1.1); },
       "verification.target_precision: 1.1"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_second_prompt("again"); },
       "second_prompt: has {question} 0 times"},
      {[](v1::RunSpec* s) { s->mutable_verification()->set_min_second_overlap(-1); },
       "verification.min_second_overlap: -1"},
      {[=](v1::RunSpec* s) {
         s->mutable_verification()->mutable_judge()->mutable_long_form()->set_gain(nan);
       },
       "verification.judge.long_form.gain: nan"},
      {[](v1::RunSpec* s) {
         s->mutable_verification()->mutable_judge()->mutable_short_form()->set_min_probability(2);
       },
       "verification.judge.short_form.min_probability: 2"},
      {[=](v1::RunSpec* s) {
         s->mutable_verification()->mutable_judge()->mutable_long_form()->set_margin_gain(nan);
       },
       "verification.judge.long_form.margin_gain: nan"},
      {[](v1::RunSpec* s) {
         s->mutable_verification()->set_calibration(v1::VerificationSpec::AT_START);
         s->mutable_documents(0)->set_path("-");
       },
       "verification.calibration: AT_START, want documents to calibrate with"},
      {[](v1::RunSpec* s) { s->mutable_filters()->set_duplicate_overlap(1.01); }, "overlap: 1.01"},
      {[](v1::RunSpec* s) { s->mutable_filters()->set_max_answer_bytes(0); },
       "max_answer_bytes: 0"},
      {[](v1::RunSpec* s) { s->mutable_filters()->add_refuse_patterns("(a"); },
       "filters.refuse_patterns[0]: \"(a\""},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_max_turns(0); },
       "instances.max_turns: 0, want 1 to 64"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_max_turns(65); },
       "instances.max_turns: 65, want 1 to 64"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_unanswerable_share(1.25); },
       "instances.unanswerable_share: 1.25, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_distractor_share(-0.5); },
       "instances.distractor_share: -0.5, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_key_value_share(2); },
       "instances.key_value_share: 2, want 0 to 1"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_context_tokens(511); },
       "instances.context_tokens: 511, want 512 to 1048576"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_long_prompt("{document}"); },
       "instances.long_prompt: has {question} 0 times"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_short_prompt("{question} {document}"); },
       "the question after the document"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_delimiter("a b"); }, "instances.delimiter"},
      {[](v1::RunSpec* s) { s->mutable_instances()->set_target_template("x"); },
       "instances.target_template"},
      {[](v1::RunSpec* s) { s->mutable_packing()->set_pack_tokens(63); },
       "packing.pack_tokens: 63, want 64"},
      {[](v1::RunSpec* s) { s->mutable_export_()->set_shard_bytes(0); }, "export.shard_bytes: 0"},
      {[](v1::RunSpec* s) { s->mutable_export_()->set_validation_share(0.6); },
       "export.validation_share: 0.6, want 0 to 0.5"},
      {[](v1::RunSpec* s) { s->mutable_export_()->set_dataset_name("two\nlines"); },
       "export.dataset_name: \"two\\nlines\", want a name on one line"},
      {[](v1::RunSpec* s) { s->mutable_export_()->set_dataset_name(std::string(201, 'x')); },
       "export.dataset_name: 201 bytes, want at most 200"},
      {[](v1::RunSpec* s) { s->mutable_export_()->set_license("CC BY 4.0"); },
       "export.license: \"CC BY 4.0\", want the licence as the Hugging Face Hub spells it"},
      {[](v1::RunSpec* s) { s->mutable_performance()->set_threads(1025); },
       "performance.threads: 1025, want 0 to 1024"},
      {[](v1::RunSpec* s) { s->mutable_performance()->set_max_step_tokens(4097); },
       "max_step_tokens: 4097, want 1 to 4096"},
      {[](v1::RunSpec* s) { s->mutable_performance()->set_kv_mib(0); }, "performance.kv_mib: 0"},
      {[](v1::RunSpec* s) { s->mutable_generation()->set_system("\xff"); }, "valid UTF-8"},
  };
  for (const Case& c : cases) {
    v1::RunSpec spec = GoodSpec();
    c.spoil(&spec);
    EXPECT_THAT(ValidateRunSpec(spec), StatusIs(kInvalid, c.message)) << c.message;
  }
}

TEST(ValidateRunSpec, BoundsTheService) {
  struct Case {
    std::function<void(v1::ServiceSpec*)> spoil;
    const char* message;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Case> cases = {
      {[](v1::ServiceSpec* s) { s->set_lease_ttl_s(0); }, "service.lease_ttl_s: 0, want 1 to 3600"},
      {[](v1::ServiceSpec* s) { s->set_lease_ttl_s(3601); }, "lease_ttl_s: 3601"},
      {[](v1::ServiceSpec* s) { s->set_max_attempt_minutes(0); },
       "service.max_attempt_minutes: 0, want 1 or more"},
      {[](v1::ServiceSpec* s) { s->set_max_lost_attempts(0); },
       "service.max_lost_attempts: 0, want 1 to 100"},
      {[](v1::ServiceSpec* s) { s->set_max_lost_attempts(101); }, "max_lost_attempts: 101"},
      {[](v1::ServiceSpec* s) { s->set_max_failed_attempts(0); },
       "service.max_failed_attempts: 0, want 1 to 100"},
      {[](v1::ServiceSpec* s) { s->set_max_failed_attempts(101); }, "max_failed_attempts: 101"},
      {[](v1::ServiceSpec* s) { s->set_pause_window(0); },
       "service.pause_window: 0, want 1 to 1000000"},
      {[](v1::ServiceSpec* s) { s->set_pause_window(1000001); }, "pause_window: 1000001"},
      {[](v1::ServiceSpec* s) { s->set_pause_reject_share(-0.01); },
       "service.pause_reject_share: -0.01, want 0 or more"},
      {[=](v1::ServiceSpec* s) { s->set_pause_reject_share(nan); }, "pause_reject_share: nan"},
      {[](v1::ServiceSpec* s) { s->set_audit_share(1.01); },
       "service.audit_share: 1.01, want 0 to 1"},
      {[=](v1::ServiceSpec* s) { s->set_audit_share(nan); }, "audit_share: nan"},
      {[](v1::ServiceSpec* s) { s->set_max_leases_per_worker(0); },
       "service.max_leases_per_worker: 0, want 1 to 1024"},
      {[](v1::ServiceSpec* s) { s->set_max_leases_per_worker(1025); },
       "max_leases_per_worker: 1025"},
      {[](v1::ServiceSpec* s) { s->set_max_invalid_results(0); },
       "service.max_invalid_results: 0, want 1 or more"},
  };
  for (const Case& c : cases) {
    v1::RunSpec spec = GoodSpec();
    c.spoil(spec.mutable_service());
    EXPECT_THAT(ValidateRunSpec(spec), StatusIs(kInvalid, c.message)) << c.message;
  }
  v1::RunSpec spec = GoodSpec();
  spec.mutable_service()->set_lease_ttl_s(3600);
  spec.mutable_service()->set_max_lost_attempts(100);
  spec.mutable_service()->set_max_failed_attempts(100);
  spec.mutable_service()->set_pause_window(1000000);
  spec.mutable_service()->set_pause_reject_share(1.5);  // Never.
  spec.mutable_service()->set_audit_share(1);
  spec.mutable_service()->set_max_leases_per_worker(1024);
  EXPECT_OK(ValidateRunSpec(spec));
}

TEST(ValidateRunSpec, ListsAllFaults) {
  v1::RunSpec spec = GoodSpec();
  spec.clear_store();
  spec.mutable_packing()->set_pack_tokens(1);
  EXPECT_THAT(ValidateRunSpec(spec),
              StatusIs(kInvalid, AllOf(HasSubstr("store"), HasSubstr("pack_tokens"))));
}

TEST(ValidateRunSpec, NeedsNoModelForTheScriptedEngine) {
  v1::RunSpec spec = GoodSpec();
  spec.mutable_engine()->clear_model();
  spec.mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  EXPECT_OK(ValidateRunSpec(spec));
}

TEST(ValidateRunSpec, ChecksWhatAServerNeeds) {
  EXPECT_OK(ValidateRunSpec(RemoteSpec()));
  struct Case {
    std::function<void(v1::RunSpec*)> spoil;
    const char* message;
  };
  const std::vector<Case> cases = {
      {[](v1::RunSpec* s) { s->mutable_engine()->clear_model(); }, "engine.model: empty"},
      {[](v1::RunSpec* s) { s->mutable_engine()->clear_url(); }, "engine.url"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_url("ftp://a/v1"); },
       "engine.url: \"ftp://a/v1\", want http:// or https://"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_url("https://u:p@a/v1"); }, "no user name"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_url("https://a/v1?k=1"); }, "no query"},
      {[](v1::RunSpec* s) { s->mutable_engine()->set_url("https://a/\r\nX"); }, "engine.url"},
      {[](v1::RunSpec* s) { s->mutable_engine()->clear_model_name(); }, "engine.model_name: empty"},
      {[](v1::RunSpec* s) { s->mutable_performance()->set_requests_in_flight(4097); },
       "requests_in_flight: 4097, want 1 to 4096"},
      {[](v1::RunSpec* s) { s->mutable_performance()->set_request_timeout_s(0); },
       "request_timeout_s: 0, want 1 to 86400"},
  };
  for (const Case& c : cases) {
    v1::RunSpec spec = RemoteSpec();
    c.spoil(&spec);
    EXPECT_THAT(ValidateRunSpec(spec), StatusIs(kInvalid, c.message)) << c.message;
  }
  v1::RunSpec spec = RemoteSpec();
  spec.mutable_engine()->set_url("https://[2001:db8::1]:8443");
  EXPECT_OK(ValidateRunSpec(spec));
}

// A model from a file, as these ids were computed with.
// Stores hold these ids, and every task's id is made from its run's. They change with
// kResultVersion alone; these are of version 4.
// The judge's defaults are not those of its fields.
TEST(ValidateRunSpec, ChecksDecontamination) {
  v1::RunSpec spec = GoodSpec();
  spec.mutable_decontamination()->set_max_pair_overlap(0.5);
  EXPECT_THAT(ValidateRunSpec(spec),
              StatusIs(kInvalid, HasSubstr("decontamination.benchmarks: none, want at least one")));

  spec.mutable_decontamination()->add_benchmarks("quality.jsonl");
  EXPECT_OK(ValidateRunSpec(spec));

  spec.mutable_decontamination()->add_benchmarks(" ");
  spec.mutable_decontamination()->set_max_pair_overlap(0);
  spec.mutable_decontamination()->set_max_context_overlap(1.5);
  spec.mutable_decontamination()->set_benchmarks_sha256("12AB");
  EXPECT_THAT(ValidateRunSpec(spec),
              StatusIs(kInvalid,
                       AllOf(HasSubstr("decontamination.benchmarks[1]: empty"),
                             HasSubstr("decontamination.max_pair_overlap: 0, want 0.05 to 1"),
                             HasSubstr("decontamination.max_context_overlap: 1.5, want 0.05 to 1"),
                             HasSubstr("decontamination.benchmarks_sha256: \"12AB\", want 64"))));
}

TEST(ValidateRunSpec, RefusesLabelsThatQuotationsGiveAway) {
  v1::RunSpec spec = GoodSpec();
  spec.mutable_export_()->set_labelled(true);
  EXPECT_OK(ValidateRunSpec(spec));

  spec.mutable_instances()->set_answer_style(v1::InstanceSpec::CITED);
  EXPECT_THAT(ValidateRunSpec(spec), StatusIs(kInvalid, HasSubstr("export.labelled: true, want")));
}

}  // namespace
}  // namespace quipu::generator
