# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Apache Arrow, which tools/fetch_arrow.py unpacks: in a folder, or absent."""

_PRESENT = """
# Only for this machine's processor.
config_setting(
    name = "present",
    values = {{"cpu": "{cpu}"}},
    visibility = ["//visibility:public"],
)

cc_library(
    name = "library",
    hdrs = glob(["include/**"]),
    includes = ["include"],
    # The second path is that of the packages (tools/package.sh).
    linkopts = [
        "-Wl,--as-needed",
        "-L{lib}",
        "-l:{parquet}",
        "-l:{arrow}",
        "-Wl,-rpath,{lib}",
        "-Wl,-rpath,$$ORIGIN/../lib/quipu",
    ],
    visibility = ["//visibility:public"],
)
"""

_ABSENT = """
config_setting(
    name = "present",
    values = {"define": "arrow=never"},
    visibility = ["//visibility:public"],
)

cc_library(
    name = "library",
    visibility = ["//visibility:public"],
)
"""

def _find(folder, prefix):
    """The file in `folder` whose name begins with `prefix`."""
    for path in folder.readdir():
        if path.basename.startswith(prefix):
            return path.basename
    fail("{} has no {}* (run tools/setup.sh, which fetches what is missing)".format(folder, prefix))

def _arrow_impl(ctx):
    workspace = ctx.path(Label("@//:WORKSPACE")).dirname
    folder = ctx.os.environ.get("QUIPU_ARROW_DIR", "")
    if not folder:
        folder = "{}/{}".format(workspace, ctx.attr.path)
    if not ctx.path(folder + "/version").exists:
        ctx.file("BUILD.bazel", _ABSENT)
        return
    lib = ctx.path(folder + "/lib")
    ctx.symlink(folder + "/include", "include")
    ctx.file("BUILD.bazel", _PRESENT.format(
        arrow = _find(lib, "libarrow.so."),
        cpu = "aarch64" if ctx.execute(["uname", "-m"]).stdout.strip() == "aarch64" else "k8",
        lib = lib,
        parquet = _find(lib, "libparquet.so."),
    ))

arrow = repository_rule(
    implementation = _arrow_impl,
    attrs = {
        "path": attr.string(
            mandatory = True,
            doc = "The folder, from the workspace's root; the environment variable QUIPU_ARROW_DIR comes first.",
        ),
    },
    doc = "Makes @name//:library, which is empty without Arrow, and the condition @name//:present.",
    environ = ["QUIPU_ARROW_DIR"],
    local = True,
)
