// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/byte_tokenizer.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "base/log.h"

namespace quipu::inference {
namespace {

constexpr TokenId kFirstControl = 256;
constexpr std::array<absl::string_view, 4> kControls = {"<|endoftext|>", "<|im_start|>",
                                                        "<|im_end|>", "<|pad|>"};
constexpr TokenId kEndOfText = 256;
constexpr TokenId kEndOfMessage = 258;
constexpr TokenId kPad = 259;
constexpr TokenId kFirstWord = 260;

class ByteTokenizer : public Tokenizer {
 public:
  explicit ByteTokenizer(std::vector<std::string> words) : words_(std::move(words)) {
    for (int byte = 0; byte < 256; ++byte) bytes_[byte] = static_cast<char>(byte);
    for (const std::string& word : words_) {
      QUIPU_CHECK(word.size() >= 2) << "a word of the byte tokenizer has under two bytes";
    }
  }

  std::vector<TokenId> Encode(absl::string_view text, bool fragment_start) const override {
    return EncodeWithOffsets(text, fragment_start).ids;
  }

  Encoding EncodeWithOffsets(absl::string_view text, bool) const override {
    Encoding encoding;
    size_t at = 0;
    while (at < text.size()) {
      const TokenId id = LongestAt(text.substr(at));
      encoding.ids.push_back(id);
      encoding.begins.push_back(static_cast<uint32_t>(at));
      at += TokenBytes(id).size();
    }
    return encoding;
  }

  absl::string_view TokenBytes(TokenId id) const override {
    if (id >= 0 && id < kFirstControl) return absl::string_view(&bytes_[id], 1);
    if (id >= kFirstWord && id < vocab_size()) return words_[id - kFirstWord];
    return "";
  }

  std::string Decode(absl::Span<const TokenId> ids, bool) const override {
    std::string text;
    for (const TokenId id : ids) {
      const absl::string_view bytes = TokenBytes(id);
      text.append(bytes.data(), bytes.size());
    }
    return text;
  }

  std::optional<TokenId> ControlId(absl::string_view spelling) const override {
    for (size_t i = 0; i < kControls.size(); ++i) {
      if (kControls[i] == spelling) return kFirstControl + static_cast<TokenId>(i);
    }
    return std::nullopt;
  }

  absl::string_view ControlSpelling(TokenId id) const override {
    return IsControl(id) ? kControls[id - kFirstControl] : absl::string_view();
  }

  bool IsControl(TokenId id) const override { return id >= kFirstControl && id < kFirstWord; }
  int vocab_size() const override { return kFirstWord + static_cast<int>(words_.size()); }
  std::optional<TokenId> bos() const override { return std::nullopt; }
  std::optional<TokenId> eos() const override { return kEndOfMessage; }
  TokenId pad() const override { return kPad; }
  bool adds_bos() const override { return false; }
  bool IsEndOfTurn(TokenId id) const override { return id == kEndOfText || id == kEndOfMessage; }

  Fingerprint fingerprint() const override {
    FingerprintBuilder builder("byte tokenizer");
    for (const std::string& word : words_) builder.Add(word);
    return builder.Build();
  }

  std::string description() const override { return "bytes"; }

 private:
  TokenId LongestAt(absl::string_view text) const {
    TokenId best = static_cast<unsigned char>(text[0]);
    size_t best_size = 1;
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i].size() > best_size && absl::StartsWith(text, words_[i])) {
        best = kFirstWord + static_cast<TokenId>(i);
        best_size = words_[i].size();
      }
    }
    return best;
  }

  std::array<char, 256> bytes_;
  const std::vector<std::string> words_;
};

}  // namespace

std::shared_ptr<const Tokenizer> CreateByteTokenizer(std::vector<std::string> words) {
  return std::make_shared<ByteTokenizer>(std::move(words));
}

}  // namespace quipu::inference
