// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// quipu: long documents and a LLaMA model in, a long-context instruction dataset
// out. commands.cc has the subcommands.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "base/steady_waits.h"
#include "base/stop.h"
#include "base/terminate.h"
#include "pipelines/cli/command_line.h"

namespace {

// A heap for each processor, not the default of eight: most threads wait, and each heap keeps what
// its threads have freed, so that memory would grow with the number of threads that were ever busy.
void LimitHeaps() {
  const auto processors = static_cast<int>(std::thread::hardware_concurrency());
  mallopt(M_ARENA_MAX, std::max(2, processors));
}

}  // namespace

int main(int argc, char** argv) {
  LimitHeaps();  // Before other threads have theirs.
  quipu::UseSteadyWaits();
  quipu::InstallTerminateHandler();
  quipu::InstallStopHandlers();
  const quipu::pipelines::CommandResult result =
      quipu::pipelines::RunCommandLine({argv + 1, argv + argc}, std::cout, std::cerr);
  if (result.status.ok()) return result.exit_code;
  // Libraries that did not get their memory may crash when they are closed: libarrow's
  // allocator does, under a limit of the address space.
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  std::_Exit(result.exit_code);
}
