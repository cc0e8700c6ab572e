// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// ValidateRunSpec: one function for each part of the spec, all faults in one
// message.
#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/judge/judge.h"
#include "generator/judge/stored_judge.h"
#include "generator/languages/tables.h"
#include "generator/prompts/prompts.h"
#include "generator/spec/dataset_validation.h"
#include "generator/spec/prompt_validation.h"
#include "generator/spec/run_spec.h"
#include "generator/spec/spec_faults.h"

namespace quipu::generator {
namespace {

namespace protobuf = google::protobuf;

// Weights are relative: a greater one is a mistake.
constexpr double kMaxKindWeight = 1e6;

// proto2 strings may contain any bytes, and "\xff" is easy to write.
void CheckText(const protobuf::Message& message, absl::string_view path, Faults* faults) {
  std::vector<const protobuf::FieldDescriptor*> fields;
  const protobuf::Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const protobuf::FieldDescriptor* field : fields) {
    const std::string name = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        CheckText(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                       : reflection.GetMessage(message, field),
                  name, faults);
      } else if (field->cpp_type() == protobuf::FieldDescriptor::CPPTYPE_STRING) {
        const std::string value = field->is_repeated()
                                      ? reflection.GetRepeatedString(message, field, i)
                                      : reflection.GetString(message, field);
        if (!IsValidUtf8(value)) faults->Add(name, Snippet(value, 40), "valid UTF-8");
      }
    }
  }
}

void CheckKeepIf(const v1::DocumentInput& input, absl::string_view field, Faults* faults) {
  for (int i = 0; i < input.keep_if_size(); ++i) {
    const std::string pattern = absl::StrCat(field, ".keep_if[", i, "].pattern");
    faults->NotEmpty(pattern, input.keep_if(i).pattern());
    const RE2 compiled(input.keep_if(i).pattern(), RE2::Quiet);
    if (!compiled.ok()) {
      faults->Add(pattern, absl::StrCat("\"", Snippet(input.keep_if(i).pattern(), 80), "\""),
                  absl::StrCat("an RE2 pattern (", compiled.error(), ")"));
    }
  }
}

void CheckInputs(const v1::RunSpec& spec, Faults* faults) {
  if (spec.documents().empty() && spec.short_rows().empty()) {
    faults->Add("documents", "none", "at least one, or short_rows");
  }
  for (int i = 0; i < spec.documents_size(); ++i) {
    const std::string field = absl::StrCat("documents[", i, "]");
    faults->NotEmpty(absl::StrCat(field, ".path"), spec.documents(i).path());
    faults->NotEmpty(absl::StrCat(field, ".text_field"), spec.documents(i).text_field());
    CheckKeepIf(spec.documents(i), field, faults);
    std::set<std::string> seen;
    for (int j = 0; j < spec.documents(i).metadata_fields_size(); ++j) {
      const std::string& name = spec.documents(i).metadata_fields(j);
      const std::string element = absl::StrCat(field, ".metadata_fields[", j, "]");
      faults->NotEmpty(element, name);
      if (!seen.insert(name).second) {
        faults->Add(element, absl::StrCat("\"", Snippet(name, 40), "\""), "each field once");
      }
    }
  }
  for (int i = 0; i < spec.short_rows_size(); ++i) {
    const v1::ShortInput& input = spec.short_rows(i);
    const std::string field = absl::StrCat("short_rows[", i, "]");
    faults->NotEmpty(absl::StrCat(field, ".path"), input.path());
    for (int j = 0; j < input.ignore_fields_size(); ++j) {
      faults->NotEmpty(absl::StrCat(field, ".ignore_fields[", j, "]"), input.ignore_fields(j));
    }
  }
  CheckPlaces(spec, faults);
  faults->Range("read.min_document_tokens", spec.read().min_document_tokens(), 1u, kUnlimited);
  faults->Share("read.max_bad_share", spec.read().max_bad_share());
  faults->Range("read.zstd_window_log", spec.read().zstd_window_log(), 10u, 31u);
}

