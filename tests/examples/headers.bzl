# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""The repository's own headers that some libraries are made of."""

def _own_headers_impl(ctx):
    headers = []
    for dep in ctx.attr.deps:
        for header in dep[CcInfo].compilation_context.headers.to_list():
            # Those of pipelines/tables that include Arrow are C++20.
            if header.basename.startswith("arrow_"):
                continue
            if header.is_source and header.owner.workspace_name == "":
                headers.append(header)
    return [DefaultInfo(
        files = depset(headers),
        runfiles = ctx.runfiles(files = headers),
    )]

own_headers = rule(
    implementation = _own_headers_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
)
