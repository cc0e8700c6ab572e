// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/json_components.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

using Object = JsonFile::Object;

constexpr absl::string_view kMark = "\xE2\x96\x81";  // "▁"

absl::StatusOr<std::string> TypeOf(const JsonFile& file, const Object& component) {
  ASSIGN_OR_RETURN(const std::optional<std::string> type, file.String(component, "type"));
  if (!type) return file.Malformed("a component has no \"type\"");
  return *type;
}

// The component and, of a sequence, its parts in order; nothing if it is null.
absl::StatusOr<std::vector<Object>> Parts(const JsonFile& file, absl::string_view key,
                                          absl::string_view list_key) {
  std::vector<Object> parts;
  ASSIGN_OR_RETURN(const std::optional<Object> whole, file.ObjectAt(file.root(), key));
  if (!whole) return parts;
  ASSIGN_OR_RETURN(const std::string type, TypeOf(file, *whole));
  if (type != "Sequence") {
    parts.push_back(*whole);
    return parts;
  }
  ASSIGN_OR_RETURN(const auto list, file.ArrayAt(*whole, list_key));
  if (!list) return file.Malformed(absl::StrCat("the Sequence of ", key, " has no ", list_key));
  for (const JsonFile::Element element : *list) {
    Object part;
    if (element.get(part) != simdjson::SUCCESS) {
      return file.Malformed(absl::StrCat("the Sequence of ", key, " has a part that is no object"));
    }
    parts.push_back(part);
  }
  return parts;
}

// {"String": "..."} or {"Regex": "..."}.
struct Pattern {
  bool regex = false;
  std::string text;
};

absl::StatusOr<Pattern> ReadPattern(const JsonFile& file, const Object& component) {
  ASSIGN_OR_RETURN(const std::optional<Object> pattern, file.ObjectAt(component, "pattern"));
  if (!pattern) return file.Malformed("a component has no \"pattern\"");
  ASSIGN_OR_RETURN(const auto text, file.String(*pattern, "String"));
  if (text && !text->empty()) return Pattern{false, *text};
  ASSIGN_OR_RETURN(const auto regex, file.String(*pattern, "Regex"));
  if (regex && !regex->empty()) return Pattern{true, *regex};
  return file.Malformed("a \"pattern\" is neither a String nor a Regex");
}

absl::StatusOr<bool> Flag(const JsonFile& file, const Object& component, absl::string_view key,
                          bool otherwise) {
  ASSIGN_OR_RETURN(const std::optional<bool> value, file.Bool(component, key));
  return value.value_or(otherwise);
}

// Whether the parts from `at` on are Llama 2's: (Prepend "▁",) Replace " " by "▁".
absl::StatusOr<bool> AreSpaceMarks(const JsonFile& file, const std::vector<Object>& parts,
                                   size_t at, bool* prefix) {
  ASSIGN_OR_RETURN(std::string type, TypeOf(file, parts[at]));
  *prefix = false;
  if (type == "Prepend") {
    ASSIGN_OR_RETURN(const auto text, file.String(parts[at], "prepend"));
    if (text.value_or("") != kMark || ++at == parts.size()) return false;
    *prefix = true;
    ASSIGN_OR_RETURN(type, TypeOf(file, parts[at]));
  }
  if (type != "Replace" || at + 1 != parts.size()) return false;
  ASSIGN_OR_RETURN(const Pattern pattern, ReadPattern(file, parts[at]));
  ASSIGN_OR_RETURN(const auto content, file.String(parts[at], "content"));
  return !pattern.regex && pattern.text == " " && content.value_or("") == kMark;
}

