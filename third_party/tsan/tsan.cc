// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0

// Makes ThreadSanitizer right about code that uses Debian's libraries, which
// are not built with it. Part of every binary under --config=tsan and of none
// otherwise.
//
// 1. Abseil's synchronisation happens inside its shared library, unseen: two
//    threads that take turns by an absl::Mutex would be reported as a race. The
//    linker's --wrap sends our calls here, where each tells ThreadSanitizer
//    what it orders. Functions with a Condition are done by polling, so that
//    the condition is evaluated by the thread that holds the mutex in its own
//    eyes.
// 2. So does the count of a status's users, and what protobuf makes at its first use.
// 3. Reports from within the libraries themselves are not ours to act on.

#include <sanitizer/tsan_interface.h>

#include <cstdint>
#include <string>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#define QUIPU_REAL(symbol) __real_##symbol
#define QUIPU_WRAP(symbol) __wrap_##symbol

// Declares the library's function and begins ours. `symbol` is the mangled name
// of a member function, `self` its object.
#define QUIPU_FUNCTION(result, symbol, ...) \
  result QUIPU_REAL(symbol)(__VA_ARGS__);   \
  result QUIPU_WRAP(symbol)(__VA_ARGS__)

namespace {

using absl::BlockingCounter;
using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Notification;
using absl::Time;

constexpr Duration kPoll = absl::Microseconds(200);

// The mutex is held on entry and on return.
bool AwaitUntil(Mutex* mutex, const Condition& condition, Time deadline) {
  while (!condition.Eval()) {
    if (absl::Now() >= deadline) return false;
    mutex->Unlock();
    absl::SleepFor(kPoll);
    mutex->Lock();
  }
  return true;
}

bool ReaderAwaitUntil(Mutex* mutex, const Condition& condition, Time deadline) {
  while (!condition.Eval()) {
    if (absl::Now() >= deadline) return false;
    mutex->ReaderUnlock();
    absl::SleepFor(kPoll);
    mutex->ReaderLock();
  }
  return true;
}

// HasBeenNotified is inline and reads the flag behind the notification's mutex.
void* Flag(const Notification* self) {
  return const_cast<char*>(reinterpret_cast<const char*>(self)) + sizeof(Mutex);
}

}  // namespace

extern "C" {

// Of ThreadSanitizer, in none of its headers.
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex4LockEv, Mutex* self) {
  QUIPU_REAL(_ZN4absl7debian35Mutex4LockEv)(self);
  __tsan_acquire(self);
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex6UnlockEv, Mutex* self) {
  __tsan_release(self);
  QUIPU_REAL(_ZN4absl7debian35Mutex6UnlockEv)(self);
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex7TryLockEv, Mutex* self) {
  const bool locked = QUIPU_REAL(_ZN4absl7debian35Mutex7TryLockEv)(self);
  if (locked) __tsan_acquire(self);
  return locked;
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex10ReaderLockEv, Mutex* self) {
  QUIPU_REAL(_ZN4absl7debian35Mutex10ReaderLockEv)(self);
  __tsan_acquire(self);
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex12ReaderUnlockEv, Mutex* self) {
  __tsan_release(self);
  QUIPU_REAL(_ZN4absl7debian35Mutex12ReaderUnlockEv)(self);
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex13ReaderTryLockEv, Mutex* self) {
  const bool locked = QUIPU_REAL(_ZN4absl7debian35Mutex13ReaderTryLockEv)(self);
  if (locked) __tsan_acquire(self);
  return locked;
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE, Mutex* self,
               const Condition& condition) {
  AwaitUntil(self, condition, absl::InfiniteFuture());
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE,
               Mutex* self, const Condition& condition, Duration timeout) {
  return AwaitUntil(self, condition, absl::Now() + timeout);
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE,
               Mutex* self, const Condition& condition, Time deadline) {
  return AwaitUntil(self, condition, deadline);
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE, Mutex* self,
               const Condition& condition) {
  self->Lock();
  AwaitUntil(self, condition, absl::InfiniteFuture());
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE,
               Mutex* self, const Condition& condition, Duration timeout) {
  self->Lock();
  return AwaitUntil(self, condition, absl::Now() + timeout);
}

QUIPU_FUNCTION(bool, _ZN4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE,
               Mutex* self, const Condition& condition, Time deadline) {
  self->Lock();
  return AwaitUntil(self, condition, deadline);
}

QUIPU_FUNCTION(void, _ZN4absl7debian35Mutex14ReaderLockWhenERKNS0_9ConditionE, Mutex* self,
               const Condition& condition) {
  self->ReaderLock();
  ReaderAwaitUntil(self, condition, absl::InfiniteFuture());
}

QUIPU_FUNCTION(void, _ZN4absl7debian37CondVar4WaitEPNS0_5MutexE, CondVar* self, Mutex* mutex) {
  __tsan_release(mutex);
  QUIPU_REAL(_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE)(self, mutex);
  __tsan_acquire(mutex);
}

