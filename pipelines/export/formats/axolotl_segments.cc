// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/axolotl_segments.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/axolotl_config.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/row_messages.h"

namespace quipu::pipelines {
namespace {

// Parts of a rendering that are all trained or all not.
struct Segment {
  bool trained = false;
  std::vector<inference::TemplatePart> parts;
};

// Cuts a rendering where the loss begins or ends. An answer's end of turn has no message of
// its own: it goes with the answer before it.
std::vector<Segment> SegmentsOf(std::vector<inference::TemplatePart> parts,
                                const RowMessages& row) {
  std::vector<Segment> segments;
  int last_message = 0;
  for (inference::TemplatePart& part : parts) {
    if (part.message >= 0) last_message = part.message;
    const bool trained = part.trained && row.trained[last_message];
    if (segments.empty() || segments.back().trained != trained) {
      segments.push_back({trained, {}});
    }
    segments.back().parts.push_back(std::move(part));
  }
  return segments;
}

class AxolotlSegmentsFormat : public JsonlFormat {
 public:
  explicit AxolotlSegmentsFormat(const FormatContext& context) : JsonlFormat(context) {
    const inference::Tokenizer& tokenizer = *context.target.tokenizer;
    for (inference::TokenId id = 0; id < tokenizer.vocab_size(); ++id) {
      const absl::string_view spelling = tokenizer.ControlSpelling(id);
      if (!spelling.empty()) controls_.push_back(std::string(spelling));
    }
    for (const std::string& control : controls_) {
      if (first_bytes_.find(control[0]) == std::string::npos) first_bytes_.push_back(control[0]);
    }
  }
  using JsonlFormat::Add;

  absl::Status Add(Split split, const ConversationRow& row) override {
    ASSIGN_OR_RETURN(const RowMessages row_messages, RowMessagesOf(row, context()));
    ASSIGN_OR_RETURN(std::vector<inference::TemplatePart> parts,
                     context().target.chat_template.Render(row_messages.messages,
                                                           /*open_assistant=*/false));
    ASSIGN_OR_RETURN(const inference::RenderedTokens whole,
                     inference::EncodeParts(*context().target.tokenizer, parts));
    const std::vector<Segment> segments = SegmentsOf(std::move(parts), row_messages);
    ASSIGN_OR_RETURN(const bool same, GivesTheSame(segments, whole.ids));
    if (!same) {
      CountLeftOut();
      return absl::OkStatus();
    }
    std::string line;
    JsonWriter json(&line);
    json.BeginObject().Key("segments").BeginArray();
    for (const Segment& segment : segments) {
      json.BeginObject();
      json.Key("label").Bool(segment.trained);
      json.Key("text").String(inference::PartsToString(segment.parts));
      json.EndObject();
    }
    json.EndArray().EndObject();
    RETURN_IF_ERROR(json.Finish());
    return AddLine(split, line);
  }

 protected:
  absl::Status WriteConfig() override {
    return Write("axolotl.yaml",
                 AxolotlConfig(context(), ShardNames(Split::kTrain), ShardNames(Split::kValidation),
                               "type: input_output"));
  }

 private:
  // Whether Axolotl gets the row's tokens from the segments: it tokenises each alone, and
  // reads control tokens out of the text, the documents' too.
  absl::StatusOr<bool> GivesTheSame(const std::vector<Segment>& segments,
                                    const std::vector<inference::TokenId>& ids) const {
    std::vector<inference::TokenId> joined;
    for (const Segment& segment : segments) {
      for (const inference::TemplatePart& part : segment.parts) {
        if (!part.control && SpellsControl(part.text)) return false;
      }
      ASSIGN_OR_RETURN(const inference::RenderedTokens rendered,
                       inference::EncodeParts(*context().target.tokenizer, segment.parts));
      joined.insert(joined.end(), rendered.ids.begin(), rendered.ids.end());
    }
    return joined == ids;
  }

  bool SpellsControl(absl::string_view text) const {
    for (size_t at = text.find_first_of(first_bytes_); at != absl::string_view::npos;
         at = text.find_first_of(first_bytes_, at + 1)) {
      const absl::string_view rest = text.substr(at);
      if (std::any_of(controls_.begin(), controls_.end(), [rest](const std::string& control) {
            return absl::StartsWith(rest, control);
          })) {
        return true;
      }
    }
    return false;
  }

  std::vector<std::string> controls_;  // Spellings of control tokens.
  std::string first_bytes_;            // Of them.
};

}  // namespace

std::unique_ptr<ExportFormat> MakeAxolotlSegments(const FormatContext& context) {
  return std::make_unique<AxolotlSegmentsFormat>(context);
}

absl::Status CheckAxolotlSegments(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder, {{"segments", JsonColumn::kSegments}},
      [](const JsonRow& row) -> std::string {
        bool trained = false;
        bool first = true;
        const simdjson::dom::array segments = row["segments"].get_array().value();
        for (const simdjson::dom::element segment : segments) {
          const bool label = segment["label"].get_bool().value();
          if (first && label) return "the first segment is trained: nothing is before it";
          first = false;
          trained |= label;
        }
        return trained ? "" : "no segment is trained";
      },
      findings);
}

}  // namespace quipu::pipelines
