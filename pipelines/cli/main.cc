// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// quipu: long documents and a LLaMA model in, a long-context instruction dataset
// out. commands.cc has the subcommands.
#include <iostream>

#include "base/stop.h"
#include "base/terminate.h"
#include "pipelines/cli/command_line.h"

int main(int argc, char** argv) {
  quipu::InstallTerminateHandler();
  quipu::InstallStopHandlers();
  return quipu::pipelines::RunCommandLine({argv + 1, argv + argc}, std::cout, std::cerr).exit_code;
}
