// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/serialize.h"

#include "base/log.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace quipu {

std::string SerializeDeterministic(const google::protobuf::MessageLite& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  QUIPU_CHECK(message.SerializeToCodedStream(&coded)) << "message of 2 GiB or more";
  coded.Trim();
  return bytes;
}

}  // namespace quipu
