// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/prompt_lookup.h"

#include <algorithm>
#include <cstddef>

namespace quipu::inference {
namespace {

// How often the next token is the one that followed an occurrence with this
// many tokens in agreement: a little below what was counted in two models'
// replies.
constexpr double kChance[] = {0, 0, 0.4, 0.55, 0.65, 0.7, 0.75, 0.8, 0.8};
constexpr size_t kMostAgreeing = 8;

// How many tokens before `end` agree with the last ones of `context`, at most
// kMostAgreeing.
size_t Agreeing(absl::Span<const TokenId> context, size_t end) {
  size_t count = 0;
  while (count < std::min(end, kMostAgreeing) &&
         context[end - 1 - count] == context[context.size() - 1 - count]) {
    ++count;
  }
  return count;
}

}  // namespace

std::vector<TokenId> LookUpDraft(absl::Span<const TokenId> context, int most, double worth) {
  std::vector<TokenId> draft;
  const size_t size = context.size();
  if (size < 3 || most < 1) return draft;
  const TokenId last = context[size - 1];
  const TokenId second = context[size - 2];
  size_t next = 0;  // The position after the best occurrence; 0: none.
  size_t agreeing = 0;
  for (size_t i = size - 2; i >= 1 && agreeing < 3; --i) {
    if (context[i] != last || context[i - 1] != second) continue;
    const size_t count = Agreeing(context, i + 1);
    if (count > agreeing && (next == 0 || count >= 3)) {
      next = i + 1;
      agreeing = count;
    }
  }
  double chance = next == 0 ? 0 : 1;
  for (int i = 0; i < most; ++i) {
    chance *= kChance[std::min(agreeing + i, kMostAgreeing)];
    if (chance == 0 || chance < worth) break;
    const size_t at = next + i;
    draft.push_back(at < size ? context[at] : draft[at - size]);
  }
  return draft;
}

}  // namespace quipu::inference
