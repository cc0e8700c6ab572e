// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a lease table, and how updates change it. table.h decides with
// it. Every chunk is in at most one queue (fresh, waiting, doubtful, suspects), and every
// open audit without a lease is in one group, so that a grant finds its chunk
// without scanning the others.
//
//   LeaseState state(options, epoch);
//   RETURN_IF_ERROR(state.Apply(update));
//   for (uint32_t i : state.fresh()) Use(state.chunk(i));
//
// Chunks are numbered in order of addition, workers in order of first
// appearance; 0 means no worker. Memory: about 100 bytes a chunk.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_LEASE_STATE_H_
#define QUIPU_PIPELINES_LEASE_STATE_H_

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/lease/reject_window.h"
#include "pipelines/lease/types.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines::internal {

inline constexpr uint32_t kNobody = 0;

// A chunk that expired this often, in units of max_lost_attempts, is doubtful: a worker that
// does not deliver waits for it and gets it alone. One that then expires alone is quarantined.
// Workers without a result may be hostile, so their silence needs many more cases than the
// death of a worker that delivers.
inline constexpr int kExpiriesOfDoubt = 2;
inline constexpr int kExpiriesOfQuarantine = 10;

enum class AuditState : uint8_t {
  kNone,
  kOpen,  // In audits().
  kPassed,
  kSkipped,  // Nobody could do it; never requested again.
  kOwed,     // A dispute from an earlier start: requested again whatever is drawn.
};

// A worker's part of a chunk's results.
struct MakerRecord {
  uint64_t made = 0;  // Bits of its tasks.
  uint32_t worker = kNobody;
  AuditState audit = AuditState::kNone;
};

struct ChunkState {
  Fingerprint document;
  uint64_t done = 0;  // Tasks with a result.
  // The makers, rarely more than one; includes makers of results that are gone.
  absl::InlinedVector<MakerRecord, 1> makers;
  uint64_t fence = 0;  // Smaller tokens are stale.
  int64_t not_before_us = 0;
  uint32_t chunk_index = 0;
  uint32_t first_task = 0;
  uint16_t lost = 0;
  uint16_t failed = 0;
  uint16_t expired = 0;
  // The worker that lost it or failed on it last, or let it expire; others come first.
  uint32_t loser = kNobody;
  uint8_t num_tasks = 0;
  bool leased = false;
  bool quarantined = false;
  bool lapsed = false;  // Its last lease without success expired: nothing says that it failed.

  uint64_t all() const { return ~uint64_t{0} >> (64 - num_tasks); }
  uint64_t open() const { return all() & ~done; }
  // The worker's part; nullptr if it has none.
  const MakerRecord* FindMaker(uint32_t worker) const;
  v1::ChunkId Id() const;
  void CountLost();
  void CountFailed();
  void CountExpired();
  // Tried before, without success.
  bool tried() const { return lost > 0 || failed > 0 || expired > 0; }
};

struct LeaseRecord {
  uint64_t token = 0;
  int64_t expires_us = 0;
  int64_t ends_us = 0;
  uint32_t worker = kNobody;
  bool audit = false;
  bool shared = false;     // Its worker also held another lease at some point.
  bool suspect = false;    // Its worker is granted nothing else.
  bool inherited = false;  // From an earlier start, and not renewed since.
};

// An audit of one maker's part; at most one per chunk at a time.
struct AuditRecord {
  uint64_t tasks = 0;  // Bits of the tasks to repeat.
  // Whose results are in question, the stored ones' maker first.
  std::vector<uint32_t> question;
  // The worker that lost or failed it last; others come first until not_before.
  uint32_t loser = kNobody;
  int64_t not_before_us = 0;
  int tries = 0;  // Lost or failed.
  bool disputed = false;
  bool lapsed = false;  // The loser said nothing of a failure: it let the lease end.

  bool Asks(uint32_t worker) const;  // Not a worker whose results are in question.
};

struct WorkerRecord {
  std::string name;
  std::string quarantined;  // The reason; empty if it is not quarantined.
  absl::btree_set<uint32_t> leases;
  int suspects = 0;     // Of its leases.
  bool proven = false;  // It has delivered results: its silence is taken for its death.

  // It has delivered, and has not let a lease expire since it last completed one.
  bool delivers() const { return proven && strikes == 0 && quarantined.empty(); }

  // A strike is an expiry or failure that counts against the worker. It is granted nothing for a
  // while, then one lease; every lease that it completes doubles what it may hold.
  int strikes = 0;   // Without a completed lease in between.
  int failures = 0;  // Of its engine, without a result in between.
  int allowed = std::numeric_limits<int>::max();
  int64_t not_before_us = 0;
  uint64_t struck_token = 0;  // Leases up to this token belong to an earlier strike.

