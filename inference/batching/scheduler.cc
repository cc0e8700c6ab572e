// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/scheduler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "inference/batching/own_status.h"

namespace quipu::inference {
namespace {

// What a job is expected to need before any has been seen: 512 tokens.
constexpr int kUsualJobPages = 512 / kPageTokens;

// How many prefixes it remembers having computed. Each has one slot, from which
// another may displace it.
constexpr size_t kRemembered = size_t{1} << 14;

Fingerprint KeyOf(const std::vector<TokenId>& tokens) {
  FingerprintBuilder builder("prefix tokens");
  for (const TokenId token : tokens) builder.Add(static_cast<uint64_t>(token));
  return builder.Build();
}

// Not a refusal of the request, which would make results depend on memory.
absl::Status TooLittleMemory(int64_t pages, const KvCache& cache) {
  return absl::FailedPreconditionError(absl::StrCat(
      "too little memory for keys and values (performance.kv_mib, --kv-mib): prefix and "
      "continuation may need ",
      pages, " pages of ", kPageTokens, " tokens; the cache has ", cache.num_pages()));
}

}  // namespace

Scheduler::Scheduler(const SchedulerOptions& options, KvCache* cache)
    : options_(options),
      cache_(cache),
      largest_job_(std::min(kUsualJobPages, cache->num_pages() / 4)),
      computed_before_(kRemembered) {
  QUIPU_CHECK(options.max_step_tokens >= 1 && options.max_step_outputs >= 1)
      << "a step needs room for a token";
}

absl::StatusOr<std::shared_ptr<CachedPrefix>> Scheduler::Open(std::vector<TokenId> tokens,
                                                              Phase phase) {
  const int64_t size = static_cast<int64_t>(tokens.size());
  if (size == 0) return absl::InvalidArgumentError("the prefix has no tokens");
  if (size >= options_.context_tokens) {
    return absl::ResourceExhaustedError(absl::StrCat("the prefix has ", size,
                                                     " tokens; it and its continuation may have ",
                                                     options_.context_tokens));
  }
  if (PagesFor(size) > cache_->num_pages()) return TooLittleMemory(PagesFor(size), *cache_);
  const Fingerprint key = KeyOf(tokens);
  const auto found = live_.find(key);
  if (found != live_.end()) {
    ++found->second->handles;
    return found->second;
  }
  auto prefix = std::make_shared<CachedPrefix>();
  prefix->key = key;
  prefix->tokens = std::move(tokens);
  prefix->phase = phase;
  prefix->order = prefixes_opened_++;
  prefix->handles = 1;
  if (computed_before_[key.low % kRemembered] == key) prefix->counted = prefix->size();
  live_[key] = prefix;
  waiting_prefixes_.push_back(prefix);
  return prefix;
}

void Scheduler::Close(CachedPrefix* prefix) { --prefix->handles; }

absl::Status Scheduler::Add(std::shared_ptr<Job> job) {
  CachedPrefix* prefix = job->prefix().get();
  if (job->max_length() > options_.context_tokens) {
    return absl::ResourceExhaustedError(
        absl::StrCat("prefix and continuation may need ", job->max_length(), " tokens (prefix ",
                     prefix->size(), "); the context has ", options_.context_tokens));
  }
  const int pages = prefix->num_pages() + job->max_pages();
  if (pages > cache_->num_pages()) {
    return TooLittleMemory(pages, *cache_);
  }
  largest_job_ = std::max(largest_job_, job->max_pages());
  ++prefix->jobs;
  waiting_jobs_.push_back(std::move(job));
  return absl::OkStatus();
}

bool Scheduler::Admit(bool may_evict) {
  DropClosedPrefixes();
  bool admitted = AdmitJobs(may_evict);
  if (waiting_jobs_.empty() && AdmitPrefixes(may_evict)) admitted = true;
  return admitted;
}

bool Scheduler::AdmitJobs(bool may_evict) {
  bool admitted = false;
  while (!waiting_jobs_.empty()) {
    const JobPtr& job = waiting_jobs_.front();
    const PrefixPtr& prefix = job->prefix();
    const int pages = job->max_pages() + (prefix->resident() ? 0 : prefix->num_pages());
    if (pages > free_pages() && !(may_evict && idle() && MakeRoom(pages, prefix.get()))) {
      break;
    }
    if (!prefix->resident()) BeginComputing(prefix);
    reserved_ += job->max_pages();
    running_.push_back(job);
    waiting_jobs_.pop_front();
    admitted = true;
  }
  return admitted;
}

bool Scheduler::AdmitPrefixes(bool may_evict) {
  bool admitted = false;
  int64_t tokens = 0;  // Still to be computed.
  for (const PrefixPtr& prefix : computing_) tokens += prefix->sequence.left();
  while (!waiting_prefixes_.empty() && tokens < options_.max_step_tokens) {
    const PrefixPtr prefix = waiting_prefixes_.front();
    if (prefix->num_pages() + largest_job_ > free_pages() && reserved_ > 0) {
      if (!may_evict || !idle()) break;
      // With room for a job if possible; otherwise alone in the cache.
      const int wanted = std::min(prefix->num_pages() + largest_job_, cache_->num_pages());
      if (!MakeRoom(wanted, prefix.get())) break;
    }
    waiting_prefixes_.pop_front();
    BeginComputing(prefix);
    tokens += prefix->size();
    admitted = true;
  }
  return admitted;
}

void Scheduler::DropClosedPrefixes() {
  for (auto it = live_.begin(); it != live_.end();) {
    CachedPrefix* prefix = it->second.get();
    const bool settled = prefix->state == CachedPrefix::State::kReady ||
                         prefix->state == CachedPrefix::State::kEvicted;
    if (prefix->handles == 0 && prefix->jobs == 0 && settled) {
      ReleasePages(prefix);
      it = live_.erase(it);
    } else {
      ++it;
    }
  }
}

bool Scheduler::MakeRoom(int pages, const CachedPrefix* keep) {
  while (pages > free_pages()) {
    CachedPrefix* oldest = nullptr;
    for (const auto& [key, prefix] : live_) {
      if (prefix.get() == keep || prefix->state != CachedPrefix::State::kReady) continue;
      if (oldest == nullptr || std::pair(prefix->last_used, prefix->order) <
                                   std::pair(oldest->last_used, oldest->order)) {
        oldest = prefix.get();
      }
    }
    if (oldest == nullptr) return false;
    ReleasePages(oldest);
    ++stats_.evictions;
  }
  return true;
}

void Scheduler::BeginComputing(const PrefixPtr& prefix) {
  reserved_ += prefix->num_pages();
  prefix->state = CachedPrefix::State::kComputing;
  prefix->sequence = TokenSequence();
  prefix->sequence.pending = prefix->tokens;
  prefix->sequence.begun = true;
  computing_.push_back(prefix);
}

void Scheduler::ReleasePages(CachedPrefix* prefix) {
  if (!prefix->resident()) return;
  reserved_ -= prefix->num_pages();
  cache_->Release(&prefix->sequence.pages);
  prefix->sequence = TokenSequence();
  prefix->state = CachedPrefix::State::kEvicted;
}

void Scheduler::EndJob(Job* job, const absl::Status& status) {
  const auto it = std::find_if(running_.begin(), running_.end(),
                               [job](const JobPtr& other) { return other.get() == job; });
  QUIPU_CHECK(it != running_.end()) << "an ending job is not running";
  const JobPtr keep = *it;
  running_.erase(it);
  for (TokenSequence& sequence : job->sequences()) cache_->Release(&sequence.pages);
  reserved_ -= job->max_pages();
  --job->prefix()->jobs;
  job->prefix()->last_used = stats_.steps;
  stats_.sampled_tokens += job->sampled_tokens();
  stats_.of(job->phase()).sampled += job->sampled_tokens();
  stats_.accepted_drafts += job->accepted_drafts();
  job->Finish(status);
}

void Scheduler::FailPrefix(CachedPrefix* prefix, const absl::Status& status) {
  computing_.remove_if([prefix](const PrefixPtr& other) { return other.get() == prefix; });
  ReleasePages(prefix);
  if (prefix->opened.HasBeenNotified()) return;
  prefix->state = CachedPrefix::State::kFailed;
  prefix->status = OwnCopy(status);
  const PrefixPtr keep = live_[prefix->key];
  live_.erase(prefix->key);  // The next Open of the same tokens tries again.
  prefix->opened.Notify();
}

void Scheduler::Abort(const absl::Status& status) {
  while (!running_.empty()) EndJob(running_.front().get(), status);
  for (const JobPtr& job : waiting_jobs_) {
    --job->prefix()->jobs;
    job->Finish(status);
  }
  waiting_jobs_.clear();
  while (!computing_.empty()) FailPrefix(PrefixPtr(computing_.front()).get(), status);
  for (const PrefixPtr& prefix : waiting_prefixes_) FailPrefix(prefix.get(), status);
  waiting_prefixes_.clear();
}

}  // namespace quipu::inference