absl::Status AddNormalizer(const JsonFile& file, const Object& part, Normalizer* normalizer) {
  ASSIGN_OR_RETURN(const std::string type, TypeOf(file, part));
  if (type == "NFC") {
    normalizer->AddForm(Normalizer::Form::kNfc);
  } else if (type == "NFD") {
    normalizer->AddForm(Normalizer::Form::kNfd);
  } else if (type == "NFKC") {
    normalizer->AddForm(Normalizer::Form::kNfkc);
  } else if (type == "NFKD") {
    normalizer->AddForm(Normalizer::Form::kNfkd);
  } else if (type == "Lowercase") {
    normalizer->AddLowercase();
  } else if (type == "Strip") {
    ASSIGN_OR_RETURN(const bool left, Flag(file, part, "strip_left", true));
    ASSIGN_OR_RETURN(const bool right, Flag(file, part, "strip_right", true));
    normalizer->AddStrip(left, right);
  } else if (type == "Replace") {
    ASSIGN_OR_RETURN(const Pattern pattern, ReadPattern(file, part));
    ASSIGN_OR_RETURN(const auto content, file.String(part, "content"));
    if (pattern.regex) return file.Unsupported("normalizer Replace with a Regex");
    normalizer->AddReplace(pattern.text, content.value_or(""));
  } else {
    return file.Unsupported(absl::StrCat("normalizer ", Snippet(type)));
  }
  return absl::OkStatus();
}

absl::Status AddSplit(const JsonFile& file, const Object& part, BpeData* data) {
  ASSIGN_OR_RETURN(const Pattern pattern, ReadPattern(file, part));
  ASSIGN_OR_RETURN(const std::optional<std::string> name, file.String(part, "behavior"));
  ASSIGN_OR_RETURN(const bool invert, Flag(file, part, "invert", false));
  // No spaces are left then.
  if (data->marks_spaces && !pattern.regex && pattern.text == " ") return absl::OkStatus();
  const auto known = pattern.regex ? PreTokenizerFromPattern(pattern.text) : std::nullopt;
  // A known expression matches all of a text, or words for what it does not match.
  const bool removed = name == "Removed" && invert && known && *known != PreTokenizer::kDeepSeek;
  WordSplitter::Behavior behavior = WordSplitter::Behavior::kIsolated;
  if (name == "MergedWithPrevious") {
    behavior = WordSplitter::Behavior::kMergedWithPrevious;
  } else if (name == "MergedWithNext") {
    behavior = WordSplitter::Behavior::kMergedWithNext;
  } else if (name == "Contiguous") {
    behavior = WordSplitter::Behavior::kContiguous;
  } else if (name != "Isolated" && !removed) {
    return file.Unsupported(
        absl::StrCat("pre_tokenizer Split with behavior ", Snippet(name.value_or("(none)"))));
  }
  if (invert && !removed) return file.Unsupported("pre_tokenizer Split with invert");
  if (pattern.regex) {
    const absl::Status added = data->splitter.AddPattern(pattern.text, behavior);
    return added.ok() ? added : Annotate(added, PathAsText(file.path()));
  }
  data->splitter.AddString(pattern.text, behavior);
  return absl::OkStatus();
}

absl::Status AddMetaspace(const JsonFile& file, const Object& part, BpeData* data) {
  ASSIGN_OR_RETURN(const auto replacement, file.String(part, "replacement"));
  if (replacement.value_or(std::string(kMark)) != kMark) {
    return file.Unsupported("pre_tokenizer Metaspace with another replacement than U+2581");
  }
  ASSIGN_OR_RETURN(const bool old_prefix, Flag(file, part, "add_prefix_space", true));
  ASSIGN_OR_RETURN(const auto scheme, file.String(part, "prepend_scheme"));
  const std::string when = scheme.value_or(old_prefix ? "always" : "never");
  if (when != "always" && when != "first" && when != "never") {
    return file.Unsupported(
        absl::StrCat("pre_tokenizer Metaspace with prepend_scheme ", Snippet(when)));
  }
  ASSIGN_OR_RETURN(data->words_begin_at_spaces, Flag(file, part, "split", true));
  data->marks_spaces = true;
  data->space_prefix = when != "never";
  data->prefix_only_if_missing = true;
  data->rules.fragment_after_text_token = when == "always";
  data->rules.fragment_after_control = when == "always";
  return absl::OkStatus();
}

