// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The middle sections of a report: counts by source, language, form and question, histograms of
// lengths and scores with a table behind each, the training rows, and the engine's work.
//
//   WriteGroups(facts, &html);
//   WriteLengths(facts, &html);
//   WriteScores(facts, header.spec(), &html);
//   WriteRows(facts, header.spec(), &html);
//   WriteWork(facts, &html);
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_DISTRIBUTIONS_H_
#define QUIPU_PIPELINES_REPORT_DISTRIBUTIONS_H_

#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

void WriteGroups(const Facts& facts, HtmlWriter* html);
void WriteLengths(const Facts& facts, HtmlWriter* html);
void WriteScores(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html);
// Nothing if the run is not packed yet but a sentence that says so.
void WriteRows(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html);
// Whether an engine counted tokens; else WriteWork writes nothing.
bool HasWork(const Facts& facts);
void WriteWork(const Facts& facts, HtmlWriter* html);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DISTRIBUTIONS_H_
