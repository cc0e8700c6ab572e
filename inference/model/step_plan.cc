// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/step_plan.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace quipu::inference {
namespace {

void SortAndDedup(std::vector<int>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

int IndexIn(const std::vector<int>& sorted, int value) {
  return static_cast<int>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
}

class Planner {
 public:
  Planner(const Batch& batch, const KvCache& cache, int vocabulary, int rows_per_block)
      : batch_(batch), cache_(cache), vocabulary_(vocabulary), rows_per_block_(rows_per_block) {}

  absl::StatusOr<StepPlan> Plan() {
    int next = 0;
    for (size_t i = 0; i < batch_.pieces.size(); ++i) {
      const BatchPiece& piece = batch_.pieces[i];
      if (piece.first_token != next || piece.count < 1) {
        return Error(i, absl::StrCat("has tokens ", piece.first_token, " + ", piece.count,
                                     ", wanted first ", next, " and at least 1"));
      }
      RETURN_IF_ERROR(CheckPages(i));
      for (int t = 0; t < piece.count; ++t) {
        plan_.places.push_back({piece.pages, piece.start + t});
        piece_of_.push_back(static_cast<int>(i));
      }
      plan_.positions = std::max(plan_.positions, piece.start + piece.count);
      next += piece.count;
    }
    if (next != static_cast<int>(batch_.tokens.size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("batch: pieces cover ", next, " of ", batch_.tokens.size(), " tokens"));
    }
    RETURN_IF_ERROR(CheckTokens());
    RETURN_IF_ERROR(FindGroups());
    for (int t = 0; t < next; ++t) plan_.all.tokens.push_back(t);
    CutBlocks(&plan_.all);
    PlanOutputs();
    return std::move(plan_);
  }

 private:
  static absl::Status Error(size_t piece, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("batch: piece ", piece, " ", what));
  }

  absl::Status CheckPages(size_t i) const {
    const BatchPiece& piece = batch_.pieces[i];
    if (piece.pages == nullptr) return Error(i, "has no pages");
    if (i > 0 && piece.pages == batch_.pieces[i - 1].pages) {
      return Error(i, "belongs to the same sequence as the previous piece");
    }
    const int64_t end = int64_t{piece.start} + piece.count;
    if (piece.start < 0 || end > static_cast<int64_t>(piece.pages->size()) * kPageTokens) {
      return Error(i, absl::StrCat("has positions ", piece.start, " to ", end - 1,
                                   ", its pages cover ", piece.pages->size() * kPageTokens));
    }
    const int used = static_cast<int>((end + kPageTokens - 1) / kPageTokens);
    for (int p = 0; p < used; ++p) {
      const PageId page = (*piece.pages)[p];
      if (page < 0 || page >= cache_.num_pages() || cache_.References(page) < 1) {
        return Error(i, absl::StrCat("has page ", page, ", which is not in use"));
      }
      if (p >= piece.start / kPageTokens && cache_.References(page) > 1) {
        return Error(i, absl::StrCat("writes to page ", page, ", which is shared"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckTokens() const {
    for (size_t t = 0; t < batch_.tokens.size(); ++t) {
      if (batch_.tokens[t] < 0 || batch_.tokens[t] >= vocabulary_) {
        return absl::InvalidArgumentError(absl::StrCat("batch: token ", t, " is ", batch_.tokens[t],
                                                       ", vocabulary ", vocabulary_));
      }
    }
    for (const BatchOutput& output : batch_.outputs) {
      if (output.token < 0 || output.token >= static_cast<int>(batch_.tokens.size())) {
        return absl::InvalidArgumentError(
            absl::StrCat("batch: output ", output.token, " of ", batch_.tokens.size(), " tokens"));
      }
      for (const TokenId word : output.words) {
        if (word < 0 || word >= vocabulary_) {
          return absl::InvalidArgumentError(absl::StrCat(
              "batch: output ", output.token, " wants word ", word, ", vocabulary ", vocabulary_));
        }
      }
    }
    return absl::OkStatus();
  }

  // Numbers each piece's group (a piece without one gets its own) and records
  // the pages that the group shares.
  absl::Status FindGroups() {
    const std::vector<BatchPiece>& pieces = batch_.pieces;
    group_of_.resize(pieces.size());
    for (size_t first = 0; first < pieces.size();) {
      size_t end = first + 1;
      int shared = 0;
      if (pieces[first].group >= 0) {
        while (end < pieces.size() && pieces[end].group == pieces[first].group) ++end;
        shared = pieces[first].shared_pages;
        for (size_t i = first; i < end; ++i) {
          shared = std::min({shared, pieces[i].shared_pages, pieces[i].start / kPageTokens});
        }
        shared = std::max(shared, 0);
        for (size_t i = first + 1; i < end; ++i) {
          if (!std::equal(pieces[i].pages->begin(), pieces[i].pages->begin() + shared,
                          pieces[first].pages->begin())) {
            return Error(i, absl::StrCat("does not share the first ", shared,
                                         " pages with its group ", pieces[i].group));
          }
        }
      }
      for (size_t i = first; i < end; ++i) group_of_[i] = static_cast<int>(shared_.size());
      shared_.push_back(shared);
      first = end;
    }
    return absl::OkStatus();
  }

  void CutBlocks(StepRows* rows) const {
    const int count = static_cast<int>(rows->tokens.size());
    for (int first = 0; first < count;) {
      const int group = group_of_[piece_of_[rows->tokens[first]]];
      int end = first + 1;
      while (end < count && end - first < rows_per_block_ &&
             group_of_[piece_of_[rows->tokens[end]]] == group) {
        ++end;
      }
      rows->blocks.push_back({first, end - first, shared_[group]});
      first = end;
    }
  }

  void PlanOutputs() {
    std::vector<int>& tokens = plan_.outputs.tokens;
    for (const BatchOutput& output : batch_.outputs) tokens.push_back(output.token);
    SortAndDedup(&tokens);
    CutBlocks(&plan_.outputs);
    for (const BatchOutput& output : batch_.outputs) {
      plan_.output_rows.push_back(IndexIn(tokens, output.token));
      if (output.words.empty()) plan_.whole.push_back(plan_.output_rows.back());
    }
    const std::vector<int> wanted = plan_.whole;
    SortAndDedup(&plan_.whole);
    for (const int row : wanted) plan_.whole_of.push_back(IndexIn(plan_.whole, row));
  }

  const Batch& batch_;
  const KvCache& cache_;
  const int vocabulary_;
  const int rows_per_block_;
  StepPlan plan_;
  std::vector<int> piece_of_;  // Of each token.
  std::vector<int> group_of_;  // Of each piece.
  std::vector<int> shared_;    // Pages that a group shares.
};

}  // namespace

absl::StatusOr<StepPlan> PlanStep(const Batch& batch, const KvCache& cache, int vocabulary,
                                  int rows_per_block) {
  return Planner(batch, cache, vocabulary, rows_per_block).Plan();
}

void KeepRows(const std::vector<int>& kept, int width, float* x) {
  for (size_t i = 0; i < kept.size(); ++i) {
    std::memmove(x + i * width, x + int64_t{kept[i]} * width, width * sizeof(float));
  }
}

}  // namespace quipu::inference
