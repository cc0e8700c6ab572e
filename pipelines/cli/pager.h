// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Shows a long text on a terminal page by page, with the user's pager.
//
//   RETURN_IF_ERROR(ShowPaged(text, PagerOf(/*terminal=*/true), std::cout));
//
// Thread-safe, but the pager has the terminal until it ends.
#ifndef QUIPU_PIPELINES_CLI_PAGER_H_
#define QUIPU_PIPELINES_CLI_PAGER_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The command line of $PAGER, or less, which lets colours through and ends at once if the text fits
// on the screen. Empty, which is none, where the output is no terminal or $PAGER is empty.
std::string PagerOf(bool terminal);

// Writes the text to the pager, or to `out` if there is none or it cannot be started. A reader who
// ends the pager early is no error.
absl::Status ShowPaged(absl::string_view text, const std::string& pager, std::ostream& out);

// Whether to use colours: on a terminal, unless $NO_COLOR is set (no-color.org) or $TERM is dumb.
bool WantsColour(bool terminal);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_PAGER_H_
