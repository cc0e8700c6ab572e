// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The drawn samples of a report: question, answer, scores, and the evidence marked in its place in
// the document; with the form that filters them.
//
//   RETURN_IF_ERROR(WriteSamples(store, facts, &html));
//
// Pure, except for reading the documents of the samples.
#ifndef QUIPU_PIPELINES_REPORT_SAMPLES_H_
#define QUIPU_PIPELINES_REPORT_SAMPLES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// One pair, with the number and the level ("h4") that its heading has. The store's errors.
absl::Status WriteSample(const storage::StoreView& store, size_t number, const DrawnPair& drawn,
                         absl::string_view heading, HtmlWriter* html);

// The whole section; nothing if there are no results. The store's errors.
absl::Status WriteSamples(const storage::StoreView& store, const Facts& facts, HtmlWriter* html);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_SAMPLES_H_
