// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A formula of a page (MathML) as text: the TeX that it was made from, if it has that, else its
// characters in a line, "(a+b)/2", "x^2". Without it a sentence would have a hole.
//
//   MathText math(attributes);  // Of <math>.
//   math.Start("mi", nullptr);
//   math.Text("x");
//   math.End();
//   Use(math.Finish());  // "x"; "$x^{2}$" if it is TeX.
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_MATH_TEXT_H_
#define QUIPU_PIPELINES_MARKUP_MATH_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

class MathText {
 public:
  // `attributes`: names and values in turn, the last NULL, as in HtmlEvents::Start; may be NULL.
  explicit MathText(const char* const* attributes);

  // What is inside of <math>, in order; each Start has its End.
  void Start(absl::string_view name, const char* const* attributes);
  void Text(absl::string_view text);
  void End();

  // The formula; empty if it has no text.
  std::string Finish() const;

 private:
  struct Element {
    std::string name;
    int children = 0;
    bool group = false;  // Has a bracket to close.
  };

  void Append(absl::string_view text);

  std::vector<Element> open_;
  std::string line_;
  std::string tex_;
  bool in_tex_ = false;
  bool gap_ = false;  // Whether letters and digits that follow are something else.
  int annotations_ = 0;
};

// "$x$", without what Wikipedia puts around its formulas.
std::string TexInDollars(absl::string_view tex);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_MATH_TEXT_H_