void CheckServer(const v1::EngineSpec& engine, Faults* faults) {
  // No user name: a password in it would be stored with the spec.
  faults->Matches("engine.url", engine.url(),
                  R"(https?://(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)"
                  R"((?:/[A-Za-z0-9._~/%-]*)?)",
                  "http:// or https://, a host, no user name and no query");
  faults->NotEmpty("engine.model_name", engine.model_name());
}

// Fields that the chosen kind of engine does not read.
void CheckKind(const v1::EngineSpec& engine, Faults* faults) {
  const auto refuse = [faults](absl::string_view field, const auto& value, absl::string_view kind) {
    faults->Add(field, value, absl::StrCat("nothing: only ", kind, " has it"));
  };
  if (engine.kind() != v1::EngineSpec::OPENAI && !engine.url().empty()) {
    refuse("engine.url", absl::StrCat("\"", Snippet(engine.url(), 80), "\""),
           "a server (kind: OPENAI)");
  }
  if (engine.kind() == v1::EngineSpec::NATIVE) return;
  constexpr absl::string_view kNative = "the embedded engine (NATIVE)";
  if (engine.quantize() != v1::EngineSpec::AS_STORED) {
    refuse("engine.quantize", v1::EngineSpec::Quantize_Name(engine.quantize()), kNative);
  }
  if (engine.math() != v1::EngineSpec::AUTO) {
    refuse("engine.math", v1::EngineSpec::Math_Name(engine.math()), kNative);
  }
  if (engine.kv_type() != v1::EngineSpec::F16) {
    refuse("engine.kv_type", v1::EngineSpec::KvType_Name(engine.kv_type()), kNative);
  }
  if (engine.rope_base() != 0) refuse("engine.rope_base", engine.rope_base(), kNative);
  if (engine.rope_scaling() != v1::EngineSpec::FROM_FILE) {
    refuse("engine.rope_scaling", v1::EngineSpec::RopeScaling_Name(engine.rope_scaling()), kNative);
  }
}

void CheckEngine(const v1::EngineSpec& engine, Faults* faults) {
  CheckKind(engine, faults);
  if (engine.kind() != v1::EngineSpec::SCRIPTED) faults->NotEmpty("engine.model", engine.model());
  if (engine.kind() == v1::EngineSpec::OPENAI) CheckServer(engine, faults);
  faults->Matches("engine.model_sha256", engine.model_sha256(), "(?:[0-9a-fA-F]{64})?",
                  "64 hexadecimal digits");
  faults->TemplateName("engine.chat_template", engine.chat_template());
  if (engine.rope_base() != 0) faults->Range("engine.rope_base", engine.rope_base(), 1.0, 1e12);
  if (engine.rope_factor() != 0) {
    faults->Range("engine.rope_factor", engine.rope_factor(), 1.0, 1e6);
    if (engine.rope_scaling() == v1::EngineSpec::FROM_FILE ||
        engine.rope_scaling() == v1::EngineSpec::NO_SCALING) {
      faults->Add(
          "engine.rope_factor", engine.rope_factor(),
          absl::StrCat("a factor only with engine.rope_scaling LINEAR, LLAMA3 or YARN, not ",
                       v1::EngineSpec::RopeScaling_Name(engine.rope_scaling())));
    }
  }
}

void CheckChunks(const v1::ChunkSpec& chunks, Faults* faults) {
  const uint32_t most = kMaxContextTokens / 2;
  faults->Range("chunks.min_tokens", chunks.min_tokens(), 32u, most);
  faults->Range("chunks.max_tokens", chunks.max_tokens(), 33u, most);
  if (chunks.min_tokens() >= chunks.max_tokens()) {
    faults->Add("chunks.min_tokens", chunks.min_tokens(),
                absl::StrCat("less than chunks.max_tokens, ", chunks.max_tokens()));
  }
  faults->Range("chunks.tokens_per_chunk", chunks.tokens_per_chunk(), 1u, kUnlimited);
  faults->Range("chunks.max_per_document", chunks.max_per_document(), 1u, kUnlimited);
  faults->Share("chunks.min_letter_share", chunks.min_letter_share());
}

