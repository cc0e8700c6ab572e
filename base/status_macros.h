// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// RETURN_IF_ERROR and ASSIGN_OR_RETURN, for .cc files only (macros in a header
// would leak into every includer).
//
//   ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxSpecBytes));
//   RETURN_IF_ERROR(Check(text));
#ifndef QUIPU_BASE_STATUS_MACROS_H_
#define QUIPU_BASE_STATUS_MACROS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define QUIPU_CONCAT_INNER(a, b) a##b
#define QUIPU_CONCAT(a, b) QUIPU_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                    \
  do {                                           \
    absl::Status quipu_status = (expr);          \
    if (!quipu_status.ok()) return quipu_status; \
  } while (false)

#define ASSIGN_OR_RETURN(lhs, expr) \
  QUIPU_ASSIGN_OR_RETURN_IMPL(QUIPU_CONCAT(quipu_statusor_, __LINE__), lhs, expr)

#define QUIPU_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                                \
  if (!tmp.ok()) return tmp.status();               \
  lhs = std::move(tmp).value()

#endif  // QUIPU_BASE_STATUS_MACROS_H_
