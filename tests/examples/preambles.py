# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""What the examples in headers use and do not declare (tools/header_examples.py)."""

_STORE = "const storage::StoreView& store"
_STORE_POINTER = "const storage::StoreView* store"
_SPEC = "const v1::RunSpec& spec"
_TARGET = "const generator::TargetModel& target"
_BENCHMARKS = "const std::unique_ptr<generator::Decontaminator>& benchmarks"
_TOKENIZER = "const inference::Tokenizer& tokenizer"

# By header, ":2" for its second block: declarations, as parameters of a function.
PARAMETERS = {
    "base/backoff.h": "Clock* clock, Rng& rng",
    "base/crc32.h": "absl::string_view payload, uint32_t stored",
    "base/escape.h": "uint32_t c, std::string message, std::string json",
    "base/failpoint.h": "const std::unique_ptr<storage::Database>& db_, const storage::Batch& batch, "
                        "bool sync",
    "base/fingerprint.h": "absl::string_view doc_id, uint64_t index",
    "base/hmac.h": "absl::string_view secret, absl::string_view ticket, absl::string_view presented",
    "base/json_parser.h": "absl::string_view line",
    "base/json_writer.h": "absl::string_view id",
    "base/limits.h": "absl::string_view path",
    "base/log.h": "int n, int i",
    "base/lru_cache.h": "const std::string& id, const storage::Store* store",
    "base/rng.h": "const Fingerprint& task_id",
    "base/secret_file.h": "absl::string_view path",
    "base/serialize.h": "FingerprintBuilder& builder, " + _SPEC,
    "base/sha256.h": "const std::vector<std::string>& pieces",
    "base/staged_dir.h": "absl::Status WriteFiles(absl::string_view)",
    "base/status_macros.h": "absl::string_view path, absl::Status Check(absl::string_view)",
    "base/thread.h": "void Read()",
    "base/thread_pool.h": "int tasks, void Run(int, int)",
    "base/unique_fd.h": "const char* path",

    "generator/checks/answer_span.h": "absl::string_view sentence, absl::string_view chunk, Language language, "
                               "const Fingerprint& task_id, "
                               "void AskFor(absl::string_view, absl::string_view)",
    "generator/rows/answers_elsewhere.h": "const v1::Document& document, const Evidence& evidence, "
                                     "const v1::Result& sample, const v1::Document& other",
    "generator/judge/auc.h": "const std::vector<double>& right, const std::vector<double>& wrong, "
                       "void Print(double, double)",
    "generator/pairs/chunk_pairs.h": "absl::string_view text, absl::Span<const TextRange> chunks, "
                               "Language language, void Ask(TextRange, TextRange, const std::vector<SentencePair>&)",
    "generator/chunks/chunk_units.h": "absl::string_view text, const DocumentTokens& tokens, " + _SPEC,
    "generator/chunks/chunker.h": "absl::string_view text, const DocumentTokens& tokens, " + _SPEC + ", "
                           + _TOKENIZER + ", const Fingerprint& key, void Ask(absl::string_view)",
    "generator/rows/context_fill.h": "v1::TrainingRow& row, const SourceDocument& document, "
                                "const std::vector<LongPair>& pairs, "
                                "const OtherDocuments& others, " + _SPEC + ", " + _TARGET,
    "generator/corpus/context_index.h": "const std::vector<std::string>& contexts, "
                                 "absl::string_view document",
    "generator/checks/copied_instruction.h": "absl::string_view answer, absl::string_view chunk, v1::AnswerForm form",
    "generator/judge/corruptions.h": "const RightAnswer& pair, const std::vector<std::string>& same_chunk, "
                               "const std::vector<std::string>& other_chunks, "
                               "const Fingerprint& pair_id",
    "generator/rows/cut_out.h": "absl::string_view text, std::string& remaining, "
                           "void Append(absl::string_view, std::string*)",
    "generator/corpus/decontaminator.h": _SPEC + ", const std::vector<BenchmarkRecord>& records, "
                                  "absl::string_view question, absl::string_view answer",
    "generator/checks/dedup.h": "const std::vector<v1::Result>& results, " + _SPEC
                         + ", void Store(const v1::Result&)",
    "generator/chunks/document_cut.h": "absl::string_view text, absl::Span<const uint32_t> begins, "
                                "const v1::Span& chunk, uint32_t budget, const Fingerprint& task_id",
    "generator/chunks/document_parts.h": "absl::string_view text, const DocumentTokens& tokens, "
                                  "void SumUp(absl::string_view)",
    "generator/spec/dataset_validation.h": _SPEC,
    "generator/corpus/document_selection.h": "const v1::RunSpec& spec, const Fingerprint& id, uint64_t tokens, "
                                      "ReadDocumentText read_text",
    "generator/chunks/document_tokens.h": _TOKENIZER + ", absl::string_view text, v1::Document& document, "
                                   "const TaskPlanner& planner",
    "generator/spec/engine_choices.h": "v1::EngineSpec& engine",
    "generator/checks/extracted_answer.h": _SPEC + ", const v1::Task& task, absl::string_view chunk, "
                                    "void AskFor(absl::string_view, absl::string_view)",
    "generator/judge/extracts.h": "absl::string_view chunk, const Fingerprint& chunk_id, "
                            "void AskFor(absl::string_view, absl::string_view)",
    "generator/checks/evidence.h": "const v1::Document& document, Language language, const v1::Span& chunk, "
                            "void Quote(TextRange), void Reject(absl::string_view)",
    "generator/checks/filters.h": "absl::string_view question, absl::string_view answer, "
                           "absl::string_view chunk, v1::AnswerForm form, Language language, "
                           + _SPEC,
    "generator/pairs/generate.h": "inference::Engine* engine, " + _SPEC
                            + ", absl::string_view chunk_text, const v1::Task& task, "
                            "std::shared_ptr<inference::Prefix> without",
    "generator/rows/instance_builder.h": "const v1::Document& source, const v1::Result& sample, "
                                    "const Evidence& evidence, " + _SPEC + ", " + _TARGET,
    "generator/judge/judge_defaults.h": "v1::Judge JudgeFromText(absl::string_view)",
    "generator/judge/judge.h": "v1::Scores& scores, v1::AnswerForm form, " + _SPEC,
    "generator/judge/judge_fit.h": "const std::vector<JudgedPair>& pairs, const FitOptions& options, "
                             "v1::RunSpec& spec",
    "generator/rows/key_values.h": "const Fingerprint& row_id",
    "generator/rows/long_rows.h": "const SourceDocument& document, const std::vector<LongPair>& pairs, "
                             "const OtherDocuments& others, " + _SPEC + ", " + _TARGET
                             + ", absl::Status add(v1::TrainingRow), "
                             "void reject(size_t, const v1::Reject&)",
    "generator/rows/loss_weights.h": "const inference::RenderedTokens& rendered, "
                                "const v1::InstanceSpec& spec, v1::Segment& segment, "
                                "void Use(double)",
    "generator/prompts/memory_need.h": _SPEC + ", inference::Engine* engine",
    "generator/spec/model_identity.h": "const inference::Engine* engine, const v1::RunHeader& header",
    "generator/corpus/near_duplicates.h": "uint64_t expected_pairs, absl::string_view question, "
                                   "absl::string_view answer, Language language, uint32_t number, "
                                   "NearDuplicates::ReadWords words_of_pair, void Reject(uint32_t)",
    "generator/text/normalize.h": "const v1::Document& record",
    "generator/text/furniture.h": "absl::string_view text, void Skip(absl::string_view)",
    "generator/text/outline.h": "absl::string_view text",
    "generator/checks/pair_view.h": "absl::string_view question, absl::string_view answer, "
                             "absl::string_view chunk, void UseItsAnswer(absl::string_view)",
    "generator/words/pattern_screen.h": "absl::string_view text, const RE2& noun, const RE2& phrase, "
                                  "void FindNoun(absl::string_view), void FindPhrase(absl::string_view)",
    "generator/words/plain_words.h": "void AskIcu()",
    "generator/text/plain_sentences.h": "void AskIcu()",
    "base/ascii_runs.h": "absl::string_view text, void UseBytes(absl::string_view)",
    "generator/checks/question_kinds.h": _SPEC + ", v1::AnswerForm form, absl::string_view sentence, "
                                  "const Fingerprint& task_id",
    "generator/prompts/reading.h": "inference::Engine* engine, const inference::Prefix* prefix, " + _SPEC
                           + ", Language language, absl::string_view question, "
                           "absl::string_view answer, v1::Scores& scores",
    "generator/checks/reject.h": "v1::Result& result",
    "generator/pairs/result_check.h": _SPEC + ", const v1::Task& task, absl::string_view chunk_text, "
                                "const v1::Result& result",
    "generator/pairs/result_figures.h": "const v1::Result& result, const v1::Scores& right",
    "generator/spec/run_spec.h": "absl::string_view text",
    "generator/judge/stored_judge.h": _SPEC + ", const v1::RunHeader& header",
    "generator/pairs/summary_check.h": _SPEC + ", const v1::Task& task, absl::string_view leased_text, "
                                 "const v1::Result& result",
    "generator/pairs/summary_run.h": _SPEC + ", inference::Engine* engine, const v1::Task& task, "
                               "absl::string_view leased_text, void Answer(TaskSteps*)",
    "generator/pairs/summary_text.h": "Language language, const Fingerprint& task_id, "
                                "absl::string_view reply, absl::string_view source, " + _SPEC
                                + ", absl::string_view instruction, v1::Scores& scores",
    "generator/pairs/target_forms.h": "const v1::Document& document, std::vector<v1::Task>& tasks",
    "generator/pairs/targets.h": "absl::string_view chunk_text, Language language, "
                           "const Fingerprint& key, void Ask(absl::string_view)",
    "generator/rows/row_fit.h": "const SourceDocument& document, TextRange chunks, "
                           "const v1::LongDetails& details, const RowRecords& records, " + _SPEC
                           + ", " + _TARGET,
    "generator/rows/row_kinds.h": "double share, const RowSpec& spec, const v1::Task& task, "
                             "const SourceDocument& document, const LongPair& pair, " + _TARGET,
    "generator/rows/row_material.h": "const v1::LongDetails& details, const RowRecords& records, "
                                + _SPEC + ", void Write(const std::vector<inference::Message>&)",
    "generator/rows/row_rendering.h": "const RowMaterial& material, const RowSpec& spec, " + _TARGET
                                 + ", const v1::LongDetails& details, absl::string_view id, "
                                 "absl::Status TryLess()",
    "generator/corpus/split.h": _SPEC + ", const v1::Document& document, int& validation_documents",
    "generator/rows/source_document.h": "const v1::Document& source, " + _TARGET
                                   + ", uint64_t context, void Cut(absl::Span<const uint32_t>)",
    "generator/rows/target_model.h": "std::shared_ptr<const inference::Tokenizer> tokenizer",
    "generator/words/text_words.h": "const PairView& pair, void UseIt()",
    "generator/rows/turn_groups.h": "const std::vector<std::string>& task_ids, " + _SPEC
                               + ", uint64_t TokensOf(const std::vector<size_t>&)",
    "generator/checks/second_answer.h": "inference::Engine* engine, const inference::Prefix& prefix, "
                                 "const v1::GenerationSpec& generation, Language language, "
                                 "const v1::VerificationSpec& verification, v1::AnswerForm form, "
                                 "const std::string& question, const std::string& answer, "
                                 "v1::Scores& scores",
    "generator/text/sentences.h": "absl::string_view text, const Block& block",
    "generator/pairs/task_planner.h": _SPEC + ", const Fingerprint& run_id, " + _TOKENIZER
                                + ", const v1::Document& document, const DocumentTokens& tokens",
    "generator/chunks/task_chunks.h": "const v1::Document& document, const v1::Task& task",
    "generator/pairs/task_kind.h": _SPEC + ", inference::Engine* engine, const v1::Task& task, "
                             "absl::string_view leased_text, const v1::Result& result, "
                             "const EvidenceFinder& finder",
    "generator/pairs/task_steps.h": "TaskSteps* steps, inference::Engine* engine, "
                              "const inference::Prefix& Open(absl::string_view)",
    "generator/spec/prompt_validation.h": _SPEC + ", Faults faults",
    "generator/spec/spec_faults.h": "const v1::ChunkSpec& chunks",
    "generator/spec/spec_parse_errors.h": "google::protobuf::TextFormat::Parser& parser, v1::RunSpec spec, "
                                     "google::protobuf::io::ZeroCopyInputStream& input, "
                                     "absl::string_view text",
    "generator/rows/template_check.h": "const TargetModel& target",
    "generator/pairs/two_chunks.h": _SPEC + ", inference::Engine* engine, const v1::Task& task, "
                              "absl::string_view leased_text, const ResultRules& rules, "
                              "const v1::Result& result, void Answer(TaskSteps*)",
    "generator/checks/unfit_text.h": "absl::string_view chunk, v1::AnswerForm form",
    "generator/words/words.h": "void use(absl::string_view, absl::string_view)",

    "pipelines/cli/commands.h": "void Print(const char*, const char*)",
    "pipelines/cli/completion.h": "const CLI::App& program, std::ostream& out",
    "pipelines/cli/network_flags.h": "CLI::App* app, ClientFlags& flags",
    "pipelines/cli/pager.h": "absl::string_view text",
    "pipelines/cli/run_flags.h": "CLI::App* app, RunFlags& flags",
    "pipelines/cli/show_choice.h": _STORE,
    "pipelines/cli/show_row.h": _STORE_POINTER,
    "pipelines/cli/show_text.h": _STORE_POINTER,
    "pipelines/cli/status_text.h": _STORE_POINTER + ", std::ostream& out",
    "pipelines/cli/summary.h": _SPEC + ", const BuildOptions& options, std::ostream& out",

    "pipelines/coordinator/api.h": "CoordinatorApi* api, const Peer& peer, "
                                   "const v1::HelloRequest& request, "
                                   "const v1::SubmitRequest& results",
    "pipelines/coordinator/audit_court.h": "RunState& state, const std::string& worker, "
                                           "CheckedLease& lease, std::vector<FullAudit>& full, "
                                           "Effects& effects",
    "pipelines/coordinator/chunk_cache.h": "RunStore* run_store, const v1::ChunkId& id",
    "pipelines/coordinator/chunk_key.h": "std::map<std::string, uint32_t>& chunks, uint32_t i, "
                                         "const v1::LeaseUpdate& update",
    "pipelines/coordinator/commit_group.h": "CommitQueue::Batch& batch, RunStore* run_store, "
                                            "StoreWriter& writer",
    "pipelines/coordinator/commit_queue.h": "CommitQueue& queue, const v1::LeaseUpdate& update, "
                                            "void Wake(), size_t bytes, Submission& submission",
    "pipelines/coordinator/committer.h": "RunState& state, Dispatcher& dispatcher, "
                                         "StoreWriter& writer",
    "pipelines/coordinator/coordinator.h": "const CoordinatorOptions& options, "
                                           "const std::unique_ptr<RunStore>& run_store, "
                                           "const Peer& peer, const v1::SubmitRequest& request",
    "pipelines/coordinator/dispatcher.h": "RunState& state, ChunkCache& chunks, "
                                          "std::function<void()> wake, Effects& effects",
    "pipelines/coordinator/document_cache.h": "const storage::Store* store, "
                                              "absl::string_view document_id",
    "pipelines/coordinator/effects.h": "RunState* state, const v1::LeaseUpdate& update, "
                                       "Dispatcher* dispatcher",
    "pipelines/coordinator/finished.h": "CoordinatorApi* coordinator, CoordinatorService* service",
    "pipelines/coordinator/job_queue.h": "JobQueue& jobs, const v1::LeaseUpdate& update, void Wake()",
    "pipelines/coordinator/job_runner.h": "RunState& state, Dispatcher& dispatcher, "
                                          "StoreWriter& writer, ChunkCache& chunks",
    "pipelines/coordinator/lease_ticket.h": "absl::string_view secret, absl::string_view run_id, "
                                            "absl::string_view worker, "
                                            "const v1::LeaseTicket& ticket, "
                                            "const v1::SignedTicket& got",
    "pipelines/coordinator/loop.h": "CoordinatorLoop* loop, void Notify(), "
                                    "void WaitForWake(absl::Duration)",
    "pipelines/coordinator/options.h": _SPEC,
    "pipelines/coordinator/pending_audits.h": "PendingAudits& audits, const v1::ChunkId& chunk, "
                                              "uint64_t token, int bit, const v1::Result& result, "
                                              "uint64_t all_bits, "
                                              "void Compare(const PendingAudits::Results&)",
    "pipelines/coordinator/poll_queue.h": "PollQueue& queue, const std::string& session, "
                                          "const std::string& worker, absl::Duration now, "
                                          "absl::Duration wait, ReplyFn<v1::LeaseReply> done",
    "pipelines/coordinator/rate_window.h": "RateWindow& window, absl::Duration now",
    "pipelines/coordinator/recovery.h": "const CoordinatorOptions& options, RunStore* run_store",
    "pipelines/coordinator/request_checks.h": "const v1::HelloRequest& request, const Peer& peer",
    "pipelines/coordinator/return_time.h": "v1::LeaseReply& reply, const std::vector<int>& sessions, "
                                           "const LeaseOptions& leases",
    "pipelines/coordinator/run_counts.h": "const CoordinatorOptions& options, absl::Duration now, "
                                          "const v1::Result& result, const CheckedLease& lease, "
                                          "v1::StatusReply& status",
    "pipelines/coordinator/run_secret.h": "absl::string_view store",
    "pipelines/coordinator/run_state.h": "RunState* state, absl::Duration now, "
                                         "Dispatcher* dispatcher",
    "pipelines/coordinator/run_store.h": "storage::Store* store, "
                                         "absl::Status Add(const v1::ChunkAdded&)",
    "pipelines/coordinator/runner.h": "const std::unique_ptr<Coordinator>& coordinator",
    "pipelines/coordinator/session_table.h": "SessionTable& sessions, "
                                             "const std::string& incarnation, "
                                             "const std::string& build, const std::string& id, "
                                             "const std::string& identity, "
                                             "const std::string& fresh_id, absl::Duration now",
    "pipelines/coordinator/store_writer.h": "RunStore* run_store, const JournalBatch& batch, "
                                            "v1::SubmitReply& reply",
    "pipelines/coordinator/submission.h": "CheckedLease& checked",
    "pipelines/coordinator/submit_check.h": "RunStore* run_store, const std::string& secret, "
                                            "ChunkCache& chunks, v1::LeaseResults& lease",

    "pipelines/core/engine_counters.h": "const inference::Engine* engine, v1::SubmitRequest& request",
    "pipelines/core/engine_factory.h": _SPEC,
    "pipelines/core/engine_failures.h": "int failures_in_a_row, int failures_without_result, "
                                        "void EndTheWorker(), void Strike()",
    "pipelines/core/git_lfs.h": "absl::string_view bytes",
    "pipelines/core/http_connections.h": "unsigned int flags, uint16_t port, "
                                         "MHD_AccessHandlerCallback answer",
    "pipelines/core/run_status.h": _STORE_POINTER,
    "pipelines/core/step_tokens.h": _SPEC,

    "pipelines/export/check/check.h": _STORE + ", " + _TARGET,
    "pipelines/export/check/format_check.h": _STORE + ", " + _TARGET
                                             + ", absl::string_view dir, "
                                             "const ParsedManifest& manifest, Findings& findings",
    "pipelines/export/check/labelled.h": _STORE + ", " + _TARGET
                                         + ", Findings& findings, absl::string_view line",
    "pipelines/export/check/messages.h": _STORE + ", " + _TARGET + ", const SourceIndex& index, "
                                         "Findings& findings, absl::string_view line",
    "pipelines/export/check/source_index.h": _STORE,
    "pipelines/export/check/tokens.h": _STORE + ", " + _TARGET + ", const SourceIndex& index, "
                                       "Findings& findings, absl::string_view line",
    "pipelines/export/card.h": _STORE + ", const ManifestInput& input, OutputDir& out",
    "pipelines/export/exporter.h": _STORE_POINTER + ", " + _TARGET,
    "pipelines/export/manifest.h": _STORE + ", const ManifestInput& input, "
                                   "const std::vector<ShardInfo>& files",
    "pipelines/export/row_order.h": _SPEC + ", std::unique_ptr<SpillFile>& spill, "
                                    "RowOrder::WriteFn write, const Fingerprint& id, "
                                    "absl::string_view record",
    "pipelines/export/spill_file.h": "absl::string_view dir, std::string& bytes",
    "pipelines/export/staged_dir.h": "absl::Status WriteFiles(absl::string_view)",

    "pipelines/export/formats/array_chunks.h": "absl::string_view row_bytes",
    "pipelines/export/formats/axolotl_config.h": "const FormatContext& context, "
                                                 "const std::vector<std::string>& train, "
                                                 "const std::vector<std::string>& validation",
    "pipelines/export/formats/chunk_check.h": "const FormatFolder& folder, Findings& findings, "
                                              "std::string fault_of_row(absl::string_view)",
    "pipelines/export/formats/format_folder.h": "const FormatFolder& folder, uint64_t rows, "
                                                "Findings& findings",
    "pipelines/export/formats/formats.h": "const FormatContext& context",
    "pipelines/export/rows/json_parts.h": "const std::vector<inference::Message>& messages, "
                                             "JsonWriter& json",
    "pipelines/export/formats/jsonl_check.h": "const FormatFolder& folder, Findings* findings, "
                                              "std::string fault_of(const JsonRow&)",
    "pipelines/export/formats/llamafactory_config.h": "const FormatContext& context, absl::Status "
                                                      "Write(absl::string_view, const std::string&)",
    "pipelines/export/formats/row_messages.h": "const ConversationRow& conversation, "
                                               "const FormatContext& context, "
                                               "absl::Status CountLeftOut()",
    "pipelines/export/formats/table_shards.h": "OutputDir& out, TableWriter::Options options, "
                                              "const std::vector<int32_t>& input_ids",
    "pipelines/export/formats/parquet.h": "const FormatContext& context, "
                                          "const v1::TrainingRow& row",
    "pipelines/export/formats/llamafactory_tokens.h": "const FormatContext& context, "
                                                      "const v1::TrainingRow& row",
    "pipelines/export/formats/trl_config.h": "absl::string_view shards",

    "pipelines/export/rows/columns.h": "const v1::TrainingRow& row, " + _TOKENIZER,
    "pipelines/export/rows/compressor.h": "absl::string_view line, std::string& bytes",
    "pipelines/export/rows/conversation.h": _STORE + ", const v1::TrainingRow& row, " + _SPEC,
    "pipelines/export/rows/counts.h": "const v1::TrainingRow& row, generator::Split split, " + _SPEC,
    "pipelines/export/rows/labelled_rows.h": _STORE + ", " + _TARGET + ", std::string& line",
    "pipelines/export/rows/output_dir.h": "absl::string_view bytes",
    "pipelines/export/rows/rows.h": _STORE + ", " + _TARGET + ", const v1::TrainingRow& row, "
                                    "const Fingerprint& id, const LongRowRecords& records, "
                                    "std::string& line",
    "pipelines/export/rows/shard_writer.h": "OutputDir& out, absl::string_view line",
    "pipelines/export/rows/training_row.h": "const v1::TrainingRow& row",
    "pipelines/export/formats/prompt_completion.h": "const FormatContext& context, const ConversationRow& row",
    "pipelines/export/formats/sharegpt.h": "const FormatContext& context, const ConversationRow& row",
    "pipelines/export/formats/alpaca.h": "const FormatContext& context, const ConversationRow& row",
    "pipelines/export/formats/axolotl_segments.h": "const FormatContext& context, const ConversationRow& row",
    "pipelines/export/formats/axolotl_tokens.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/trl_packed.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/answered_format.h": "AnsweredFormat& format, const ConversationRow& conversation",
    "pipelines/export/formats/chunk_format.h": "ChunkFormat& format, const v1::TrainingRow& row",
    "pipelines/export/formats/torchtune.h": "const FormatContext& context, const ConversationRow& row",
    "pipelines/export/formats/mds.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/litdata.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/nemo_packed.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/olmo.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/megatron.h": "const FormatContext& context, const v1::TrainingRow& row",
    "pipelines/export/formats/views.h": "const FormatContext& context, const v1::TrainingRow& row",

    "pipelines/ingest/bad_records.h": "const v1::InputProgress& progress, const BadLimits& limits, "
                                      "absl::string_view shown",
    "pipelines/ingest/benchmark_layout.h": "const simdjson::dom::object& object, "
                                           "void Use(const generator::BenchmarkRecord&)",
    "pipelines/ingest/benchmark_reader.h": _SPEC,
    "pipelines/ingest/byte_source.h": "char (&buffer)[4096]",
    "pipelines/ingest/chat_message.h": "const simdjson::dom::object& object",
    "pipelines/ingest/decompress.h": "std::unique_ptr<ByteSource>& compressed",
    "pipelines/ingest/document_filter.h": "const v1::DocumentInput& input, "
                                          "const simdjson::dom::object& object, "
                                          "absl::string_view text",
    "pipelines/ingest/file_kind.h": "absl::string_view begin, absl::string_view path",
    "pipelines/ingest/input_files.h": _SPEC + ", storage::Store* store",
    "pipelines/ingest/json_fields.h": "const simdjson::dom::object& object, "
                                      "const v1::DocumentInput& input",
    "pipelines/ingest/json_layout.h": "absl::string_view begin, absl::string_view line, "
                                      "void ReadElements(), void Parse(absl::string_view)",
    "pipelines/ingest/json_value_reader.h": "std::unique_ptr<ByteSource>& source",
    "pipelines/ingest/lenient_json.h": "absl::string_view line, absl::string_view text",
    "pipelines/ingest/line_reader.h": "std::unique_ptr<ByteSource>& source",
    "pipelines/ingest/object_parser.h": "const v1::DocumentInput& input, absl::string_view json, "
                                        "Record record",
    "pipelines/ingest/peek_source.h": "std::unique_ptr<ByteSource>& compressed, char (&buffer)[4096]",
    "pipelines/ingest/read_stage.h": _SPEC + ", inference::Engine* engine, storage::Store* store",
    "pipelines/ingest/record.h": "std::unique_ptr<RecordReader>& reader",
    "pipelines/ingest/record_reader.h": "absl::string_view path, const v1::DocumentInput& input, "
                                        "const v1::InputProgress& progress",
    "pipelines/ingest/lost_fields.h": "const simdjson::dom::object& object",
    "pipelines/ingest/row_fields.h": "const simdjson::dom::object& object",
    "pipelines/ingest/rewritten_row.h": "const simdjson::dom::object& row",
    "pipelines/ingest/row_lists.h": "const simdjson::dom::element& value",
    "pipelines/ingest/row_shape.h": "const simdjson::dom::object& object, void Use(absl::string_view)",
    "pipelines/ingest/short_row_parser.h": "const simdjson::dom::object& object",
    "pipelines/ingest/table_record_reader.h": "absl::string_view path, "
                                              "std::unique_ptr<ObjectParser>& parser",

    "pipelines/lease/audits.h": "const LeaseState& state, uint32_t i, const v1::ChunkId& chunk, "
                                "bool matches_first, bool matches_second, absl::Duration now",
    "pipelines/lease/ends.h": "const LeaseState& state, uint32_t chunk, absl::Duration now",
    "pipelines/ingest/warc_page.h": "const WarcRecord& record, void Use(absl::string_view)",
    "pipelines/ingest/warc_record_reader.h": "absl::string_view path, std::unique_ptr<ByteSource>& source, "
                                             "std::unique_ptr<ObjectParser>& parser, uint64_t offset, "
                                             "uint64_t line",
    "pipelines/ingest/warc_stream.h": "std::unique_ptr<ByteSource>& source, "
                                      "void Use(absl::string_view, absl::string_view)",
    "pipelines/lease/journal.h": "const v1::LeaseUpdate& update, storage::JournalBatch& batch",
    "pipelines/lease/pause.h": "const LeaseState& state, const RejectWindow::Reasons& rejects, "
                               "LeaseUpdates& updates",
    "pipelines/lease/reject_window.h": "void Pause(RejectWindow::Count)",
    "pipelines/lease/state.h": "const LeaseOptions& options, uint64_t epoch, "
                               "const v1::LeaseUpdate& update, void Use(const ChunkState&)",
    "pipelines/lease/table.h": "LeaseTable& table, absl::Duration now, "
                               "void Journal(const v1::LeaseUpdate&)",
    "pipelines/lease/types.h": _SPEC + ", const Fingerprint& secret_key, "
                               "const storage::Store* store",

    "pipelines/markup/epub_text.h": "absl::string_view book",
    "pipelines/markup/html_elements.h": "TextBlocks& blocks, Attributes attributes, void Skip()",
    "pipelines/markup/html_parser.h": "absl::string_view html",
    "pipelines/markup/html_text.h": "absl::string_view page",
    "pipelines/markup/indices.h": "TextBlocks blocks",
    "pipelines/markup/page_encoding.h": "absl::string_view bytes",
    "pipelines/markup/list_numbers.h": "const char* const* attributes",
    "pipelines/markup/markdown_scan.h": "absl::string_view file",
    "pipelines/markup/markdown_text.h": "absl::string_view file",
    "pipelines/markup/math_text.h": "const char* const* attributes, void Use(const std::string&)",
    "pipelines/markup/table_cells.h": "TextBlocks blocks",
    "pipelines/markup/zip_archive.h": "absl::string_view bytes",

    "pipelines/metrics/metrics.h": "CoordinatorOptions& options, CoordinatorApi* coordinator",
    "pipelines/metrics/server.h": "CoordinatorApi* coordinator, CommitMetrics& commits",

    "pipelines/report/assets.h": "HtmlWriter& html",
    "pipelines/report/distributions.h": "const Facts& facts, const v1::RunHeader& header, "
                                        "HtmlWriter& html",
    "pipelines/report/document_sources.h": _STORE + ", const v1::Result& result, "
                                           "void Print(absl::string_view)",
    "pipelines/report/draw.h": "void Print(absl::string_view)",
    "pipelines/report/evidence_window.h": "const v1::Document& document, const v1::Result& result, "
                                          "void Print(absl::string_view)",
    "pipelines/report/facts.h": _STORE + ", void Print(uint64_t, uint64_t)",
    "pipelines/report/histogram.h": "void Draw(double, double)",
    "pipelines/report/html_writer.h": "absl::string_view question",
    "pipelines/report/overview.h": _STORE + ", const Facts& facts, HtmlWriter& html, "
                                   "absl::Span<const NoChunkExample> examples",
    "pipelines/report/plots.h": "const Histogram& scores, HtmlWriter& html",
    "pipelines/report/reason_texts.h": "void Print(absl::string_view, absl::string_view, "
                                       "absl::string_view)",
    "pipelines/report/report.h": _STORE,
    "pipelines/report/diff/diff.h": "const storage::StoreView& first, "
                                    "const storage::StoreView& second, std::ostream& out",
    "pipelines/report/diff/pair_match.h": "const storage::StoreView& first, "
                                          "const storage::StoreView& second, "
                                          "void Print(const PairMatch::Outcomes&, uint64_t)",
    "pipelines/report/diff/spec_changes.h": "const v1::RunSpec& first_spec, const v1::RunSpec& second_spec, "
                                            "void Print(const std::string&, const std::string&, "
                                            "const std::string&)",
    "pipelines/report/live/live_page.h": "const PageServerOptions& options, RunNow Now(), "
                                         "const storage::StoreView* store",
    "pipelines/report/live/now.h": "const std::unique_ptr<Coordinator>& coordinator, "
                                   "void Send(const std::string&)",
    "pipelines/report/review/agreement.h": "void Print(uint64_t, uint64_t, double)",
    "pipelines/report/review/interval.h": "void Print(double, double)",
    "pipelines/report/review/label_file.h": "const std::string& id, const std::string& chunk, "
                                            "const std::string& question, "
                                            "const std::string& answer",
    "pipelines/report/review/review.h": _STORE + ", const std::string& id, "
                                        "void Send(const absl::StatusOr<std::string>&)",
    "pipelines/report/review/requests.h": "const PageServerOptions& options, "
                                          "const std::unique_ptr<Review>& review",
    "pipelines/report/samples.h": _STORE + ", const Facts& facts, HtmlWriter& html",
    "pipelines/report/score_list.h": _SPEC + ", const v1::Result& result, "
                                     "void Plot(absl::string_view, double, "
                                     "const std::vector<ScoreLimit>&)",
    "pipelines/report/tally.h": "void Print(absl::string_view, uint64_t)",

    "pipelines/rpc/auth.h": "absl::string_view path, const Credentials& credentials, bool open",
    "pipelines/rpc/call_limits.h": "const std::string& key",
    "pipelines/rpc/coordinator_service.h": "const CoordinatorServiceOptions& options, "
                                           "const std::unique_ptr<Coordinator>& coordinator",
    "pipelines/rpc/credentials.h": "const SecurityFiles& files, const Address& address, "
                                   "grpc::ServerBuilder& builder",
    "pipelines/rpc/grpc_coordinator_client.h": "const GrpcClientOptions& options, "
                                               "const v1::HelloRequest& request",
    "pipelines/rpc/health_client.h": "const SecurityFiles& files",
    "pipelines/rpc/listener.h": "const Address& address, void Take(int)",
    "pipelines/rpc/return_plan.h": "const v1::LeaseReply& reply, absl::Duration now, double uniform()",

    "pipelines/run/build.h": _SPEC,
    "pipelines/run/contamination.h": _BENCHMARKS + ", const std::unique_ptr<storage::Store>& store, "
                                     "absl::Status Print(absl::string_view)",
    "pipelines/run/decontaminate_stage.h": _BENCHMARKS
                                           + ", const std::unique_ptr<storage::Store>& store",
    "pipelines/run/dedup_stage.h": _SPEC + ", const std::unique_ptr<storage::Store>& store",
    "pipelines/run/judge_at_start.h": _SPEC + ", inference::Engine* engine",
    "pipelines/run/merge.h": _SPEC,
    "pipelines/run/no_chunk_reason.h": "const std::string& id, "
                                       "const std::unique_ptr<storage::Store>& store",
    "pipelines/run/pack_stage.h": _SPEC + ", " + _TARGET
                                  + ", const std::unique_ptr<storage::Store>& store",
    "pipelines/run/partition_set.h": _SPEC + ", const std::vector<std::string>& paths, bool check",
    "pipelines/run/retry_quarantined.h": "const std::unique_ptr<storage::Store>& store",
    "pipelines/run/select_documents.h": "const v1::RunSpec& spec, const generator::Decontaminator* benchmarks, "
                                        "const std::unique_ptr<storage::Store>& store",
    "pipelines/run/serve.h": _SPEC,
    "pipelines/run/short_row_tokens.h": _SPEC + ", " + _TARGET
                                        + ", const generator::Decontaminator* benchmarks, "
                                        "storage::Store* store, v1::TrainingRow training_row",
    "pipelines/run/stages.h": _SPEC + ", const BuildOptions& options, "
                              "absl::Status MakePairs(RunStages&)",
    "pipelines/run/work_estimate.h": _STORE_POINTER + ", const v1::EngineCounters& engine_counters, "
                                     "void Print(double)",

    "pipelines/score/calibrate.h": _SPEC + ", inference::Engine* engine",
    "pipelines/score/corpus_sample.h": _SPEC + ", " + _TOKENIZER,
    "pipelines/score/given_pair.h": "JsonParser& parser, absl::string_view line, "
                                    "const inference::Engine* engine, " + _SPEC,
    "pipelines/score/label_table.h": "const v1::Result& result, const v1::Result& other",
    "pipelines/score/pair_scorer.h": _SPEC + ", inference::Engine* engine, "
                                     "absl::StatusOr<std::optional<PairEntry>> ReadOne(), "
                                     "absl::Status Write(const ScoredPair&)",
    "pipelines/score/pair_writer.h": _SPEC + ", inference::Engine* engine, "
                                     "const std::vector<std::string>& chunks",
    "pipelines/score/rated_pairs.h": "const std::unique_ptr<PairReader>& reader, "
                                     "const std::unique_ptr<PairScorer>& scorer, "
                                     "PairScorer::Sink sink, void Print(size_t)",
    "pipelines/score/score.h": _SPEC + ", inference::Engine* engine, "
                               "absl::FunctionRef<absl::Status(absl::string_view)> write",
    "pipelines/score/score_text.h": "const ScoredPair& scored, std::ostream& out",

    "pipelines/tables/object_store.h": "char (&buffer)[4096]",

    "pipelines/worker/chunk_runner.h": "inference::Engine* engine, " + _SPEC
                                       + ", std::shared_ptr<inference::Prefix> without_chunk, "
                                       "ChunkRunner::Events events, ChunkRunner::ChunkPtr chunk",
    "pipelines/worker/passage_prefixes.h": "PassagePrefixes& prefixes, absl::string_view passage, "
                                           "const PassagePrefixes::Open& open, "
                                           "std::shared_ptr<int> task, "
                                           "void Call(std::shared_ptr<int>, inference::Prefix&)",
    "pipelines/worker/submit_size.h": "int results, absl::Duration took, v1::SubmitRequest* request, "
                                      "bool TakeOne(v1::SubmitRequest*)",
    "pipelines/worker/worker.h": "CoordinatorClient* client, const WorkerOptions& options",

    "storage/database.h": "absl::string_view path, absl::string_view payload",
    "storage/first_error.h": "rocksdb::DBOptions& options",
    "storage/high_water.h": "absl::string_view dir, const RunState& reached",
    "storage/key_locks.h": "KeyLocks& locks, const std::string& task_id",
    "storage/keys.h": "absl::string_view document_id",
    "storage/record.h": "const v1::Result& result",
    "storage/rocksdb_status.h": "rocksdb::DB* db",
    "storage/store.h": "const v1::Result& result, const v1::AttemptRecord& attempt",
    "storage/store_checker.h": "const std::unique_ptr<Database>& db",
    "storage/store_view.h": "const StoreView& store, absl::Status Print(const v1::Result&)",
}

