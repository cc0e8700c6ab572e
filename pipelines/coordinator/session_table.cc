// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/session_table.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

namespace {

// Sessions that MakeRoom looks at: with a peer that has most of the table, one of its
// sessions is soon found.
constexpr size_t kMaxLooked = 1024;

std::string IdentityOf(const SessionTable::Hello& hello) {
  if (!hello.identity.empty()) return hello.identity;
  return hello.worker.substr(0, hello.worker.find('/'));
}

}  // namespace

absl::StatusOr<SessionTable::Opened> SessionTable::Open(Hello hello) {
  Opened opened;
  const auto known = by_worker_.find(hello.worker);
  if (known == by_worker_.end()) {
    if (by_id_.size() >= max_sessions_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("there are ", by_id_.size(), " workers, limit ", max_sessions_));
    }
    sessions_.emplace_back();
    const Position position = std::prev(sessions_.end());
    position->worker = hello.worker;
    position->identity = IdentityOf(hello);
    Count(position->identity, 1);
    by_worker_[hello.worker] = position;
    opened.session = &*position;
  } else {
    sessions_.splice(sessions_.end(), sessions_, known->second);
    opened.session = &*known->second;
  }
  Session& session = *opened.session;
  if (session.incarnation != hello.incarnation) {
    opened.replaced = session.id;
    by_id_.erase(session.id);
    session.id = std::move(hello.fresh_id);
    session.incarnation = std::move(hello.incarnation);
    by_id_[session.id] = std::prev(sessions_.end());
  }
  session.build = std::move(hello.build);
  session.heard = hello.now;
  session.left = false;
  return opened;
}

std::string SessionTable::MakeRoom(absl::FunctionRef<bool(const Session&)> idle) {
  if (by_id_.size() < max_sessions_) return "";
  const size_t most = sizes_.empty() ? 0 : sizes_.rbegin()->first;
  Position victim = sessions_.end();
  size_t looked = 0;
  for (Position at = sessions_.begin(); at != sessions_.end() && looked < kMaxLooked; ++at) {
    ++looked;
    if (!idle(*at)) continue;
    if (identities_.at(at->identity) == most) {
      victim = at;
      break;
    }
    if (victim == sessions_.end()) victim = at;
  }
  if (victim == sessions_.end()) return "";
  std::string id = victim->id;
  Remove(victim);
  return id;
}

SessionTable::Position SessionTable::Remove(Position position) {
  by_id_.erase(position->id);
  by_worker_.erase(position->worker);
  Count(position->identity, -1);
  return sessions_.erase(position);
}

void SessionTable::Count(const std::string& identity, int change) {
  size_t& sessions = identities_[identity];
  if (sessions > 0 && --sizes_[sessions] == 0) sizes_.erase(sessions);
  sessions += static_cast<size_t>(change);
  if (sessions > 0) {
    ++sizes_[sessions];
  } else {
    identities_.erase(identity);
  }
}

Session* SessionTable::Find(absl::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

Session* SessionTable::Touch(absl::string_view id, absl::Duration now) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  sessions_.splice(sessions_.end(), sessions_, found->second);
  found->second->heard = now;
  return &*found->second;
}

Session* SessionTable::OfWorker(absl::string_view worker) {
  const auto found = by_worker_.find(worker);
  return found == by_worker_.end() ? nullptr : &*found->second;
}

const Session* SessionTable::OfWorker(absl::string_view worker) const {
  const auto found = by_worker_.find(worker);
  return found == by_worker_.end() ? nullptr : &*found->second;
}

void SessionTable::OnUpdate(const v1::LeaseUpdate& update) {
  const v1::LeaseEnded::Cause cause = update.ended().cause();
  if (cause != v1::LeaseEnded::LOST && cause != v1::LeaseEnded::EXPIRED) return;
  if (Session* const session = OfWorker(update.ended().worker())) ++session->lost;
}

std::vector<std::string> SessionTable::Forget(absl::Duration since, size_t most,
                                              absl::FunctionRef<bool(const Session&)> idle) {
  std::vector<std::string> forgotten;
  Position position = sessions_.begin();
  for (size_t looked = 0; looked < most && position != sessions_.end(); ++looked) {
    if (position->heard >= since) break;
    if (!idle(*position)) {
      ++position;
      continue;
    }
    forgotten.push_back(position->id);
    position = Remove(position);
  }
  return forgotten;
}

std::vector<std::string> SessionTable::WorkersSince(absl::Duration since) const {
  std::vector<std::string> workers;
  for (auto session = sessions_.rbegin(); session != sessions_.rend(); ++session) {
    if (session->heard < since) break;
    if (!session->left) workers.push_back(session->worker);
  }
  return workers;
}

std::vector<std::string> SessionTable::AskersSince(absl::Duration since) const {
  std::vector<std::string> workers;
  for (auto session = sessions_.rbegin(); session != sessions_.rend(); ++session) {
    if (session->heard < since) break;
    if (!session->left && session->asked >= since) workers.push_back(session->worker);
  }
  return workers;
}

void SessionTable::ForEach(absl::FunctionRef<void(const Session&)> fn) const {
  for (const Session& session : sessions_) fn(session);
}

}  // namespace quipu::pipelines
