// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The first sections of a report: the run at a glance, the funnels, why pairs were rejected and
// why documents have no chunk. All numbers are those of `quipu status`.
//
//   WriteGlance(facts, store.header(), &html);
//   WriteFunnels(facts, &html);
//   WriteReasons(facts, store.header().spec(), &html);
//   WriteNoChunk(facts, examples, &html);
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_OVERVIEW_H_
#define QUIPU_PIPELINES_REPORT_OVERVIEW_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// The reasons of rejected pairs with their counts, commonest first.
std::vector<std::pair<v1::RejectReason, uint64_t>> RejectsOf(const Facts& facts);

void WriteGlance(const Facts& facts, const v1::RunHeader& header, HtmlWriter* html);
void WriteFunnels(const Facts& facts, HtmlWriter* html);
void WriteReasons(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html);

// A row of a document without a chunk: where it is, and how it begins.
struct NoChunkExample {
  v1::NoChunkReason reason = v1::NO_CHUNK_REASON_UNSPECIFIED;
  std::string where;
  std::string beginning;
};
void WriteNoChunk(const Facts& facts, absl::Span<const NoChunkExample> examples, HtmlWriter* html);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_OVERVIEW_H_
