// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/engine_choices.h"

#include <google/protobuf/unknown_field_set.h>

#include <string>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using v1::EngineSpec;

// A spec as an older version stored it.
EngineSpec OldSpec(int number, const std::string& text) {
  google::protobuf::UnknownFieldSet fields;
  fields.AddLengthDelimited(number, text);
  std::string bytes;
  EXPECT_TRUE(fields.SerializeToString(&bytes));
  EngineSpec engine;
  EXPECT_TRUE(engine.ParseFromString(bytes));
  return engine;
}

TEST(NameOf, HasADifferentNameForEachChoice) {
  EXPECT_EQ(NameOf(EngineSpec::AUTO), "auto");
  EXPECT_EQ(NameOf(EngineSpec::FROM_FILE), "");
  EXPECT_EQ(NameOf(EngineSpec::NO_SCALING), "none");
  EXPECT_EQ(NameOf(EngineSpec::F16), "f16");
  EXPECT_EQ(NameOf(EngineSpec::UNGUIDED), "none");
  EXPECT_EQ(NameOf(EngineSpec::LLAMA_CPP), "llama.cpp");
  // A choice that is added without a name has that of nothing.
  for (int i = EngineSpec::Math_MIN; i <= EngineSpec::Math_MAX; ++i) {
    EXPECT_NE(NameOf(static_cast<EngineSpec::Math>(i)), "");
  }
  for (int i = EngineSpec::RopeScaling_MIN + 1; i <= EngineSpec::RopeScaling_MAX; ++i) {
    EXPECT_NE(NameOf(static_cast<EngineSpec::RopeScaling>(i)), "");
  }
  for (int i = EngineSpec::KvType_MIN; i <= EngineSpec::KvType_MAX; ++i) {
    EXPECT_NE(NameOf(static_cast<EngineSpec::KvType>(i)), "");
  }
  for (int i = EngineSpec::StructuredOutput_MIN; i <= EngineSpec::StructuredOutput_MAX; ++i) {
    EXPECT_NE(NameOf(static_cast<EngineSpec::StructuredOutput>(i)), "");
  }
}

TEST(AdoptOldChoices, ReadsWhatOlderVersionsStored) {
  EngineSpec engine = OldSpec(4, "int8");
  AdoptOldChoices(&engine);
  EXPECT_EQ(engine.math(), EngineSpec::INT8);
  EXPECT_TRUE(engine.unknown_fields().empty());

  engine = OldSpec(7, "yarn");
  AdoptOldChoices(&engine);
  EXPECT_EQ(engine.rope_scaling(), EngineSpec::YARN);

  engine = OldSpec(9, "q8");
  AdoptOldChoices(&engine);
  EXPECT_EQ(engine.kv_type(), EngineSpec::Q8);

  engine = OldSpec(14, "none");
  AdoptOldChoices(&engine);
  EXPECT_EQ(engine.structured_output(), EngineSpec::UNGUIDED);
}

TEST(AdoptOldChoices, LeavesWhatItDoesNotKnow) {
  EngineSpec engine = OldSpec(9, "q3");

  AdoptOldChoices(&engine);

  EXPECT_FALSE(engine.has_kv_type());
  EXPECT_FALSE(engine.unknown_fields().empty());
}

}  // namespace
}  // namespace quipu::generator
