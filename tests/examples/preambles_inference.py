# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""What the examples in the headers of inference use and do not declare, as preambles.py."""

_TOKENIZER = "const inference::Tokenizer& tokenizer"

PARAMETERS = {
    "inference/batching/embedded_engine.h": "EngineParts& parts, "
                                            "const EmbeddedEngineOptions& options",
    "inference/batching/job.h": "Scheduler& scheduler, const std::shared_ptr<Job>& job",
    "inference/batching/job_maker.h": _TOKENIZER + ", const ChatTemplate& chat_template, "
                                      "int vocabulary, const CompleteRequest& request, "
                                      "std::shared_ptr<CachedPrefix> prefix, Scheduler& scheduler",
    "inference/batching/own_status.h": "absl::Status& status_, const absl::Status& status",
    "inference/batching/prompt_lookup.h": "const std::vector<TokenId>& context",
    "inference/batching/reply_run.h": "const Tokenizer& tokenizer, const TokenMask& mask, "
                                      "const CompleteRequest& request, std::string& prompt, "
                                      "absl::Span<float> logits_after_all_tokens_so_far, "
                                      "std::vector<TokenId>& next",
    "inference/batching/sampler.h": "const CompleteRequest& request, absl::Span<const float> logits",
    "inference/batching/scheduler.h": "Scheduler& scheduler, Step& step, const absl::Status& status, "
                                      "Model* model, KvCache& cache, StepLogits& logits, "
                                      "const std::vector<absl::Status>& row_statuses",
    "inference/batching/token_sequence.h": "const std::vector<TokenId>& prompt",

    "inference/engine.h": "Engine* engine, const std::string& system, const std::string& chunk, "
                          "const Fingerprint& task_id",

    "inference/gguf/gguf_parser.h": "absl::string_view bytes",
    "inference/gguf/quant_blocks.h": "const uint8_t* row, int k",
    "inference/gguf/quantize.h": "const float* row, int64_t depth",
    "inference/gguf/quants.h": "const uint8_t* bytes, int64_t depth",
    "inference/gguf/tensor_source.h": "const TensorSource& source",

    "inference/huggingface/config_object.h": "const simdjson::dom::object& object",
    "inference/huggingface/rope_config.h": "const ConfigObject& config, HyperParameters& params",
    "inference/huggingface/safetensors.h": "absl::string_view bytes",
    "inference/huggingface/transformer_config.h": "absl::string_view json",

    "inference/kernels/aligned_floats.h": "size_t rows, size_t width",
    "inference/kernels/attention.h": "const KvCache& cache, AttentionScratch& scratch",
    "inference/kernels/gemm.h": "const PackedColumns& x, const WeightPanels& w, float* out, "
                                "int64_t stride",
    "inference/kernels/int8_gemm.h": "const PackedInts& x, const WeightPanels& w, float* out, "
                                     "int64_t stride",
    "inference/kernels/kv_cache.h": "KvCache& cache, const PageTable& prefix, int prefix_tokens",
    "inference/kernels/log_softmax.h": "absl::Span<const float> logits, int token",
    "inference/kernels/packed_columns.h": "int tokens, int depth, const float* row(int), "
                                          "int64_t stride",
    "inference/kernels/packed_ints.h": "int tokens, int depth, const float* row(int), "
                                       "int64_t stride",
    "inference/kernels/weight_panels.h": "const WeightMatrix& matrix",

    "inference/model/attention_layer.h": "const HyperParameters& params, const RopeTable& rope, "
                                       "const RopeTable& local_rope, "
                                         "ThreadPool& pool, int layer, "
                                         "const LayerWeights& weights, const StepPlan& plan, "
                                         "float* q, float* k, float* v, KvCache& cache, float* out",
    "inference/model/balance_tasks.h": "const std::vector<int64_t>& costs, ThreadPool& pool, "
                                       "void Run(int)",
    "inference/model/column_parts.h": "int panels, const PackedInts& x, ThreadPool& pool, "
                                      "void Multiply(int, TileRange)",
    "inference/model/hyper_parameters.h": "const GgufFile& gguf",
    "inference/model/matrix_products.h": "ThreadPool& pool, const float* rows, int count, int width, "
                                         "const PackedLayer& w, float* gate, float* up",
    "inference/model/model.h": "const GgufFile& gguf, const ModelOptions& options, int num_pages, "
                               "const Batch& batch, StepLogits& logits",
    "inference/model/output_head.h": "const Norm& norm, const WeightPanels& packed_output, "
                                     "MatrixProducts& products, ThreadPool& pool, "
                                     "const Batch& batch, const StepPlan& plan, float* x, "
                                     "float* delta, StepLogits& logits",
    "inference/model/packed_weights.h": "const GgufFile& gguf, const ModelWeights& weights, "
                                        "ThreadPool& pool",
    "inference/model/rope_settings.h": "const GgufFile& gguf",
    "inference/model/rope_table.h": "const HyperParameters& params, "
                                    "absl::Span<const float> factors, const RopeOptions& options, "
                                    "int positions, int p, int head_dim, float* x",
    "inference/model/step_logits.h": "Model* model, const Batch& batch, KvCache& cache, "
                                     "void Sample(absl::Span<const float>)",
    "inference/model/step_plan.h": "const Batch& batch, const KvCache& cache, int vocabulary, "
                                   "int rows_per_block",
    "inference/model/weights.h": "const GgufFile& gguf, const HyperParameters& params",

    "inference/remote/api_key.h": "const v1::EngineSpec& spec, absl::string_view server_message",
    "inference/remote/call_attempt.h": "const absl::StatusOr<HttpResponse>& response, "
                                       "OpenAiClient::Parse parse, absl::string_view key, "
                                       "Clock* clock, const RetryPolicy& policy, Rng& rng, "
                                       "int failures, absl::Duration& retry",
    "inference/remote/circuit_breaker.h": "Clock* clock",
    "inference/remote/control_breaker.h": "const Tokenizer* tokenizer, absl::string_view text",
    "inference/remote/curl_transfer.h": "const CurlSettings& settings, CurlTransfer& transfer, "
                                        "void Use(const HttpResponse&)",
    "inference/remote/http_message.h": "const std::string& body",
    "inference/remote/json_reply.h": "const HttpResponse& response",
    "inference/remote/openai_client.h": "OpenAiClient* client, const std::string& body, "
                                        "absl::Status Assign(absl::StatusOr<ChatReply>, ChatReply*)",
    "inference/remote/openai_completion.h": "ChatRequest& chat, const Tokenizer* tokenizer, "
                                            "const CompleteRequest& request, "
                                            "const ChatReply& reply",
    "inference/remote/openai_engine.h": "std::shared_ptr<const Tokenizer> tokenizer, "
                                        "const ChatTemplate& chat_template, const EngineInfo& info, "
                                        "const ServerAbilities& abilities, "
                                        "std::unique_ptr<OpenAiClient> client",
    "inference/remote/openai_errors.h": "const HttpResponse& response, absl::string_view key, "
                                        "bool& again, bool& fewer",
    "inference/remote/openai_probe.h": "OpenAiClient* client, const Tokenizer* tokenizer",
    "inference/remote/openai_protocol.h": "const ChatRequest& chat, const HttpResponse& response",
    "inference/remote/openai_scores.h": "const Tokenizer& tokenizer, const ChatReply& reply, "
                                        "const EchoReply& echo",
    "inference/remote/reply_pattern.h": "const ReplyTemplate& reply_template",
    "inference/remote/retry_policy.h": "Rng& rng, absl::string_view header, Clock* clock",
    "inference/remote/served_model.h": "const Tokenizer* tokenizer, "
                                       "const ChatTemplate& chat_template",

    "inference/scripted/text.h": "const CompleteRequest& request, const Tokenizer* tokenizer",

    "inference/simd/float16_rows.h": "const std::vector<uint16_t>& halves",

    "inference/text/bpe_merges.h": "TokenId left, TokenId right, uint32_t rank, TokenId result, "
                                   "std::vector<BpeMerges::Symbol>& symbols, BpeMerges::Scratch& scratch",
    "inference/text/thoughts.h": "absl::string_view answer",
    "inference/text/bpe_tokenizer.h": "const GgufFile& gguf",
    "inference/text/chat_template.h": "const GgufFile& gguf, const Tokenizer& tokenizer",
    "inference/text/jinja/ast.h": "const Statement& statement",
    "inference/text/jinja/expression_parser.h": "const std::vector<Token>& tokens",
    "inference/text/jinja/parser.h": "absl::string_view source",
    "inference/text/jinja/template.h": "absl::string_view source, const Value& messages",
    "inference/text/hf/json_components.h": "const JsonFile& file, BpeData& data",
    "inference/text/hf/model_config.h": "VocabularyData& vocabulary, TextRules& rules",
    "inference/text/hf/model_text.h": "const std::vector<Message>& messages",
    "inference/text/hf/rank_vocabularies.h": "const ModelConfig& config",
    "inference/text/hf/sentencepiece_file.h": "const ModelConfig& config",
    "inference/text/hf/tokenizer_json.h": "const ModelConfig& config",
    "inference/text/jinja_chat.h": "absl::string_view source, const Tokenizer& tokenizer, const "
                                   "std::vector<Message>& messages",
    "inference/text/normalizer.h": "absl::string_view text, void Use(absl::string_view)",
    "inference/text/pretokenizer.h": "absl::string_view text",
    "inference/text/jinja/python_strip.h": "const Message& message",
    "inference/text/template_encoder.h": "const Tokenizer& tokenizer, "
                                         "const std::vector<TemplatePart>& parts, size_t i",
    "inference/text/text_tokens.h": "absl::string_view text, void Use(size_t, size_t, TokenId)",
    "inference/text/tokenizer.h": "const GgufFile& gguf",
    "inference/text/vocabulary.h": "const GgufFile& gguf",
    "inference/text/word_cache.h": "absl::string_view word, const std::vector<BpeMerges::Symbol>& symbols, "
                                   "void Use(const WordCache::Entry&)",
    "inference/text/word_splitter.h": "absl::string_view text, void Use(size_t, size_t)",
}