absl::Status AddByteLevel(const JsonFile& file, const Object& part, bool after_digits,
                          BpeData* data) {
  ASSIGN_OR_RETURN(const bool prefix, Flag(file, part, "add_prefix_space", true));
  if (prefix) return file.Unsupported("pre_tokenizer ByteLevel with add_prefix_space");
  ASSIGN_OR_RETURN(const bool cuts, Flag(file, part, "use_regex", true));
  data->letters = BpeData::Letters::kBytes;
  if (after_digits && cuts) {
    data->splitter = WordSplitter();
    data->splitter.AddKnown(PreTokenizer::kSmolLm);
  } else if (cuts) {
    data->splitter.AddKnown(PreTokenizer::kGpt2);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadNormalizer(const JsonFile& file, BpeData* data) {
  ASSIGN_OR_RETURN(const std::vector<Object> parts, Parts(file, "normalizer", "normalizers"));
  for (size_t i = 0; i < parts.size(); ++i) {
    bool prefix = false;
    ASSIGN_OR_RETURN(const bool marks, AreSpaceMarks(file, parts, i, &prefix));
    if (marks) {
      data->marks_spaces = true;
      data->space_prefix = prefix;
      data->rules.fragment_after_text_token = true;
      data->rules.normalizes_spaces = true;
      data->rules.normalizes_begin = prefix;
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(AddNormalizer(file, parts[i], &data->rules.normalizer));
  }
  return absl::OkStatus();
}

absl::Status ReadPreTokenizer(const JsonFile& file, BpeData* data) {
  ASSIGN_OR_RETURN(const std::vector<Object> parts, Parts(file, "pre_tokenizer", "pretokenizers"));
  data->letters = BpeData::Letters::kCharacters;
  bool only_digits = false;  // The step so far is Digits, each alone, as in SmolLM.
  for (size_t i = 0; i < parts.size(); ++i) {
    ASSIGN_OR_RETURN(const std::string type, TypeOf(file, parts[i]));
    if (data->letters == BpeData::Letters::kBytes) {
      return file.Unsupported(absl::StrCat("pre_tokenizer ", Snippet(type), " after ByteLevel"));
    }
    if (type == "Split") {
      RETURN_IF_ERROR(AddSplit(file, parts[i], data));
    } else if (type == "Digits") {
      ASSIGN_OR_RETURN(const bool individual, Flag(file, parts[i], "individual_digits", false));
      data->splitter.AddDigits(individual);
      only_digits = individual && i == 0;
      continue;
    } else if (type == "ByteLevel") {
      RETURN_IF_ERROR(AddByteLevel(file, parts[i], only_digits && i == 1, data));
    } else if (type == "Metaspace" && !data->marks_spaces) {
      RETURN_IF_ERROR(AddMetaspace(file, parts[i], data));
    } else {
      return file.Unsupported(absl::StrCat("pre_tokenizer ", Snippet(type)));
    }
  }
  if (data->marks_spaces &&
      (!data->splitter.description().empty() || data->letters == BpeData::Letters::kBytes)) {
    return file.Unsupported("a pre_tokenizer beside spaces that are written U+2581");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> ReadFirstToken(const JsonFile& file) {
  ASSIGN_OR_RETURN(const std::vector<Object> parts, Parts(file, "post_processor", "processors"));
  for (const Object& part : parts) {
    ASSIGN_OR_RETURN(const std::string type, TypeOf(file, part));
    if (type == "ByteLevel") continue;
    if (type != "TemplateProcessing") {
      return file.Unsupported(absl::StrCat("post_processor ", Snippet(type)));
    }
    ASSIGN_OR_RETURN(const auto single, file.ArrayAt(part, "single"));
    if (!single || single->size() == 0) continue;
    Object first;
    if (single->at(0).get(first) != simdjson::SUCCESS) continue;
    ASSIGN_OR_RETURN(const auto special, file.ObjectAt(first, "SpecialToken"));
    if (!special) continue;
    return file.String(*special, "id");
  }
  return std::optional<std::string>();
}

}  // namespace quipu::inference
