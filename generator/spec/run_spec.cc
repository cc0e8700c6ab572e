// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/run_spec.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/serialize.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/judge/judge.h"
#include "generator/spec/engine_choices.h"
#include "generator/spec/model_identity.h"
#include "generator/spec/spec_parse_errors.h"
#include "protos/run_identity.pb.h"

namespace quipu::generator {
namespace {

namespace protobuf = google::protobuf;

// Raised whenever the code changes results: chunking, assembling prompts,
// parsing, filters, cutting, packing, and the engine's arithmetic.
constexpr uint64_t kResultVersion = 13;

// Most differences that one message lists.
constexpr size_t kMaxListedDifferences = 10;

// Writes out every default, so that an absent field and one set to its default
// are the same, even in absent parts of the spec.
void FillDefaults(protobuf::Message* message) {
  const protobuf::Descriptor& descriptor = *message->GetDescriptor();
  const protobuf::Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const protobuf::FieldDescriptor* field = descriptor.field(i);
    if (field->is_repeated()) {
      if (field->cpp_type() != protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
      for (int k = 0; k < reflection.FieldSize(*message, field); ++k) {
        FillDefaults(reflection.MutableRepeatedMessage(message, field, k));
      }
      continue;
    }
    switch (field->cpp_type()) {
      case protobuf::FieldDescriptor::CPPTYPE_MESSAGE:
        FillDefaults(reflection.MutableMessage(message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(message, field, reflection.GetString(*message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(message, field, reflection.GetBool(*message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_DOUBLE:
        reflection.SetDouble(message, field, reflection.GetDouble(*message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(message, field, reflection.GetUInt32(*message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(message, field, reflection.GetUInt64(*message, field));
        break;
      case protobuf::FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnum(message, field, reflection.GetEnum(*message, field));
        break;
      default:
        break;  // The schema has no other kinds.
    }
  }
}

v1::EngineIdentity IdentityOf(const v1::EngineSpec& engine) {
  v1::EngineIdentity identity;
  identity.set_kind(engine.kind());
  identity.set_chat_template(engine.chat_template());
  identity.set_rope_base(engine.rope_base());
  identity.set_rope_scaling(std::string(NameOf(engine.rope_scaling())));
  identity.set_rope_factor(engine.rope_factor());
  identity.set_kv_type(std::string(NameOf(engine.kv_type())));
  if (engine.kind() == v1::EngineSpec::OPENAI) {
    identity.set_model_name(engine.model_name());
    identity.set_structured_output(std::string(NameOf(engine.structured_output())));
    if (!engine.send_seed()) identity.set_no_seed(true);
  }
  if (engine.quantize() != v1::EngineSpec::AS_STORED) {
    identity.set_quantize(std::string(NameOf(engine.quantize())));
  }
  return identity;
}

// The identity of a behaviour. All parts except the engine are copied byte for
// byte.
v1::RunIdentity IdentityOf(const v1::RunSpec& behaviour) {
  v1::RunSpec rest = behaviour;
  rest.clear_engine();
  v1::RunIdentity identity;
  identity.ParseFromString(SerializeDeterministic(rest));
  *identity.mutable_engine() = IdentityOf(behaviour.engine());
  return identity;
}

// Removes newer choices that ask for nothing, so that older runs keep their ids.
void ClearUnused(v1::RunSpec* behaviour) {
  const v1::SelectionSpec& selection = behaviour->selection();
  if (selection.near_duplicate_overlap() == 0 && selection.length_buckets().empty() &&
      selection.sample_documents() == 0) {
    behaviour->clear_selection();
  }
  v1::ExportSpec& exported = *behaviour->mutable_export_();
  if (exported.validation_share() == 0) exported.clear_validation_share();
  if (exported.dataset_name().empty()) exported.clear_dataset_name();
  if (exported.license().empty()) exported.clear_license();
  v1::EngineSpec& engine = *behaviour->mutable_engine();
  if (engine.quantize() == v1::EngineSpec::AS_STORED) engine.clear_quantize();
}

}  // namespace

absl::StatusOr<v1::RunSpec> ParseRunSpec(absl::string_view text, absl::string_view name) {
  if (text.size() > kMaxSpecBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": spec of ", text.size(), " bytes, limit ", kMaxSpecBytes));
  }
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");  // Some editors' byte order mark.
  SpecParseErrors errors(name);
  protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.AllowUnknownField(true);  // To report all of them; each is still an error.
  v1::RunSpec spec;
  protobuf::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()));
  const bool parsed = parser.Parse(&input, &spec);
  RETURN_IF_ERROR(errors.ToStatus(text));
  if (!parsed) return absl::InvalidArgumentError(absl::StrCat(name, ": not a run spec"));
  return spec;
}

v1::RunSpec BehaviourOf(const v1::RunSpec& spec) {
  v1::RunSpec behaviour = spec;
  AdoptOldChoices(behaviour.mutable_engine());
  // Its defaults are not those of its fields.
  *behaviour.mutable_verification()->mutable_judge() = JudgeOf(spec.verification());
  FillDefaults(&behaviour);
  if (spec.decontamination().benchmarks().empty()) {
    // It has no meaning then, and older runs do not have it.
    behaviour.clear_decontamination();
  } else {
    // The hash of their content says which benchmarks they are.
    behaviour.mutable_decontamination()->clear_benchmarks();
  }
  ClearUnused(&behaviour);
  // The judge is written out: it does not matter where its weights came from.
  behaviour.mutable_verification()->clear_calibration();
  behaviour.clear_store();
  behaviour.clear_export_dir();
  behaviour.clear_performance();
  behaviour.clear_service();
  // The model's identity says which model it is; a wanted hash only checks that.
  behaviour.mutable_engine()->clear_model();
  behaviour.mutable_engine()->clear_model_sha256();
  // The identity also has the resolved arithmetic.
  behaviour.mutable_engine()->clear_math();
  // How a server is reached.
  behaviour.mutable_engine()->clear_url();
  behaviour.mutable_engine()->clear_api_key_file();
  behaviour.mutable_engine()->clear_ca_file();
  if (behaviour.engine().kind() != v1::EngineSpec::OPENAI) {
    // They have no meaning then, and older runs do not have them.
    behaviour.mutable_engine()->clear_model_name();
    behaviour.mutable_engine()->clear_structured_output();
    behaviour.mutable_engine()->clear_send_seed();
  }
  behaviour.mutable_instances()->clear_target_model();
  // Where a template's file is does not matter; its content is in the model's identity.
  if (absl::EndsWith(behaviour.engine().chat_template(), ".jinja")) {
    behaviour.mutable_engine()->set_chat_template("*.jinja");
  }
  if (absl::EndsWith(behaviour.instances().target_template(), ".jinja")) {
    behaviour.mutable_instances()->set_target_template("*.jinja");
  }
  return behaviour;
}

Fingerprint RunIdOf(const v1::RunSpec& spec, const v1::ModelIdentity& generating,
                    const v1::ModelIdentity& target) {
  FingerprintBuilder builder("run");
  builder.Add(kResultVersion).Add(SerializeDeterministic(IdentityOf(BehaviourOf(spec))));
  AddModel(generating, &builder);
  AddModel(target, &builder);
  return builder.Build();
}

absl::Status CheckSameRecipe(const v1::RunHeader& header) {
  const Fingerprint now = RunIdOf(header.spec(), header.generating_model(), header.target_model());
  if (now.ToBytes() == header.run_id()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the run was begun by another version (", header.created_by(),
      "), whose results differ from this one's: finish it with that version, or begin again in "
      "another store"));
}

absl::Status CheckSameBehaviour(const v1::RunSpec& stored, const v1::RunSpec& wanted) {
  protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(BehaviourOf(stored), BehaviourOf(wanted))) return absl::OkStatus();
  std::vector<std::string> lines = absl::StrSplit(report, '\n', absl::SkipWhitespace());
  const size_t all = lines.size();
  if (all > kMaxListedDifferences) {
    lines.resize(kMaxListedDifferences);
    lines.push_back(absl::StrCat("and ", all - kMaxListedDifferences, " more"));
  }
  for (std::string& line : lines) line = Snippet(line, 300);
  return absl::FailedPreconditionError(absl::StrCat(
      "spec differs from the store's (stored -> wanted): ", absl::StrJoin(lines, "; ")));
}

}  // namespace quipu::generator
