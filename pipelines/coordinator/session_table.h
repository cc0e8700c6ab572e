// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The workers that a coordinator knows: one session per name, found by the
// session's id, with the worker's counts.
//
// The table is bounded. When it is full, a new worker replaces one that has done
// nothing so far: of the identity (certificate) with the most sessions first, so that
// one peer with many names shuts out nobody.
//
//   ASSIGN_OR_RETURN(SessionTable::Opened opened,
//                    sessions.Open({"worker-1", incarnation, build, identity, fresh_id, now}));
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

#include "absl/container/btree_map.h"
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
  std::string identity;
  absl::Duration heard;  // When last heard from, monotonic.
  // When it last asked for work.
  absl::Duration asked = -absl::InfiniteDuration();
  bool left = false;  // Its worker sent its last submit, and no Hello since.
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
  struct Hello {
    std::string worker;
    std::string incarnation;
    std::string build;
    // The peer's; empty: the worker's name up to its "/".
    std::string identity;
    std::string fresh_id;
    absl::Duration now;
  };
  // Returns the worker's session: the existing one if the incarnation is the
  // same, else a new one with id `fresh_id` and the counts of the previous one.
  // RESOURCE_EXHAUSTED if the table is full (MakeRoom).
  absl::StatusOr<Opened> Open(Hello hello);
  // If the table is full, forgets a session that `idle` allows, of the identity with the
  // most sessions if possible, the longest silent first. Returns its id, or "".
  std::string MakeRoom(absl::FunctionRef<bool(const Session&)> idle);

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
  // Names of the workers heard from since `since` that have not left.
  std::vector<std::string> WorkersSince(absl::Duration since) const;
  // Those of them that asked for work since `since`: to say Hello costs nothing.
  std::vector<std::string> AskersSince(absl::Duration since) const;
  void ForEach(absl::FunctionRef<void(const Session&)> fn) const;

 private:
  using Position = std::list<Session>::iterator;

  Position Remove(Position position);
  // Counts one session more or less of an identity.
  void Count(const std::string& identity, int change);

  const size_t max_sessions_;
  std::list<Session> sessions_;  // The longest silent first.
  absl::flat_hash_map<std::string, Position> by_id_;
  absl::flat_hash_map<std::string, Position> by_worker_;
  absl::flat_hash_map<std::string, size_t> identities_;  // How many sessions each has.
  absl::btree_map<size_t, size_t> sizes_;                // How many identities have so many.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_SESSION_TABLE_H_
