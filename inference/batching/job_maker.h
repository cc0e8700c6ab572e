// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes the jobs of an engine's calls: checks a request, renders it with the
// chat template and cuts it into tokens, on the caller's thread.
//
//   const JobMaker jobs(&tokenizer, &chat_template, vocabulary);
//   ASSIGN_OR_RETURN(auto job, jobs.Make(prefix, /*ends_in_control=*/true, request));
//   RETURN_IF_ERROR(scheduler.Add(job));
//
// The tokenizer and the template must outlive it; it must outlive its jobs.
// Thread-safe.
#ifndef QUIPU_INFERENCE_BATCHING_JOB_MAKER_H_
#define QUIPU_INFERENCE_BATCHING_JOB_MAKER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/batching/cached_prefix.h"
#include "inference/batching/complete_job.h"
#include "inference/batching/reply_run.h"
#include "inference/batching/score_job.h"
#include "inference/engine.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

class JobMaker {
 public:
  // `vocabulary`: the model's.
  JobMaker(const Tokenizer* tokenizer, const ChatTemplate* chat_template, int vocabulary);

  // `ends_in_control`: whether the prefix's last token is a control token. Both
  // return INVALID_ARGUMENT for a request that is malformed or has a text
  // without tokens.
  absl::StatusOr<std::shared_ptr<CompleteJob>> Make(std::shared_ptr<CachedPrefix> prefix,
                                                    bool ends_in_control,
                                                    const CompleteRequest& request) const;
  absl::StatusOr<std::shared_ptr<ScoreJob>> Make(std::shared_ptr<CachedPrefix> prefix,
                                                 bool ends_in_control,
                                                 const ScoreRequest& request) const;

 private:
  struct Continuation {
    RenderedTokens tokens;  // Begins with user_rest.
    bool ends_in_control = false;
  };

  // The tokens between the prefix and the text after `assistant_begin`.
  absl::StatusOr<Continuation> Encode(bool after_control, absl::string_view user_rest,
                                      absl::string_view assistant_begin) const;

  const Tokenizer& tokenizer_;
  const ChatTemplate& chat_template_;
  const TokenMask mask_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_JOB_MAKER_H_
