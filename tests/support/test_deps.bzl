# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Dependencies that tests in several folders have in common."""

# Of tests that disturb a program at random moments, from a seed.
DISTURBING_TEST_DEPS = [
    "//base:fingerprint",
    "//base:rng",
    "//tests/support:random",
    "//tests/support:status_matchers",
    "//third_party:absl",
    "//third_party:gtest_main",
]
