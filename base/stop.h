// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Stop requests: SIGTERM or SIGINT asks for a clean stop. A SIGINT (Ctrl-C) after
// another signal ends the process at once with exit code 130; a further SIGTERM
// changes nothing, because schedulers and their scripts often send it twice.
#ifndef QUIPU_BASE_STOP_H_
#define QUIPU_BASE_STOP_H_

namespace quipu {

// Installs the handlers. Call once, from main.
void InstallStopHandlers();

// Returns whether a stop was requested. Thread-safe, cheap.
bool StopRequested();

// As if by a signal; Reset undoes it.
void RequestStopForTest();
void ResetStopForTest();

// Exit code of a command that was stopped: 130.
inline constexpr int kStoppedExitCode = 130;

}  // namespace quipu

#endif  // QUIPU_BASE_STOP_H_
