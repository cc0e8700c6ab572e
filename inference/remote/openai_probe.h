// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds out what an OpenAI-compatible server can do by trying: servers neither
// say so nor refuse what they do not know.
//
//   ASSIGN_OR_RETURN(ServerAbilities can,
//                    ProbeServer(*client, "llama", {StructuredOutput::kVllm}));
//
// A pattern works if the reply is one that no model would give without it;
// texts can be scored if the log-probabilities of a given text come back.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/remote/openai_client.h"
#include "inference/remote/openai_protocol.h"

namespace quipu::inference {

struct ServerAbilities {
  int64_t context_tokens = 0;  // 0: unknown.
  bool extensions = true;      // Accepts top_k and min_p.
  int top_logprobs = 0;        // The maximum that it gives; 0: none.
  StructuredOutput structured = StructuredOutput::kNone;
  bool scores_text = false;
};

// `choices`: the ways to constrain replies to a pattern, in the order to try.
// NOT_FOUND if the server lists its models and this one is not among them;
// errors of OpenAiClient::Call if it cannot chat.
absl::StatusOr<ServerAbilities> ProbeServer(OpenAiClient& client, absl::string_view model,
                                            const std::vector<StructuredOutput>& choices);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_
