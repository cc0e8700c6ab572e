// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A test's own directory, removed with the object.
//
//   TempDir dir;
//   ASSERT_OK(WriteFileAtomic(dir.Path("spec.txt"), "..."));
#ifndef QUIPU_TESTS_SUPPORT_TEMP_DIR_H_
#define QUIPU_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::testing {

class TempDir {
 public:
  enum class Length {
    kUsual,
    // Always below /tmp: a unix socket's path may have 107 bytes, and
    // TEST_TMPDIR is longer on some machines.
    kShort,
  };
  // Creates a new empty directory below TEST_TMPDIR, TMPDIR or /tmp.
  explicit TempDir(Length length = Length::kUsual);
  // Removes it with its contents.
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // Returns the path of `name` inside it.
  std::string Path(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TEMP_DIR_H_
