// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/list_numbers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// The numbers of `count` items of a list with these attributes, joined.
std::string Numbers(std::vector<const char*> attributes, int count, const char* name = "ol") {
  attributes.push_back(nullptr);
  ListNumbers lists;
  lists.BeginList(HtmlListStyle(name, attributes.data()));
  std::string all;
  for (int i = 0; i < count; ++i) absl::StrAppend(&all, lists.NextItem(std::nullopt), " ");
  return all;
}

ListStyle Numbered(int64_t first, char digits = '1', char end = '.') {
  ListStyle style;
  style.numbered = true;
  style.first = first;
  style.digits = digits;
  style.end = end;
  return style;
}

TEST(ListNumbers, CountsFromWhereTheListBegins) {
  EXPECT_EQ(Numbers({}, 3), "1. 2. 3. ");
  EXPECT_EQ(Numbers({"start", "9"}, 2), "9. 10. ");
  EXPECT_EQ(Numbers({"start", "-1"}, 3), "-1. 0. 1. ");
  EXPECT_EQ(Numbers({"start", "2", "reversed", nullptr}, 2), "2. 1. ");
  for (const char* bad : {"", "x", "1.5", "99999999999", "-99999999999"}) {
    EXPECT_EQ(Numbers({"start", bad}, 1), "1. ") << bad;
  }
  EXPECT_EQ(Numbers({"start", "2147483647"}, 2), "2147483647. 2147483648. ");
  EXPECT_EQ(Numbers({"start", nullptr}, 1), "1. ");
}

TEST(ListNumbers, WritesTheKindOfDigitsThatTheListSays) {
  EXPECT_EQ(Numbers({"type", "a", "start", "26"}, 2), "z. aa. ");
  EXPECT_EQ(Numbers({"type", "A", "start", "702"}, 2), "ZZ. AAA. ");
  EXPECT_EQ(Numbers({"type", "i", "start", "3"}, 3), "iii. iv. v. ");
  EXPECT_EQ(Numbers({"type", "I", "start", "3999"}, 2), "MMMCMXCIX. 4000. ");
  EXPECT_EQ(Numbers({"type", "a", "start", "0"}, 2), "0. a. ");
  EXPECT_EQ(Numbers({"type", "circle"}, 1), "1. ");
  EXPECT_EQ(Numbers({"style", "color: red; List-Style-Type: lower-roman"}, 2), "i. ii. ");
  EXPECT_EQ(Numbers({"style", "list-style: upper-alpha inside"}, 1), "A. ");
}

TEST(ListNumbers, ListsThatShowNoNumberHaveNone) {
  EXPECT_EQ(Numbers({}, 2, "ul"), "  ");
  EXPECT_EQ(Numbers({"reversed", ""}, 1), " ");
  EXPECT_EQ(Numbers({"style", "list-style:none"}, 1), " ");
  EXPECT_EQ(Numbers({"class", "small References"}, 1), " ");
  EXPECT_EQ(Numbers({"role", "list"}, 1), " ");
  EXPECT_EQ(Numbers({"class", "steps"}, 1), "1. ");
}

TEST(ListNumbers, ItemsMaySayTheirNumber) {
  const char* const five[] = {"value", "5", nullptr};
  const char* const bad[] = {"value", "five", nullptr};
  EXPECT_EQ(HtmlItemValue(five), std::optional<int64_t>(5));
  EXPECT_EQ(HtmlItemValue(bad), std::nullopt);
  EXPECT_EQ(HtmlItemValue(nullptr), std::nullopt);
  ListNumbers lists;
  lists.BeginList(Numbered(1));
  EXPECT_EQ(lists.NextItem(5), "5.");
  EXPECT_EQ(lists.NextItem(std::nullopt), "6.");
}

TEST(ListNumbers, ListsWithinListsCountForThemselves) {
  ListNumbers lists;
  EXPECT_EQ(lists.NextItem(std::nullopt), "");
  lists.EndList();
  lists.BeginList(Numbered(3, '1', ')'));
  EXPECT_EQ(lists.NextItem(std::nullopt), "3)");
  lists.BeginList(ListStyle());
  EXPECT_EQ(lists.NextItem(std::nullopt), "");
  lists.BeginList(Numbered(1, 'a'));
  EXPECT_EQ(lists.NextItem(std::nullopt), "a.");
  lists.EndList();
  lists.EndList();
  EXPECT_EQ(lists.NextItem(std::nullopt), "4)");
}

}  // namespace
}  // namespace quipu::pipelines
