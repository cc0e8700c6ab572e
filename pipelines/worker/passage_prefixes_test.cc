// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/passage_prefixes.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;

struct CountedPrefix : inference::Prefix {
  explicit CountedPrefix(int* alive_now) : alive(alive_now) { ++*alive; }
  ~CountedPrefix() override { --*alive; }
  int num_tokens() const override { return 1; }
  int* alive;
};

class PassagePrefixesTest : public ::testing::Test {
 protected:
  PassagePrefixes::Open Opener() {
    return [this](const std::string& passage, PassagePrefixes::Opened opened) {
      asked_.push_back(passage);
      opened_.push_back(std::move(opened));
    };
  }
  void Get(const std::string& passage, const std::string& name) {
    prefixes_.Get(passage, Opener(), [this, name](const auto& prefix) {
      told_.push_back(name + (prefix.ok() ? "" : " refused"));
      EXPECT_TRUE(!prefix.ok() || *prefix != nullptr);
    });
  }

  int alive_ = 0;
  std::vector<std::string> asked_;
  std::vector<PassagePrefixes::Opened> opened_;
  std::vector<std::string> told_;
  PassagePrefixes prefixes_;
};

TEST_F(PassagePrefixesTest, OpensAPassageOnceForAllThatAsk) {
  Get("a", "first");
  Get("a", "second");
  Get("b", "third");
  EXPECT_THAT(asked_, ElementsAre("a", "b"));
  EXPECT_TRUE(told_.empty());

  opened_[0](std::make_unique<CountedPrefix>(&alive_));
  EXPECT_THAT(told_, ElementsAre("first", "second"));
  Get("a", "late");

  EXPECT_THAT(told_, ElementsAre("first", "second", "late"));
  EXPECT_EQ(asked_.size(), 2u);
  opened_[1](std::make_unique<CountedPrefix>(&alive_));
  EXPECT_EQ(told_.back(), "third");
}

TEST_F(PassagePrefixesTest, TellsAllOfARefusal) {
  Get("a", "first");
  Get("a", "second");
  opened_[0](absl::ResourceExhaustedError("too long"));
  Get("a", "late");
  EXPECT_THAT(told_, ElementsAre("first refused", "second refused", "late refused"));
}

TEST_F(PassagePrefixesTest, DropsOthersButNotWhatIsBeingOpened) {
  Get("a", "a");
  Get("b", "b");
  Get("c", "c");
  opened_[0](std::make_unique<CountedPrefix>(&alive_));
  opened_[1](std::make_unique<CountedPrefix>(&alive_));
  ASSERT_EQ(alive_, 2);

  prefixes_.DropOthers("b");

  EXPECT_EQ(alive_, 1);
  opened_[2](std::make_unique<CountedPrefix>(&alive_));
  EXPECT_THAT(told_, ElementsAre("a", "b", "c"));
  Get("b", "b again");
  EXPECT_EQ(asked_.size(), 3u);
  Get("a", "a again");
  EXPECT_EQ(asked_.size(), 4u);
  opened_[3](absl::CancelledError("stopped"));
}

}  // namespace
}  // namespace quipu::pipelines
