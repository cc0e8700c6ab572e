// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/llamafactory_config.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

uint32_t LongestRow(const FormatContext& context) {
  const v1::RunSpec& spec = context.header.spec();
  return std::max(spec.instances().context_tokens(), spec.packing().pack_tokens());
}

absl::string_view LlamaFactoryTemplate(const FormatContext& context) {
  const absl::string_view name = context.target.chat_template.name();
  if (name == "llama2") return "llama2";
  if (name == "llama3" || name == "llama3.1") return "llama3";
  if (name == "qwen3") return "qwen3";
  if (name == "phi4") return "phi4";
  if (absl::StartsWith(name, "mistral")) return "mistral";
  // ChatML is many models' template; the system message tells Qwen's.
  if (absl::StartsWith(context.target.chat_template.default_system(), "You are Qwen"))
    return "qwen";
  return "";
}

LlamaFactoryFiles LlamaFactoryConfig(const FormatContext& context, bool validation,
                                     absl::string_view entry) {
  LlamaFactoryFiles files;
  const auto add = [&](absl::string_view name, absl::string_view folder) {
    absl::StrAppend(&files.dataset_info, files.dataset_info.empty() ? "{\n" : ",\n", "  \"", name,
                    "\": {\"file_name\": \"", folder, "\"", entry, "}");
  };
  add("quipu", "train");
  if (validation) add("quipu_validation", "validation");
  absl::StrAppend(&files.dataset_info, "\n}\n");
  const absl::string_view name = LlamaFactoryTemplate(context);
  files.train_yaml = absl::StrCat(
      "# In this directory, after you have added model_name_or_path and output_dir:\n"
      "#   llamafactory-cli train train.yaml\n"
      "stage: sft\ndo_train: true\ndataset_dir: .\ndataset: quipu\n",
      validation ? "eval_dataset: quipu_validation\n" : "",
      name.empty() ? "# The target's template, by LLaMA-Factory's name:\n# template: NAME\n"
                   : absl::StrCat("template: ", name, "\n"),
      "# The default, 2048, would cut the question off.\ncutoff_len: ", LongestRow(context), "\n");
  return files;
}

}  // namespace quipu::pipelines
