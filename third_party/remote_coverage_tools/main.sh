#!/bin/sh
echo "bazel coverage is not available in this build" >&2
exit 1
