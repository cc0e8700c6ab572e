// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/targets.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "tests/fuzz/input_targets.h"
#include "tests/fuzz/model_targets.h"
#include "tests/fuzz/rpc_target.h"
#include "tests/fuzz/service_targets.h"
#include "tests/fuzz/store_targets.h"
#include "tests/support/temp_dir.h"

namespace quipu::fuzz {
namespace {

constexpr Target kTargets[] = {
    {"documents", &FuzzDocuments, &DocumentSeeds},
    {"short_rows", &FuzzShortRows, &ShortRowSeeds},
    {"file", &FuzzFile, &FileSeeds},
    {"warc", &FuzzWarc, &WarcSeeds},
    {"text", &FuzzText, &TextSeeds},
    {"compressed", &FuzzCompressed, &CompressedSeeds},
    {"html", &FuzzHtml, &HtmlSeeds},
    {"markdown", &FuzzMarkdown, &MarkdownSeeds},
    {"epub", &FuzzEpub, &EpubSeeds},
    {"spec", &FuzzSpec, &SpecSeeds},
    {"response", &FuzzResponse, &ResponseSeeds},
    {"gguf", &FuzzGguf, &GgufSeeds},
    {"safetensors", &FuzzSafetensors, &SafetensorsSeeds},
    {"model_config", &FuzzModelConfig, &ModelConfigSeeds},
    {"tokenizer_json", &FuzzTokenizerJson, &TokenizerJsonSeeds},
    {"sentencepiece", &FuzzSentencePiece, &SentencePieceSeeds},
    {"model_directory", &FuzzModelDirectory, &ModelDirectorySeeds},
    {"chat_template", &FuzzChatTemplate, &ChatTemplateSeeds},
    {"record", &FuzzRecord, &RecordSeeds},
    {"key", &FuzzKey, &KeySeeds},
    {"run_state", &FuzzRunState, &RunStateSeeds},
    {"ticket", &FuzzTicket, &TicketSeeds},
    {"http_reply", &FuzzHttpReply, &HttpReplySeeds},
    {"coordinator", &FuzzCoordinator, &CoordinatorSeeds},
    {"rpc", &FuzzRpc, &RpcSeeds},
};

}  // namespace

absl::Span<const Target> Targets() { return kTargets; }

const Target* FindTarget(absl::string_view name) {
  for (const Target& target : kTargets) {
    if (name == target.name) return &target;
  }
  return nullptr;
}

absl::Status Refused(absl::string_view why) { return absl::InvalidArgumentError(why); }

std::string ScratchDir() {
  static const testing::TempDir dir;  // Removed when the process ends.
  return dir.path();
}

std::string ScratchFile(absl::string_view name, absl::string_view bytes) {
  const std::string path = absl::StrCat(ScratchDir(), "/", name);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  QUIPU_CHECK(out.good()) << "cannot write " << path;
  return path;
}

}  // namespace quipu::fuzz