# What an example returns, if not absl::Status.
RETURNS = {
    "generator/rows/answers_elsewhere.h": "void",
    "pipelines/cli/command_line.h": "int",
    "pipelines/cli/summary.h": "absl::StatusOr<int>",
    "pipelines/export/rows/findings.h": "std::vector<std::string>",
    "pipelines/rpc/grpc_status.h": "grpc::Status",
    "storage/store_checker.h": "absl::StatusOr<std::vector<std::string>>",
}

# Blocks that are no code, and what they are.
NOT_CODE = {
    "base/log.h:2": "a log line",
    "pipelines/run/progress.h": "the line on the terminal",
}

# By folder: what its examples use beside its own headers.
INCLUDES = {
    "pipelines/ingest": ["absl/strings/str_cat.h", "inference/engine.h"],
    "base": ["<fcntl.h>", "<thread>", "absl/strings/str_cat.h", "protos/run_spec.pb.h",
             "storage/database.h", "storage/store.h"],
    "generator/spec": ["<google/protobuf/text_format.h>", "protos/run_spec.pb.h", "protos/store.pb.h"],
    "inference/remote": ["base/log.h", "base/rng.h", "protos/run_spec.pb.h"],
    "pipelines/cli": ["<iostream>", "pipelines/core/run_status.h", "pipelines/run/build.h"],
    "pipelines/coordinator": ["<map>", "base/random_bytes.h", "pipelines/rpc/coordinator_service.h"],
    "pipelines/core": ["absl/strings/match.h", "protos/coordinator.pb.h"],
    "pipelines/lease": ["storage/store.h"],
    "pipelines/metrics": ["pipelines/coordinator/api.h", "pipelines/coordinator/options.h"],
    "pipelines/report": ["base/file.h", "pipelines/report/html_writer.h"],
    "pipelines/report/diff": ["<iostream>", "base/file.h", "protos/run_spec.pb.h"],
    "pipelines/report/live": ["pipelines/coordinator/coordinator.h"],
    "pipelines/report/review": ["pipelines/report/http/page_server.h", "storage/store_view.h"],
    "pipelines/rpc": ["<grpcpp/server_builder.h>", "pipelines/coordinator/coordinator.h"],
    "pipelines/worker": ["pipelines/core/engine_factory.h"],
    "storage": ["<rocksdb/db.h>", "base/serialize.h"],
}
