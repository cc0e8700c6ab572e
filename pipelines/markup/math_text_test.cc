// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/math_text.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// Feeds "msup(mi:x mn:2)"; an element's text is behind ":".
std::string Read(absl::string_view formula, const char* const* attributes = nullptr) {
  MathText math(attributes);
  std::string name;
  for (size_t i = 0; i <= formula.size(); ++i) {
    const char c = i < formula.size() ? formula[i] : ' ';
    if (c == '(') {
      math.Start(name, nullptr);
      name.clear();
    } else if (c == ':') {
      math.Start(name, nullptr);
      const size_t end = formula.find_first_of(" )", i);
      math.Text(formula.substr(i + 1, end - i - 1));
      math.End();
      name.clear();
      i = end == absl::string_view::npos ? formula.size() : end - 1;
    } else if (c == ')') {
      math.End();
    } else if (c != ' ') {
      name.push_back(c);
    }
  }
  return math.Finish();
}

TEST(MathText, IsALine) {
  EXPECT_EQ(Read("mrow(mi:x mo:+ mn:1)"), "x+1");
  EXPECT_EQ(Read("msup(mi:x mn:2)"), "x^2");
  EXPECT_EQ(Read("mrow(mn:10 msup(mi:x mrow(mo:- mn:8)))"), "10x^(-8)");
  EXPECT_EQ(Read("mfrac(mrow(mi:a mo:+ mi:b) mn:2)"), "(a+b)/2");
  EXPECT_EQ(Read("mrow(mn:2 mfrac(mn:1 mn:3))"), "2 1/3");
  EXPECT_EQ(Read("mrow(msup(mi:x mn:2) mn:3 mi:y)"), "x^2 3y");
  EXPECT_EQ(Read("mrow(msup(mi:x mn:2) mo:+ mfrac(mn:1 mn:3))"), "x^2+1/3");
  EXPECT_EQ(Read("msup(msub(mi:x mn:1) mn:2)"), "x_1^2");
  EXPECT_EQ(Read("msubsup(mo:S mn:0 mi:n)"), "S_0^n");
  EXPECT_EQ(Read("msqrt(mi:x)"), "\xe2\x88\x9ax");
  EXPECT_EQ(Read("mtable(mtr(mtd(mn:1) mtd(mn:2)) mtr(mtd(mn:3) mtd(mn:4)))"), "1 2; 3 4");
  EXPECT_EQ(Read(""), "");
}

TEST(MathText, IsTheTexThatItHas) {
  const char* const alternative[] = {"display", "block", "alttext", "x^{2}", nullptr};
  EXPECT_EQ(Read("msup(mi:x mn:2)", alternative), "$x^{2}$");
  const char* const wiki[] = {"alttext", "{\\displaystyle x_{i}}", nullptr};
  EXPECT_EQ(Read("mi:x", wiki), "$x_{i}$");
  MathText math(nullptr);
  math.Start("semantics", nullptr);
  math.Start("mi", nullptr);
  math.Text("x");
  math.End();
  const char* const tex[] = {"encoding", "application/x-tex", nullptr};
  math.Start("annotation", tex);
  math.Text(" \\chi ");
  math.End();
  const char* const other[] = {"encoding", "application/x-maple", nullptr};
  math.Start("annotation", other);
  math.Text("chi()");
  math.End();
  math.End();
  EXPECT_EQ(math.Finish(), "$\\chi$");
}

TEST(MathText, EndsWithoutStartsDoNoHarm) {
  MathText math(nullptr);
  math.End();
  math.Text("x");
  EXPECT_EQ(math.Finish(), "x");
}

}  // namespace
}  // namespace quipu::pipelines
