// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#ifndef QUIPU_PIPELINES_CORE_VERSION_H_
#define QUIPU_PIPELINES_CORE_VERSION_H_

namespace quipu::pipelines {

// Version of the program, as `quipu --version` prints it, runs record it and
// coordinators and workers tell each other.
inline constexpr char kQuipuVersion[] = "0.1.0";

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_VERSION_H_