void CheckOpenings(const v1::GenerationSpec& generation, Faults* faults) {
  if (generation.question_openings_size() > kMaxOpenings) {
    faults->Add("generation.question_openings",
                absl::StrCat(generation.question_openings_size(), " entries"),
                absl::StrCat(kMaxOpenings, " or fewer"));
  }
  for (int i = 0; i < generation.question_openings_size(); ++i) {
    const std::string& opening = generation.question_openings(i);
    const std::string field = absl::StrCat("generation.question_openings[", i, "]");
    if (opening.size() > kMaxOpeningBytes) {
      faults->Add(field, absl::StrCat(opening.size(), " bytes"),
                  absl::StrCat(kMaxOpeningBytes, " or fewer"));
    }
    // It is inside <question>.
    if (opening.find_first_of("<>") != std::string::npos) {
      faults->Add(field, absl::StrCat("\"", Snippet(opening, 40), "\""), "no \"<\" or \">\"");
    }
  }
}

void CheckBannedWords(const v1::GenerationSpec& generation, Faults* faults) {
  const auto& words = generation.banned_words();
  if (words.size() > kMaxBannedWords) {
    faults->Add("generation.banned_words", absl::StrCat(words.size(), " entries"),
                absl::StrCat(kMaxBannedWords, " or fewer"));
  }
  for (int i = 0; i < words.size(); ++i) {
    if (words[i].size() > kMaxBannedWordBytes) {
      faults->Add(absl::StrCat("generation.banned_words[", i, "]"),
                  absl::StrCat(words[i].size(), " bytes"),
                  absl::StrCat(kMaxBannedWordBytes, " or fewer"));
    }
    if (words[i].empty() && words.size() > 1) {
      faults->Add(absl::StrCat("generation.banned_words[", i, "]"), "empty",
                  "a word, or one empty string alone");
    }
  }
}

void CheckQuestionKinds(const v1::QuestionKinds& kinds, Faults* faults) {
  const protobuf::Descriptor& descriptor = *kinds.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const double weight = kinds.GetReflection()->GetDouble(kinds, descriptor.field(i));
    faults->Range(absl::StrCat("generation.question_kinds.", descriptor.field(i)->name()), weight,
                  0.0, kMaxKindWeight);
  }
}

void CheckInstancePrompt(absl::string_view field, const std::string& prompt, Faults* faults) {
  faults->Placeholders(field, prompt, {"document", "question"});
  const size_t document = prompt.find("{document}");
  const size_t question = prompt.find("{question}");
  if (document != std::string::npos && question != std::string::npos && question < document) {
    faults->Add(field, "{question} before {document}", "the question after the document");
  }
}

// Empty prompts are absent ones.
void CheckLanguagePrompts(const v1::LanguagePrompts& prompts, const std::string& field,
                          Faults* faults) {
  const auto check = [&](absl::string_view name, const std::string& prompt,
                         const std::vector<absl::string_view>& placeholders) {
    if (prompt.empty()) return;
    const std::string path = absl::StrCat(field, ".", name);
    faults->NotEmpty(path, prompt);
    faults->Placeholders(path, prompt, placeholders);
  };
  check("excerpt", prompts.excerpt(), {"chunk"});
  check("long_prompt", prompts.long_prompt(), {});
  check("short_prompt", prompts.short_prompt(), {});
  check("extracted_prompt", prompts.extracted_prompt(), {"answer"});
  check("verdict_prompt", prompts.verdict_prompt(), {"question", "answer"});
  check("yes", prompts.yes(), {});
  check("no", prompts.no(), {});
  if (!prompts.yes().empty() && prompts.yes() == prompts.no()) {
    faults->Add(absl::StrCat(field, ".no"), absl::StrCat("\"", Snippet(prompts.no(), 40), "\""),
                "another word than yes");
  }
  check("answer_prompt", prompts.answer_prompt(), {"question"});
  check("second_prompt", prompts.second_prompt(), {"question"});
  check("two_chunk_long_prompt", prompts.two_chunk_long_prompt(), {});
  check("two_chunk_short_prompt", prompts.two_chunk_short_prompt(), {});
  check("summary_part_prompt", prompts.summary_part_prompt(), {});
  check("summary_prompt", prompts.summary_prompt(), {});
  if (!prompts.row_long_prompt().empty()) {
    CheckInstancePrompt(absl::StrCat(field, ".row_long_prompt"), prompts.row_long_prompt(), faults);
  }
  if (!prompts.row_short_prompt().empty()) {
    CheckInstancePrompt(absl::StrCat(field, ".row_short_prompt"), prompts.row_short_prompt(),
                        faults);
  }
}

