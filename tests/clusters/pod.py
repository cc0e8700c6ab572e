# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Becomes one container of a manifest: its user, its mounts, its command.

    pod.py WORK MANIFEST KIND CONTAINER args|startupProbe|...|build [NAME=VALUE...]

`build`: `quipu build` in place of its command, for comparison.

Called by pods.sh, in a mount namespace of its own. WORK/volumes has a folder for each claim,
secret and configuration; WORK/image is the image's program and its own libraries.
"""

import os
import re
import subprocess
import sys

import yaml

WORK, MANIFEST, KIND, NAME, PART = sys.argv[1:6]
VALUES = dict(pair.split("=", 1) for pair in sys.argv[6:])


def run(*command):
    subprocess.run(command, check=True)


def source_of(volume):
    for kind, key in (("persistentVolumeClaim", "claimName"), ("secret", "secretName"),
                      ("configMap", "name")):
        if kind in volume:
            return os.path.join(WORK, "volumes", volume[kind][key])
    sys.exit(f"{MANIFEST}: volume {volume['name']} has a kind that this test does not know")


def fill(argument):
    for name in re.findall(r"\$\((\w+)\)", argument):
        if name not in VALUES:
            sys.exit(f"{MANIFEST}: $({name}) has no value")
    return re.sub(r"\$\((\w+)\)", lambda match: VALUES[match[1]], argument)


def bind(source, target, *options):
    """Mounts a file or folder at a place of the new root."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "ab"):
            pass
    run("mount", "--bind", source, target)
    if options:
        run("mount", "-o", "remount,bind," + ",".join(options), target)


def make_root():
    """An image with the system's libraries and the program, in memory."""
    root = os.path.join(WORK, f"root.{os.getpid()}")
    os.mkdir(root)
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root)
    bind("/usr", root + "/usr", "ro")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + name):
            os.symlink(os.readlink("/" + name), os.path.join(root, name))
    for name in ("hosts", "nsswitch.conf", "ld.so.cache", "passwd", "alternatives"):
        if os.path.exists("/etc/" + name):
            bind("/etc/" + name, root + "/etc/" + name, "ro")
    for name in ("null", "urandom"):
        bind("/dev/" + name, root + "/dev/" + name)
    os.mkdir(root + "/proc")
    run("mount", "-t", "proc", "proc", root + "/proc")
    bind(os.path.join(WORK, "image"), root + "/image", "ro")
    return root


with open(MANIFEST, encoding="utf-8") as file:
    objects = [o for o in yaml.safe_load_all(file) if o["kind"] == KIND]
spec = objects[0]["spec"]["template"]["spec"]
container = next(c for c in spec["containers"] if c["name"] == NAME)
if PART == "args":
    command = ["quipu"] + [fill(argument) for argument in container["args"]]
elif PART == "build":
    command = ["quipu", "build", "/etc/quipu/run.textproto"]
else:
    command = container[PART]["exec"]["command"]
if command[0] != "quipu":
    sys.exit(f"{MANIFEST}: the image has no program {command[0]}")
if "METRICS_PORT" in VALUES:  # Here all pods have one address.
    command = [re.sub(r"^0\.0\.0\.0:\d+$", "0.0.0.0:" + VALUES["METRICS_PORT"], a) for a in command]

root = make_root()
volumes = {volume["name"]: source_of(volume) for volume in spec["volumes"]}
for mount in container["volumeMounts"]:
    source = os.path.join(volumes[mount["name"]], mount.get("subPath", ""))
    bind(source.rstrip("/"), root + mount["mountPath"], *(["ro"] if mount.get("readOnly") else []))
if container["securityContext"]["readOnlyRootFilesystem"]:
    run("mount", "-o", "remount,ro", root)

os.chroot(root)
os.chdir(container.get("workingDir", "/"))
user = spec["securityContext"]
os.setgroups([user["fsGroup"]])
os.setgid(user["runAsGroup"])
os.setuid(user["runAsUser"])
os.umask(0o022)
os.execve("/image/bin/quipu", command, {"PATH": "/image/bin"})
