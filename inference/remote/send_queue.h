// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The order in which waiting calls are sent, so that a server computes each
// prefix once: the first call of a prefix alone, the others when it has ended and
// the server's cache has the prefix.
//
//   SendQueue queue;
//   queue.Add({/*call=*/1, /*prefix=*/7, /*kind=*/2});
//   if (std::optional<uint64_t> call = queue.Next()) queue.Take(*call);
//   queue.Ended(/*prefix=*/7, /*cached=*/true);
//
// Calls of a prefix that is cached come before those that open one, and older
// prefixes before newer ones, so that what is begun is finished. Where each of a
// server's slots has a cache of its own (`one_for_each_prefix`), a second call of a
// prefix is sent only if nothing else can be; and calls of one kind, which begin
// alike after the prefix, follow one another, since a slot has the last prompt.
// Pure. Thread-compatible.
#ifndef QUIPU_INFERENCE_REMOTE_SEND_QUEUE_H_
#define QUIPU_INFERENCE_REMOTE_SEND_QUEUE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace quipu::inference {

class SendQueue {
 public:
  void SetOneForEachPrefix(bool one) { one_for_each_prefix_ = one; }

  struct Waiting {
    uint64_t call = 0;    // An id that no other waiting call has.
    uint64_t prefix = 0;  // 0: none; such calls come first.
    uint64_t kind = 0;
  };

  // Queues a call. `again`: it was sent before and comes before the others of its
  // prefix and kind.
  void Add(const Waiting& waiting, bool again = false);

  // The call to send next; none if no call waits, or if all wait for their
  // prefix.
  std::optional<uint64_t> Next() const;
  // Removes Next()'s call from the queue: it is sent.
  void Take(uint64_t call);
  // A call that was taken has ended. `cached`: with a reply, so the server has its
  // prefix.
  void Ended(uint64_t prefix, bool cached);

  // All waiting calls, which are removed.
  std::vector<uint64_t> TakeAll();
  // Removes one that waits.
  void Remove(uint64_t call);

  bool empty() const { return of_.empty(); }

 private:
  struct Prefix {
    uint64_t id = 0;
    std::deque<Waiting> waiting;
    uint64_t last_kind = 0;  // Of the last call taken.
    int in_flight = 0;
    bool cached = false;
  };
  // By age: the number of prefixes seen before.
  using Prefixes = std::map<uint64_t, Prefix>;

  // How soon one of its calls is sent, 0 being first; none if not now.
  std::optional<int> Rank(const Prefix& prefix) const;
  // The one that is next. REQUIRES: one waits.
  static const Waiting& NextOf(const Prefix& prefix);
  Prefix& Of(uint64_t id);
  void ForgetOld();

  bool one_for_each_prefix_ = false;
  Prefixes prefixes_;
  absl::flat_hash_map<uint64_t, uint64_t> ages_;  // By the prefix's id.
  absl::flat_hash_map<uint64_t, uint64_t> of_;    // The prefix of each waiting call.
  uint64_t next_age_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_SEND_QUEUE_H_
