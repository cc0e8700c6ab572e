// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The bytes of a protobuf message, identical for equal messages: for storing,
// hashing and comparing.
//
//   builder.Add(SerializeDeterministic(spec));
//
// Maps are written in key order. Pure function.
#ifndef QUIPU_BASE_SERIALIZE_H_
#define QUIPU_BASE_SERIALIZE_H_

#include <string>

#include "google/protobuf/message_lite.h"

namespace quipu {

// REQUIRES: the message has less than 2 GiB of bytes.
std::string SerializeDeterministic(const google::protobuf::MessageLite& message);

}  // namespace quipu

#endif  // QUIPU_BASE_SERIALIZE_H_
