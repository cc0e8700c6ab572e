// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/first_error.h"

namespace quipu::storage {

rocksdb::Status FirstError::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

void FirstError::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                                   rocksdb::Status* error) {
  constexpr auto kFatal = rocksdb::Status::Severity::kFatalError;
  if (error->severity() < kFatal) *error = rocksdb::Status(*error, kFatal);
  absl::MutexLock lock(&mutex_);
  if (status_.ok()) status_ = *error;
}

void FirstError::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                      rocksdb::Status /*error*/, bool* auto_recovery) {
  *auto_recovery = false;
}

}  // namespace quipu::storage