void CheckLanguages(const v1::GenerationSpec& generation, Faults* faults) {
  if (generation.language() != kDetectedLanguage && !LanguageOfCode(generation.language())) {
    faults->Add("generation.language", absl::StrCat("\"", Snippet(generation.language(), 40), "\""),
                absl::StrCat("\"", kDetectedLanguage, "\" or one of ", KnownCodes()));
  }
  std::set<std::string> seen;
  for (int i = 0; i < generation.language_prompts_size(); ++i) {
    const v1::LanguagePrompts& prompts = generation.language_prompts(i);
    const std::string field = absl::StrCat("generation.language_prompts[", i, "]");
    const std::string code = absl::StrCat("\"", Snippet(prompts.language(), 40), "\"");
    if (prompts.language() != kUnknownCode && !LanguageOfCode(prompts.language())) {
      faults->Add(absl::StrCat(field, ".language"), code,
                  absl::StrCat("one of ", KnownCodes(), ", or \"", kUnknownCode, "\" for others"));
    } else if (!seen.insert(prompts.language()).second) {
      faults->Add(absl::StrCat(field, ".language"), code, "each language once");
    }
    CheckLanguagePrompts(prompts, field, faults);
  }
}

void CheckTaskKinds(const v1::GenerationSpec& generation, Faults* faults) {
  faults->Share("generation.two_chunk_share", generation.two_chunk_share());
  faults->Share("generation.summary_share", generation.summary_share());
  faults->NotEmpty("generation.two_chunk_long_prompt", generation.two_chunk_long_prompt());
  faults->NotEmpty("generation.two_chunk_short_prompt", generation.two_chunk_short_prompt());
  faults->NotEmpty("generation.summary_part_prompt", generation.summary_part_prompt());
  faults->NotEmpty("generation.summary_prompt", generation.summary_prompt());
  faults->Finite("generation.min_two_chunk_gain", generation.min_two_chunk_gain());
}

void CheckGeneration(const v1::GenerationSpec& generation, Faults* faults) {
  faults->Range("generation.pairs_per_chunk", generation.pairs_per_chunk(), 1u, 64u);
  faults->Share("generation.short_share", generation.short_share());
  faults->Placeholders("generation.excerpt", generation.excerpt(), {"chunk"});
  faults->NotEmpty("generation.long_prompt", generation.long_prompt());
  faults->NotEmpty("generation.short_prompt", generation.short_prompt());
  faults->Placeholders("generation.extracted_prompt", generation.extracted_prompt(), {"answer"});
  faults->Range("generation.max_question_tokens", generation.max_question_tokens(), 4u, 4096u);
  faults->Range("generation.max_long_answer_tokens", generation.max_long_answer_tokens(), 4u,
                4096u);
  faults->Range("generation.min_long_answer_tokens", generation.min_long_answer_tokens(), 1u,
                generation.max_long_answer_tokens());
  faults->Range("generation.max_answer_sentences", generation.max_answer_sentences(), 0u, 64u);
  faults->Range("generation.max_short_answer_tokens", generation.max_short_answer_tokens(), 4u,
                4096u);
  CheckTaskKinds(generation, faults);
  CheckOpenings(generation, faults);
  CheckBannedWords(generation, faults);
  CheckQuestionKinds(generation.question_kinds(), faults);
  CheckLanguages(generation, faults);
  const v1::SamplingSpec& sampling = generation.sampling();
  faults->Range("generation.sampling.temperature", sampling.temperature(), 0.0, 5.0);
  faults->Range("generation.sampling.top_k", sampling.top_k(), 0u, uint32_t{kMaxVocabulary});
  if (!(sampling.top_p() > 0 && sampling.top_p() <= 1)) {
    faults->Add("generation.sampling.top_p", sampling.top_p(), "more than 0, at most 1");
  }
  faults->Share("generation.sampling.min_p", sampling.min_p());
}

