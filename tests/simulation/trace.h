// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The events of a simulation: a hash of everything, and lines for people on
// request.
//
//   trace.Note("granted", worker, token);
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_TRACE_H_
#define QUIPU_TESTS_SIMULATION_TRACE_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tests/simulation/event_queue.h"

namespace quipu::simulation {

class Trace {
 public:
  Trace(const EventQueue* queue, bool keep_text) : queue_(queue), keep_text_(keep_text) {}

  void Note(absl::string_view what, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
    const uint64_t now = absl::ToInt64Microseconds(queue_->now());
    for (const char letter : what) Mix(static_cast<unsigned char>(letter));
    for (const uint64_t value : {now, a, b, c}) Mix(value);
    if (!keep_text_) return;
    absl::StrAppendFormat(&text_, "%12.6f %-22s %d %x %d\n", now / 1e6, what, a, b, c);
  }

  uint64_t hash() const { return hash_; }
  const std::string& text() const { return text_; }

 private:
  void Mix(uint64_t value) {
    hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15;
    hash_ ^= hash_ >> 29;
  }

  const EventQueue* const queue_;
  const bool keep_text_;
  uint64_t hash_ = 1;
  std::string text_;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_TRACE_H_
