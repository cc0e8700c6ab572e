// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds the page furniture of a text: page numbers, running titles and footers that recur from page
// to page, and the numbers and times of captions. Such a line interrupts sentences that have nothing
// to do with it. Pure, thread-safe.
//
//   for (const size_t begin : FindFurniture(text)) {
//     Skip(text.substr(begin, text.find('\n', begin) - begin));
//   }
#ifndef QUIPU_GENERATOR_TEXT_FURNITURE_H_
#define QUIPU_GENERATOR_TEXT_FURNITURE_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The offsets at which its lines begin, in order. A line is furniture if it
// - is a page number, and at least three lines of the same form count upwards;
// - recurs, its numbers aside, at least four times, at distances like those of pages, or next to a
//   page number;
// - is the time of a caption ("00:01:02,000 --> 00:01:04,000").
// More than four such lines in a row are a table or menu that recurs, and no furniture.
std::vector<size_t> FindFurniture(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_FURNITURE_H_