  // When it last showed progress: results, or its first lease.
  int64_t progress_us = 0;
  bool progressed = false;  // Since progress_us; the time is taken at the next update.
  // The longest time in which it held leases and delivered nothing, until it delivered.
  int64_t slowest_us = 0;
  int64_t waiting_us = 0;  // Since when it has done so now; 0: unknown.
};

// INVALID_ARGUMENT that names the chunk.
absl::Status Misfit(const v1::ChunkId& id, absl::string_view what);

class LeaseState {
 public:
  using Timed = absl::btree_set<std::pair<int64_t, uint32_t>>;  // Moment, chunk.
  // Open audits, by the workers that may not do them (sorted).
  using Groups = absl::btree_map<std::vector<uint32_t>, absl::btree_set<uint32_t>>;

  LeaseState(const LeaseOptions& options, uint64_t epoch)
      : options_(options), epoch_(epoch), workers_(1), window_(options.pause_window) {}
  // Not copyable or movable: the index of chunks points here.
  LeaseState(const LeaseState&) = delete;
  LeaseState& operator=(const LeaseState&) = delete;

  // As LeaseTable's.
  absl::Status Apply(const v1::LeaseUpdate& update);
  absl::Status Replay(const v1::LeaseUpdate& update);

  const LeaseOptions& options() const { return options_; }
  uint64_t epoch() const { return epoch_; }
  // Of this epoch, the greatest token granted.
  uint64_t last_token() const { return epoch_ << 32 | granted_; }

  std::optional<uint32_t> Find(const v1::ChunkId& id) const;
  const std::deque<ChunkState>& chunks() const { return chunks_; }
  const ChunkState& chunk(uint32_t i) const { return chunks_[i]; }
  // Nullptr if the chunk is not leased.
  const LeaseRecord* LeaseOf(uint32_t i) const;
  // The chunk's next loss would quarantine it.
  bool Suspect(const ChunkState& chunk) const {
    return chunk.lost >= options_.max_lost_attempts - 1;
  }
  // Many workers let it expire. Not if it is a suspect.
  bool Doubtful(const ChunkState& chunk) const {
    return !Suspect(chunk) && chunk.expired >= kExpiriesOfDoubt * options_.max_lost_attempts;
  }
  // The longest time in which a worker held leases before it delivered; 0: none has
  // delivered. Without workers in quarantine.
  int64_t slowest_us() const { return slowest_.empty() ? 0 : *slowest_.rbegin(); }
  // kNobody if the name was never seen.
  uint32_t WorkerNumber(absl::string_view name) const;
  const WorkerRecord& worker(uint32_t number) const { return workers_[number]; }
  // By number; the first is kNobody's.
  const std::vector<WorkerRecord>& workers() const { return workers_; }
  // Bits of the chunk's tasks that were rejected because it was quarantined.
  const absl::btree_map<uint32_t, uint64_t>& given_up() const { return given_up_; }

  const absl::btree_set<uint32_t>& fresh() const { return fresh_; }
  const Timed& waiting() const { return waiting_; }
  const Timed& doubtful() const { return doubtful_; }
  const Timed& suspects() const { return suspects_; }
  const Timed& expiries() const { return expiries_; }
  const absl::flat_hash_map<uint32_t, AuditRecord>& audits() const { return audits_; }
  const Groups& audit_groups() const { return audit_groups_; }
  const Timed& lost_audits() const { return lost_audits_; }
  // Audits without a lease that were tried too often.
  const absl::btree_set<uint32_t>& worn_audits() const { return worn_audits_; }

  const std::string& paused() const { return paused_; }
  const LeaseCounts& counts() const { return counts_; }
  // The workers' latest results; options().pause_window sets how many.
  const RejectWindow& window() const { return window_; }
  // The most tasks that were leased at one moment since the window was cleared.
  uint64_t most_leased() const { return most_leased_; }

 private:
  absl::Status ApplyAdded(const v1::ChunkAdded& update);
  absl::Status ApplyGranted(const v1::LeaseGranted& update);
  absl::Status ApplyRenewed(const v1::LeaseRenewed& update);
  absl::Status ApplyEnded(const v1::LeaseEnded& update);
  absl::Status ApplyStored(const v1::ResultsStored& update);
  absl::Status ApplyQuarantined(const v1::ChunkQuarantined& update);
  absl::Status ApplyReleased(const v1::ChunkReleased& update);
  absl::Status ApplyWithdrawn(const v1::ResultsWithdrawn& update);
  absl::Status ApplyWorkerQuarantined(const v1::WorkerQuarantined& update);
  absl::Status ApplyAuditAsked(const v1::AuditAsked& update);
  absl::Status ApplyAuditVerdict(const v1::AuditVerdict& update);
  absl::Status ApplyToRun(const v1::LeaseUpdate& update);

