# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0

"""For what sets a handler of failpoints: --config=release has none."""

# As target_compatible_with: Bazel skips such a target there, and names it.
NEEDS_FAILPOINTS = select({
    "//base:release": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
