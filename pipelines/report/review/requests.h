// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a review answers to its page: GET / is the page, GET /state what is known, POST /label a
// label as JSON.
//
//   ASSIGN_OR_RETURN(const auto server, PageServer::Start(options, [&](const PageRequest& request) {
//                      return AnswerReview(request, /*rater=*/"ann", review.get());
//                    }));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_REQUESTS_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_REQUESTS_H_

#include "absl/strings/string_view.h"
#include "pipelines/report/http/page_server.h"
#include "pipelines/report/review/review.h"

namespace quipu::pipelines {

// `rater`: who labels if the request has no user.
PageReply AnswerReview(const PageRequest& request, absl::string_view rater, Review* review);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_REQUESTS_H_
