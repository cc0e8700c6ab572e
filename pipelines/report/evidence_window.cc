// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/evidence_window.h"

#include <algorithm>

#include "base/utf8.h"
#include "generator/checks/evidence.h"
#include "generator/words/language.h"

namespace quipu::pipelines {
namespace {

using generator::TextRange;

// The finder weighs words by how rare they are in this much of the document around the chunk: all of
// most documents.
constexpr size_t kSearchedBytes = 64 << 10;

TextRange Clamped(const TextRange& range, size_t size) {
  const size_t begin = std::min(range.begin, size);
  return {begin, std::min(std::max(range.end, begin), size)};
}

// What the text is cut to: the chunk and a little around it; if that is too long, what is around
// the evidence.
TextRange ShownRange(absl::string_view text, const TextRange& chunk,
                     const std::vector<TextRange>& evidence, const WindowSize& size) {
  size_t begin = chunk.begin > size.around ? chunk.begin - size.around : 0;
  size_t end = chunk.end + std::min(text.size() - chunk.end, size.around);
  if (end - begin > size.most) {
    const size_t focus = evidence.empty() ? chunk.begin : evidence.front().begin;
    begin = std::max(begin, focus > size.most / 3 ? focus - size.most / 3 : 0);
    end = std::min(end, begin + size.most);
  }
  return {FloorToCodePoint(text, begin), FloorToCodePoint(text, end)};
}

void AddPiece(absl::string_view text, const TextRange& shown, TextRange range,
              WindowPiece::Kind kind, EvidenceWindow* window) {
  range.begin = std::max(range.begin, shown.begin);
  range.end = std::min(range.end, shown.end);
  if (range.begin >= range.end) return;
  window->pieces.push_back({kind, text.substr(range.begin, range.end - range.begin)});
}

EvidenceWindow WindowOf(absl::string_view text, const TextRange& chunk,
                        const std::vector<TextRange>& evidence, const WindowSize& size) {
  const TextRange shown = ShownRange(text, chunk, evidence, size);
  EvidenceWindow window;
  window.chunk = chunk;
  window.cut_before = shown.begin > 0;
  window.cut_after = shown.end < text.size();
  AddPiece(text, shown, {0, chunk.begin}, WindowPiece::kAround, &window);
  size_t at = chunk.begin;
  for (const TextRange& sentence : evidence) {
    if (sentence.begin < at || sentence.end > chunk.end) continue;
    AddPiece(text, shown, {at, sentence.begin}, WindowPiece::kChunk, &window);
    AddPiece(text, shown, sentence, WindowPiece::kEvidence, &window);
    at = sentence.end;
  }
  AddPiece(text, shown, {at, chunk.end}, WindowPiece::kChunk, &window);
  AddPiece(text, shown, {chunk.end, text.size()}, WindowPiece::kAround, &window);
  return window;
}

std::vector<TextRange> EvidenceOf(absl::string_view text, const TextRange& chunk,
                                  const v1::Result& result) {
  if (chunk.end <= chunk.begin || result.question().empty()) return {};
  const size_t around = kSearchedBytes / 2;
  const size_t begin = FloorToCodePoint(text, chunk.begin > around ? chunk.begin - around : 0);
  const size_t end = FloorToCodePoint(text, std::min(text.size(), chunk.end + around));
  const generator::EvidenceFinder finder(text.substr(begin, end - begin),
                                         generator::LanguageOfTaskCode(result.task().language()));
  std::vector<TextRange> evidence =
      finder.Find({chunk.begin - begin, chunk.end - begin}, result.question(), result.answer())
          .sentences;
  for (TextRange& sentence : evidence) {
    sentence.begin += begin;
    sentence.end += begin;
  }
  return evidence;
}

}  // namespace

std::vector<EvidenceWindow> WindowsOf(const v1::Document& document, const v1::Result& result,
                                      const WindowSize& size) {
  const absl::string_view text = document.text();
  std::vector<EvidenceWindow> windows;
  if (result.task().kind() == v1::TASK_KIND_SUMMARY) {
    windows.push_back(WindowOf(text, {0, text.size()}, {}, size));
    return windows;
  }
  for (const TextRange& range : generator::RowChunks(result.task(), text.size())) {
    const TextRange chunk = Clamped(range, text.size());
    windows.push_back(WindowOf(text, chunk, EvidenceOf(text, chunk, result), size));
  }
  return windows;
}

}  // namespace quipu::pipelines