void CheckWeights(const std::string& form, const v1::JudgeWeights& weights, Faults* faults) {
  faults->Finite(absl::StrCat(form, ".bias"), weights.bias());
  for (const Signal& signal : Signals()) {
    faults->Finite(absl::StrCat(form, ".", signal.name), WeightOf(signal, weights));
  }
  faults->Share(absl::StrCat(form, ".min_probability"), weights.min_probability());
}

void CheckVerification(const v1::VerificationSpec& verification, Faults* faults) {
  faults->Placeholders("verification.verdict_prompt", verification.verdict_prompt(),
                       {"question", "answer"});
  faults->Placeholders("verification.answer_prompt", verification.answer_prompt(), {"question"});
  faults->NotEmpty("verification.yes", verification.yes());
  faults->NotEmpty("verification.no", verification.no());
  if (verification.yes() == verification.no()) {
    faults->Add("verification.no", absl::StrCat("\"", Snippet(verification.no(), 40), "\""),
                "another word than verification.yes");
  }
  faults->Finite("verification.min_verdict_margin", verification.min_verdict_margin());
  faults->Finite("verification.min_answer_log_prob", verification.min_answer_log_prob());
  faults->Finite("verification.min_short_answer_log_prob",
                 verification.min_short_answer_log_prob());
  faults->Finite("verification.min_gain", verification.min_gain());
  faults->Share("verification.target_precision", verification.target_precision());
  faults->Placeholders("verification.second_prompt", verification.second_prompt(), {"question"});
  faults->Share("verification.min_second_overlap", verification.min_second_overlap());
  CheckWeights("verification.judge.long_form", verification.judge().long_form(), faults);
  CheckWeights("verification.judge.short_form", verification.judge().short_form(), faults);
}

void CheckFilters(const v1::FilterSpec& filters, Faults* faults) {
  faults->Share("filters.min_grounded_share_long", filters.min_grounded_share_long());
  faults->Share("filters.min_grounded_share_short", filters.min_grounded_share_short());
  faults->Range("filters.max_question_bytes", filters.max_question_bytes(), 1u, kUnlimited);
  faults->Range("filters.max_answer_bytes", filters.max_answer_bytes(), 1u, kUnlimited);
  faults->Share("filters.duplicate_overlap", filters.duplicate_overlap());
  faults->Share("filters.max_copied_share", filters.max_copied_share());
  faults->Share("filters.near_duplicate_overlap", filters.near_duplicate_overlap());
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  for (int i = 0; i < filters.refuse_patterns_size(); ++i) {
    const RE2 pattern(filters.refuse_patterns(i), options);
    if (!pattern.ok()) {
      faults->Add(absl::StrCat("filters.refuse_patterns[", i, "]"),
                  absl::StrCat("\"", Snippet(filters.refuse_patterns(i), 60), "\""),
                  absl::StrCat("an RE2 pattern (", pattern.error(), ")"));
    }
  }
}

void CheckInstances(const v1::RunSpec& spec, Faults* faults) {
  const v1::InstanceSpec& instances = spec.instances();
  const uint32_t most = kMaxContextTokens;
  faults->Range("instances.context_tokens", instances.context_tokens(), 512u, most);
  CheckInstancePrompt("instances.long_prompt", instances.long_prompt(), faults);
  CheckInstancePrompt("instances.short_prompt", instances.short_prompt(), faults);
  faults->Matches("instances.delimiter", instances.delimiter(), "[A-Za-z][A-Za-z0-9_-]{0,63}",
                  "a letter, then at most 63 letters, digits, \"_\" or \"-\"");
  faults->TemplateName("instances.target_template", instances.target_template());
  faults->Share("instances.prompt_loss_weight", instances.prompt_loss_weight());
  faults->Range("instances.max_turns", instances.max_turns(), 1u, 64u);
  faults->Share("instances.unanswerable_share", instances.unanswerable_share());
  faults->Share("instances.distractor_share", instances.distractor_share());
  faults->Share("instances.key_value_share", instances.key_value_share());
  faults->Share("packing.prompt_loss_weight", spec.packing().prompt_loss_weight());
  faults->Range("packing.pack_tokens", spec.packing().pack_tokens(), 64u, most);
}

