# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""A repository rule that wraps system libraries found by pkg-config."""

def _query(ctx, option):
    result = ctx.execute(["pkg-config", option] + ctx.attr.packages)
    if result.return_code != 0:
        fail("pkg-config {} {}: {}(run tools/setup.sh, which installs what is missing)".format(
            option,
            " ".join(ctx.attr.packages),
            result.stderr,
        ))
    return [flag for flag in result.stdout.replace("\n", " ").split(" ") if flag]

def _pkg_config_impl(ctx):
    if ctx.which("pkg-config") == None:
        fail("pkg-config is not installed (run tools/setup.sh, which installs what is missing)")

    defines = []
    copts = []
    for flag in _query(ctx, "--cflags"):
        if flag.startswith("-D"):
            defines.append(flag[2:])
        elif flag.startswith("-I/usr/include"):
            pass  # A multiarch system directory: searched anyway.
        elif flag == "-pthread":
            copts.append(flag)
        else:
            fail("pkg-config {}: compiler flag {} is not handled".format(
                " ".join(ctx.attr.packages),
                flag,
            ))

    # Shared libraries need no repetition to resolve cycles, and Abseil's lists
    # are mostly repetition.
    linkopts = []
    for flag in _query(ctx, "--libs"):
        if flag not in linkopts:
            linkopts.append(flag)
    if linkopts:
        # Bazel's toolchain says --no-as-needed, which would load every
        # library of a list into every binary.
        linkopts = ["-Wl,--as-needed"] + linkopts

    ctx.file("BUILD.bazel", """
cc_library(
    name = "library",
    defines = {defines},
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
""".format(
        defines = repr(defines),
        linkopts = repr(linkopts + copts),
    ))

pkg_config = repository_rule(
    implementation = _pkg_config_impl,
    attrs = {
        "packages": attr.string_list(
            mandatory = True,
            doc = "pkg-config package names; the target is the sum of them.",
        ),
    },
    doc = "Makes @name//:library out of system libraries. Headers are found on the system include path.",
    environ = ["PKG_CONFIG_PATH"],
    local = True,
)
