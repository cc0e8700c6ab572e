# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Where 64-bit ARM's libraries are: a folder of the workspace, as a path."""

def _arm64_root_impl(ctx):
    workspace = ctx.path(Label("@//:WORKSPACE")).dirname
    ctx.file("BUILD.bazel", "")
    ctx.file("path.bzl", "ARM64_ROOT = {}\n".format(
        repr("{}/{}".format(workspace, ctx.attr.path)),
    ))

arm64_root = repository_rule(
    implementation = _arm64_root_impl,
    attrs = {
        "path": attr.string(
            mandatory = True,
            doc = "The folder, from the workspace's root. It need not be there unless something is compiled with it.",
        ),
    },
    doc = "Makes @name//:path.bzl, which defines ARM64_ROOT.",
    local = True,
)
