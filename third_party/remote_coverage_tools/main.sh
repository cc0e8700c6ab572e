#!/bin/sh
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
echo "bazel coverage is not available in this build" >&2
exit 1