  absl::Status ReplayGranted(const v1::LeaseGranted& update);
  absl::Status ReplayEnded(const v1::LeaseEnded& update);
  absl::Status ReplayStored(const v1::ResultsStored& update);
  absl::Status ReplayQuarantined(const v1::ChunkQuarantined& update);
  absl::Status ReplayAuditVerdict(const v1::AuditVerdict& update);
  absl::Status ReplayReleased(const v1::ChunkReleased& update);
  absl::Status ReplayWithdrawn(const v1::ResultsWithdrawn& update);
  void MakeTicketsStale(uint32_t i);

  absl::StatusOr<uint32_t> Known(const v1::ChunkId& id) const;
  absl::Status CheckGrant(uint32_t i, const v1::LeaseGranted& update) const;
  // Every change of a chunk happens between these two calls, which update
  // queues and counts.
  void Unlist(uint32_t i);
  void List(uint32_t i);
  void UnlistAudit(uint32_t i);
  void ListAudit(uint32_t i);
  // Does nothing if the chunk has no audit.
  void EndAudit(uint32_t i, AuditState state);
  void AddLease(uint32_t i, LeaseRecord lease);
  void RemoveLease(uint32_t i);
  // The worker's part of the chunk; added, with no results, if there is none.
  MakerRecord& MakerOf(uint32_t i, uint32_t worker);
  void AddMade(uint32_t i, uint32_t worker, uint64_t mask);
  void RemoveMade(uint32_t i, uint32_t worker, uint64_t mask);
  void SetGivenUp(uint32_t i, uint64_t mask);
  uint64_t GivenUp(uint32_t i) const;
  uint32_t Intern(absl::string_view name);
  void Strike(uint32_t worker, const v1::LeaseEnded& update);
  void Redeem(uint32_t worker);
  // The worker's progress up to `now_us`.
  void NoteTime(uint32_t worker, int64_t now_us);
  // It has delivered results.
  void NoteProgress(uint32_t worker);
  // Begins (with a reason) or ends the worker's quarantine.
  void SetQuarantined(uint32_t worker, const std::string& reason);
  void ClearWindow();

  struct Key {
    Fingerprint document;
    uint32_t chunk_index = 0;
    bool operator==(const Key& other) const {
      return document == other.document && chunk_index == other.chunk_index;
    }
    // Document ids are fingerprints already.
    template <typename H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.document.low, key.chunk_index);
    }
  };
  // Keys are read from chunks_, so the index stores one number per chunk.
  struct ByKey {
    using is_transparent = void;
    const LeaseState* state;
    size_t operator()(const Key& key) const { return absl::Hash<Key>()(key); }
    size_t operator()(uint32_t i) const { return (*this)(state->KeyOf(i)); }
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const Key& b) const { return state->KeyOf(a) == b; }
    bool operator()(const Key& a, uint32_t b) const { return a == state->KeyOf(b); }
  };
  Key KeyOf(uint32_t i) const { return {chunks_[i].document, chunks_[i].chunk_index}; }

  const LeaseOptions options_;
  const uint64_t epoch_;
  uint64_t granted_ = 0;  // Tokens of this epoch.

  // A deque: a vector of millions would need up to three times as much while it grows.
  std::deque<ChunkState> chunks_;
  absl::flat_hash_set<uint32_t, ByKey, ByKey> index_{0, ByKey{this}, ByKey{this}};
  std::vector<WorkerRecord> workers_;
  absl::flat_hash_map<std::string, uint32_t> worker_numbers_;
  absl::flat_hash_map<uint32_t, LeaseRecord> leases_;
  Timed expiries_;
  absl::btree_set<uint32_t> fresh_;
  Timed waiting_;
  Timed doubtful_;
  Timed suspects_;
  absl::btree_map<uint32_t, uint64_t> given_up_;

  absl::flat_hash_map<uint32_t, AuditRecord> audits_;
  Groups audit_groups_;
  Timed lost_audits_;
  absl::btree_set<uint32_t> worn_audits_;

  std::string paused_;
  RejectWindow window_;
  int64_t latest_us_ = 0;  // The latest moment that a grant or a renewal told.
  // WorkerRecord.slowest_us of the workers that are not quarantined, without zeros.
  absl::btree_multiset<int64_t> slowest_;
  LeaseCounts counts_;
  uint64_t most_leased_ = 0;
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_LEASE_STATE_H_
