// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/sentencepiece_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/hf/sentencepiece_model.pb.h"
#include "inference/text/spm_tokenizer.h"

namespace quipu::inference {
namespace {

absl::Status CheckSupported(const SentencePieceModel& model, const std::string& source) {
  constexpr int kUnigram = 1;
  constexpr int kBpe = 2;
  const auto unsupported = [&source](absl::string_view what) {
    return absl::UnimplementedError(absl::StrCat(source, ": ", what, " is not supported"));
  };
  if (model.trainer_spec().model_type() != kBpe) {
    const int type = model.trainer_spec().model_type();
    return unsupported(absl::StrCat("trainer_spec.model_type ", type,
                                    type == kUnigram ? " (Unigram; 2, BPE, is)" : " (2, BPE, is)"));
  }
  if (model.trainer_spec().treat_whitespace_as_suffix()) {
    return unsupported("trainer_spec.treat_whitespace_as_suffix");
  }
  const SentencePieceModel::NormalizerSpec& normalizer = model.normalizer_spec();
  if (!normalizer.precompiled_charsmap().empty()) {
    return unsupported(absl::StrCat("the normalisation ", Snippet(normalizer.name()),
                                    " (normalizer_spec.precompiled_charsmap)"));
  }
  if (normalizer.remove_extra_whitespaces()) {
    return unsupported("normalizer_spec.remove_extra_whitespaces");
  }
  if (!normalizer.escape_whitespaces()) {
    return unsupported("normalizer_spec without escape_whitespaces");
  }
  return absl::OkStatus();
}

void SetId(int id, std::optional<TokenId>* out) {
  if (id >= 0) *out = id;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromSentencePiece(
    const std::string& path, const ModelConfig& config) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kMaxTokenizerFileBytes));
  SpmData data;
  data.vocabulary.source = PathAsText(path);
  SentencePieceModel model;
  if (!model.ParseFromString(bytes) || model.pieces().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(data.vocabulary.source, ": not a SentencePiece model"));
  }
  RETURN_IF_ERROR(CheckSupported(model, data.vocabulary.source));
  for (const SentencePieceModel::Piece& piece : model.pieces()) {
    if (piece.type() < 1 || piece.type() > 6) {
      return absl::InvalidArgumentError(absl::StrCat(data.vocabulary.source, ": piece ",
                                                     data.scores.size(), " has the unknown type ",
                                                     piece.type()));
    }
    data.vocabulary.texts.push_back(piece.piece());
    data.vocabulary.kinds.push_back(static_cast<TokenKind>(piece.type()));
    data.scores.push_back(piece.score());
  }
  data.add_space_prefix = model.normalizer_spec().add_dummy_prefix();
  SetId(model.trainer_spec().unk_id(), &data.vocabulary.unknown);
  SetId(model.trainer_spec().bos_id(), &data.vocabulary.bos);
  SetId(model.trainer_spec().eos_id(), &data.vocabulary.eos);
  SetId(model.trainer_spec().pad_id(), &data.vocabulary.pad);
  RETURN_IF_ERROR(AddTokens(config.added_tokens, &data.vocabulary, &data.rules));
  RETURN_IF_ERROR(AddSpecialTokens(config, &data.vocabulary, &data.rules));
  data.scores.resize(data.vocabulary.texts.size(), 0.0f);
  return SpmTokenizer::Create(std::move(data));
}

}  // namespace quipu::inference
