// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds out what an OpenAI-compatible server can do by trying: servers neither
// say so nor refuse what they do not know.
//
//   ProbeOptions options;
//   options.model = "llama";
//   options.patterns = {StructuredOutput::kVllm};
//   ASSIGN_OR_RETURN(ServerAbilities can, ProbeServer(*client, *tokenizer, options));
//
// A pattern works if the reply is one that no model would give without it;
// texts can be scored if the log-probabilities of a given text come back: by an echo,
// or as those of a reply that a grammar forces, if they are the same without it.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/remote/openai_client.h"
#include "inference/remote/openai_protocol.h"
#include "inference/remote/served_model.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct ProbeOptions {
  std::string model;  // As the server calls it.
  // The ways to constrain replies to a pattern, in the order to try.
  std::vector<StructuredOutput> patterns;
  bool send_seed = true;
  TemplateArguments template_arguments;
};

struct ServerAbilities {
  int64_t context_tokens = 0;  // 0: unknown.
  int64_t slots = 0;           // llama-server's; 0: none.
  bool extensions = true;      // Accepts top_k and min_p.
  int top_logprobs = 0;        // The maximum that it gives; 0: none.
  StructuredOutput structured = StructuredOutput::kNone;
  // Log-probabilities of a given text: of one that is echoed, or of a reply that a
  // grammar of token ids forces.
  bool echoes = false;
  bool forces_tokens = false;
  bool tells_cached = false;  // How many of a prompt's tokens were cached.
  ServedModelFacts facts;

  bool scores_text() const { return echoes || forces_tokens; }
};

// NOT_FOUND if the server lists its models and this one is not among them;
// errors of OpenAiClient::Call if it cannot chat. `tokenizer`: engine.model's.
absl::StatusOr<ServerAbilities> ProbeServer(OpenAiClient& client, const Tokenizer& tokenizer,
                                            const ProbeOptions& options);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_PROBE_H_
