// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The workers that a coordinator knows: one session per name, found by the
// session's id, with the worker's counts.
//
//   ASSIGN_OR_RETURN(SessionTable::Opened opened,
//                    sessions.Open("worker-1", incarnation, build, RandomBytes(16), now));
//   Session* session = sessions.Touch(id, now);
//
// Pointers are valid until the session is replaced or forgotten.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_SESSION_TABLE_H_
#define QUIPU_PIPELINES_COORDINATOR_SESSION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines {

struct Session {
  std::string id;
  std::string worker;
  std::string incarnation;
  std::string build;
  absl::Duration heard;  // When last heard from, monotonic.
  bool left = false;     // It said goodbye, and was not heard from since.
  uint64_t results = 0;
  uint64_t rejected = 0;
  uint64_t lost = 0;
  // Results that failed the checks, since the worker was last reinstated.
  int invalid = 0;
};

class SessionTable {
 public:
  explicit SessionTable(size_t max_sessions) : max_sessions_(max_sessions) {}

  struct Opened {
    Session* session = nullptr;
    // Id of the session of another process with that name; empty if none.
    std::string replaced;
  };
  // Returns the worker's session: the existing one if the incarnation is the
  // same, else a new one with id `fresh_id` and the counts of the previous one.
  // RESOURCE_EXHAUSTED if there are too many.
  absl::StatusOr<Opened> Open(absl::string_view worker, absl::string_view incarnation,
                              absl::string_view build, std::string fresh_id, absl::Duration now);

  // Nullptr if there is no such session.
  Session* Find(absl::string_view id);
  // The same, and marks it as heard from now.
  Session* Touch(absl::string_view id, absl::Duration now);
  Session* OfWorker(absl::string_view worker);
  const Session* OfWorker(absl::string_view worker) const;

  // Counts a lease that its worker has lost.
  void OnUpdate(const v1::LeaseUpdate& update);

  // Forgets sessions not heard from since `since`, if `idle` allows; examines
  // only those, and at most `most`. Returns their ids.
  std::vector<std::string> Forget(absl::Duration since, size_t most,
                                  absl::FunctionRef<bool(const Session&)> idle);

  size_t size() const { return by_id_.size(); }
  // When the longest silent session was last heard from; InfiniteDuration if
  // empty.
  absl::Duration FirstHeard() const;
  // Names of the workers heard from since `since` that have not left.
  std::vector<std::string> WorkersSince(absl::Duration since) const;
  void ForEach(absl::FunctionRef<void(const Session&)> fn) const;

 private:
  using Position = std::list<Session>::iterator;

  const size_t max_sessions_;
  std::list<Session> sessions_;  // The longest silent first.
  absl::flat_hash_map<std::string, Position> by_id_;
  absl::flat_hash_map<std::string, Position> by_worker_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_SESSION_TABLE_H_
