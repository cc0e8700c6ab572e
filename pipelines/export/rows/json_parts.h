// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parts of rows that several files write.
//
//   WriteMessages("prompt", messages, 0, 2, &json);
//   // "prompt":[{"role":"user","content":"..."},...]
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_JSON_PARTS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_JSON_PARTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "base/json_writer.h"
#include "inference/text/chat_template.h"

namespace quipu::pipelines {

// A list of the messages [begin, end), with the keys role and content.
inline void WriteMessages(absl::string_view key, const std::vector<inference::Message>& messages,
                          size_t begin, size_t end, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (size_t i = begin; i < end; ++i) {
    json->BeginObject();
    json->Key("role").String(inference::RoleName(messages[i].role));
    json->Key("content").String(messages[i].content);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_JSON_PARTS_H_
