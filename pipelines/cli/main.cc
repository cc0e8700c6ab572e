// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// quipu: long documents and a LLaMA model in, a long-context instruction dataset
// out. commands.cc has the subcommands.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/stop.h"
#include "base/terminate.h"
#include "pipelines/cli/command_line.h"

int main(int argc, char** argv) {
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