void CheckPerformance(const v1::PerformanceSpec& performance, Faults* faults) {
  faults->Range("performance.threads", performance.threads(), 0u, 1024u);  // As inference/model.
  faults->Range("performance.max_step_tokens", performance.max_step_tokens(), 1u, 4096u);
  faults->Range("performance.kv_mib", performance.kv_mib(), 1u, 1u << 24);
  faults->Range("performance.chunks_in_flight", performance.chunks_in_flight(), 0u, 1u << 16);
  faults->Range("performance.requests_in_flight", performance.requests_in_flight(), 1u, 4096u);
  faults->Range("performance.request_timeout_s", performance.request_timeout_s(), 1u, 86400u);
}

void CheckService(const v1::ServiceSpec& service, Faults* faults) {
  faults->Range("service.lease_ttl_s", service.lease_ttl_s(), 1u, 3600u);
  faults->Range("service.max_attempt_minutes", service.max_attempt_minutes(), 1u, kUnlimited);
  faults->Range("service.max_lost_attempts", service.max_lost_attempts(), 1u, 100u);
  faults->Range("service.max_failed_attempts", service.max_failed_attempts(), 1u, 100u);
  faults->Range("service.pause_window", service.pause_window(), 1u, 1000000u);
  // A share over 1 is never reached.
  if (!(service.pause_reject_share() >= 0)) {
    faults->Add("service.pause_reject_share", service.pause_reject_share(), "0 or more");
  }
  faults->Share("service.audit_share", service.audit_share());
  faults->Range("service.max_leases_per_worker", service.max_leases_per_worker(), 1u, 1024u);
  faults->Range("service.max_invalid_results", service.max_invalid_results(), 1u, kUnlimited);
}

// A calibration makes pairs of the documents, which are then read again.
void CheckCalibration(const v1::RunSpec& spec, Faults* faults) {
  if (!CalibratesAtStart(spec.verification())) return;
  bool reads_again = spec.documents_size() > 0;
  for (const v1::DocumentInput& input : spec.documents()) {
    if (input.path() == "-") reads_again = false;
  }
  if (!reads_again) {
    faults->Add("verification.calibration", "AT_START",
                "documents to calibrate with, which are files: standard input is read once");
  }
}

// What makes and judges pairs.
void CheckPairs(const v1::RunSpec& spec, Faults* faults) {
  CheckEngine(spec.engine(), faults);
  CheckChunks(spec.chunks(), faults);
  CheckGeneration(spec.generation(), faults);
  CheckVerification(spec.verification(), faults);
  CheckFilters(spec.filters(), faults);
  CheckPerformance(spec.performance(), faults);
  CheckPlaceholderNames(spec, faults);
}

}  // namespace

absl::Status ValidatePairSpec(const v1::RunSpec& spec) {
  Faults faults;
  CheckText(spec, "", &faults);
  CheckPairs(spec, &faults);
  return faults.ToStatus();
}

absl::Status ValidateRunSpec(const v1::RunSpec& spec) {
  Faults faults;
  CheckText(spec, "", &faults);
  CheckInputs(spec, &faults);
  CheckPairs(spec, &faults);
  CheckCalibration(spec, &faults);
  CheckInstances(spec, &faults);
  CheckExport(spec, &faults);
  CheckDecontamination(spec.decontamination(), &faults);
  CheckSelection(spec.selection(), &faults);
  CheckService(spec.service(), &faults);
  return faults.ToStatus();
}

}  // namespace quipu::generator