QUIPU_FUNCTION(bool, _ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE,
               CondVar* self, Mutex* mutex, Duration timeout) {
  __tsan_release(mutex);
  const bool timed_out = QUIPU_REAL(
      _ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE)(self, mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}

QUIPU_FUNCTION(bool, _ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE,
               CondVar* self, Mutex* mutex, Time deadline) {
  __tsan_release(mutex);
  const bool timed_out = QUIPU_REAL(
      _ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE)(self, mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

QUIPU_FUNCTION(void, _ZN4absl7debian312Notification6NotifyEv, Notification* self) {
  __tsan_release(self);
  __tsan_release(Flag(self));
  QUIPU_REAL(_ZN4absl7debian312Notification6NotifyEv)(self);
}

QUIPU_FUNCTION(void, _ZNK4absl7debian312Notification19WaitForNotificationEv,
               const Notification* self) {
  QUIPU_REAL(_ZNK4absl7debian312Notification19WaitForNotificationEv)(self);
  __tsan_acquire(const_cast<Notification*>(self));
}

QUIPU_FUNCTION(bool, _ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE,
               const Notification* self, Duration timeout) {
  const bool notified =
      QUIPU_REAL(_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE)(
          self, timeout);
  if (notified) __tsan_acquire(const_cast<Notification*>(self));
  return notified;
}

QUIPU_FUNCTION(bool, _ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE,
               const Notification* self, Time deadline) {
  const bool notified = QUIPU_REAL(
      _ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE)(self, deadline);
  if (notified) __tsan_acquire(const_cast<Notification*>(self));
  return notified;
}

QUIPU_FUNCTION(bool, _ZN4absl7debian315BlockingCounter14DecrementCountEv, BlockingCounter* self) {
  __tsan_release(self);
  return QUIPU_REAL(_ZN4absl7debian315BlockingCounter14DecrementCountEv)(self);
}

QUIPU_FUNCTION(void, _ZN4absl7debian315BlockingCounter4WaitEv, BlockingCounter* self) {
  QUIPU_REAL(_ZN4absl7debian315BlockingCounter4WaitEv)(self);
  __tsan_acquire(self);
}

// The library counts the users of a status's text, and deletes it with the last one.
QUIPU_FUNCTION(void, _ZN4absl7debian36Status15UnrefNonInlinedEm, uintptr_t text) {
  __tsan_release(reinterpret_cast<void*>(text));
  __tsan_acquire(reinterpret_cast<void*>(text));
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  QUIPU_REAL(_ZN4absl7debian36Status15UnrefNonInlinedEm)(text);
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

// Protobuf makes the default of a string field at its first use, behind a lock of its library, and
// readers see it by a flag that the library sets: they seem to race with what made it.
QUIPU_FUNCTION(const std::string&, _ZNK6google8protobuf8internal10LazyString4InitB5cxx11Ev,
               const void* self) {
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  const std::string& made =
      QUIPU_REAL(_ZNK6google8protobuf8internal10LazyString4InitB5cxx11Ev)(self);
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  return made;
}

// A worker that a second interrupt ends leaves its threads to the system, by design.
const char* __tsan_default_options() { return "report_thread_leaks=0"; }

const char* __tsan_default_suppressions() {
  // gRPC's reads and writes of a large message would be one report a byte, each
  // looked up to be suppressed. Of its headers, what is compiled into our code
  // reads what its library wrote. It closes the descriptors that our listener accepts, unseen:
  // whoever gets the number next, most often a directory, seems to race with the accept.
  // One of its threads reads, through libupb, the error of a connection that another one made.
  // RocksDB's first writer of a group writes the batches of the others, by locks of its library.
  return "called_from_lib:libcrypto.so\n"
         "called_from_lib:libgrpc.so\n"
         "race:closedir\n"
         "race:grpc::Slice::\n"
         "race:grpc::internal::CallOpClientRecvStatus::FinishOp\n"
         "race:libabsl_\n"
         "race:libarrow\n"
         "race:libcrypto.so\n"
         "race:libcurl.so\n"
         "race:libfmt.so\n"
         "race:libgpr.so\n"
         "race:libgrpc++.so\n"
         "race:libgrpc.so\n"
         "race:libicu\n"
         "race:libparquet.so\n"
         "race:libprotobuf.so\n"
         "race:libre2.so\n"
         "race:librocksdb.so\n"
         "race:libspdlog.so\n"
         "race:libssl.so\n"
         "race:libupb.so\n"
         "race:quipu::pipelines::Listener::AcceptFrom\n"
         "race:quipu::storage::Database::Apply\n"
         "deadlock:libgrpc.so\n"
         "deadlock:librocksdb.so\n"
         "signal:libgrpc.so\n"
         "thread:libgrpc.so\n"
         "thread:librocksdb.so\n";
}

}  // extern "C"
