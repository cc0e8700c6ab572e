// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reads GGUF v2 and v3 model files: metadata and tensor directory,
// bounds-checked (gguf_parser.h). Tensors are mapped, not copied. The parts of a
// split file are read as one. Format: ggml's docs/gguf.md.
//
//   ASSIGN_OR_RETURN(auto gguf, GgufFile::Open("model.gguf"));
//   ASSIGN_OR_RETURN(uint64_t layers, gguf->GetUint("llama.block_count"));
//
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_GGUF_GGUF_H_
#define QUIPU_INFERENCE_GGUF_GGUF_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "inference/gguf/tensor_info.h"
#include "inference/gguf/tensor_source.h"

namespace quipu::inference {

struct GgufContents;
struct GgufValue;

class GgufFile : public TensorSource {
 public:
  ~GgufFile() override;

  // Maps and checks a file; of a split one, all parts, from the path of any.
  // Returns NOT_FOUND (naming a part that is missing), INVALID_ARGUMENT
  // (malformed: what and at which byte; parts that do not belong together), or
  // UNIMPLEMENTED (unsupported version, tensor type or byte order).
  static absl::StatusOr<std::unique_ptr<GgufFile>> Open(absl::string_view path);
  // The same for the bytes of one file, which the caller keeps alive; for tests
  // and fuzzing.
  static absl::StatusOr<std::unique_ptr<GgufFile>> Parse(absl::string_view bytes,
                                                         absl::string_view name);

  bool Has(absl::string_view key) const;
  // Typed getters: NOT_FOUND, naming the key, if it is missing;
  // INVALID_ARGUMENT if it has another type. Any integer type converts if the
  // value fits.
  absl::StatusOr<uint64_t> GetUint(absl::string_view key) const;
  absl::StatusOr<double> GetFloat(absl::string_view key) const;
  absl::StatusOr<bool> GetBool(absl::string_view key) const;
  absl::StatusOr<std::string> GetString(absl::string_view key) const;
  absl::StatusOr<std::vector<absl::string_view>> GetStrings(absl::string_view key) const;
  absl::StatusOr<std::vector<float>> GetFloats(absl::string_view key) const;
  absl::StatusOr<std::vector<int32_t>> GetInts(absl::string_view key) const;

  const std::map<std::string, TensorInfo>& tensors() const override;
  void ReleasePages(const uint8_t* data, uint64_t bytes) const override;

  // The first part's.
  const std::string& path() const override { return path_; }
  // SHA-256 of the whole file in hexadecimal, as publishers list it, or of the
  // parts' list (Sha256OfFiles): identifies the model. Computed on the first call
  // (reads everything: about 1 s per GB), then cached.
  const std::string& ContentSha256() const;

 private:
  struct Lazy;

  GgufFile();
  absl::StatusOr<const GgufValue*> Find(absl::string_view key) const;
  absl::Status WrongType(absl::string_view key, const GgufValue& value,
                         absl::string_view want) const;

  static absl::StatusOr<std::unique_ptr<GgufFile>> OpenOne(absl::string_view path);
  // 1 if the file is not split.
  absl::StatusOr<uint64_t> PartCount() const;
  absl::Status AddPart(std::unique_ptr<GgufFile> part, uint64_t number);
  absl::Status CheckPart(uint64_t number) const;

  std::string path_;
  std::unique_ptr<MappedFile> mapping_;
  absl::string_view bytes_;
  std::vector<std::unique_ptr<GgufFile>> others_;  // The parts after the first.
  std::unique_ptr<GgufContents> contents_;
  std::unique_ptr<Lazy> lazy_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_GGUF_H_
