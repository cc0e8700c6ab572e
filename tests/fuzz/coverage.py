#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Which lines of the parsers the fuzz targets reach, as clang counts them.

    tests/fuzz/coverage.py                  # a table by file
    tests/fuzz/coverage.py --lines          # and the lines that nothing reaches
    tests/fuzz/coverage.py --targets-only   # without unit tests

First what `replay_test` reaches (seeds, mutations of them from seed 1, kept inputs), then
the same with the files' own unit tests (a/b.cc: //a:b_test): a file that cannot be read, or
a record that is written, is not in a target's bytes. Exit status: 0 if both together reach
95 % of the lines of each file; 1 if not, or if a test fails.

Needs clang, libclang-rt-14-dev and llvm-14 (Debian). The build has an output folder of its
own, .cache/fuzz/coverage or QUIPU_COVERAGE_OUTPUT_BASE.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "fuzz"
BASE = os.environ.get("QUIPU_COVERAGE_OUTPUT_BASE", str(CACHE / "coverage"))
REPLAY = "//tests/fuzz:replay_test"
LEAST = 0.95

# Target: the files of its parser. A shared file is with the first target that reaches it.
PARSERS = {
    "documents": ["base/json_parser.cc"]
    + [
        f"pipelines/ingest/{name}.cc"
        for name in (
            "json_fields json_layout json_value_reader lenient_json line_reader object_parser "
            "peek_source record_reader"
        ).split()
    ],
    "short_rows": [
        f"pipelines/ingest/{name}.cc" for name in ("chat_message", "lost_fields", "row_fields", "short_row_parser")
    ],
    "file": ["pipelines/ingest/document_filter.cc", "pipelines/ingest/file_kind.cc"],
    "warc": ["pipelines/ingest/warc_*.cc"],
    "text": ["base/utf8.cc", "generator/normalize.cc"],
    "compressed": ["pipelines/ingest/byte_source.cc", "pipelines/ingest/decompress*.cc"],
    "html": ["pipelines/markup/html_text.cc", "pipelines/markup/text_blocks.cc"],
    "markdown": ["pipelines/markup/markdown_text.cc"],
    "epub": ["pipelines/markup/epub_text.cc", "pipelines/markup/zip_archive.cc"],
    "spec": ["generator/run_spec.cc", "generator/run_spec_validation.cc"],
    "response": ["generator/response_parser.cc"],
    "gguf": [
        "inference/gguf/gguf.cc",
        "inference/gguf/gguf_parser.cc",
        "inference/gguf/tensor_type.cc",
        "inference/text/gguf_tokenizer.cc",
        "inference/text/vocabulary*.cc",
        "inference/text/bpe_*.cc",
        "inference/text/spm_tokenizer.cc",
    ],
    "safetensors": ["inference/huggingface/safetensors.cc"],
    "model_config": [
        f"inference/huggingface/{name}.cc"
        for name in ("config_object", "rope_config", "transformer_config")
    ],
    "tokenizer_json": [
        "inference/text/hf/json_components.cc",
        "inference/text/hf/json_file.cc",
        "inference/text/hf/tokenizer_json.cc",
        "inference/text/normalizer.cc",
        "inference/text/onig_pattern.cc",
        "inference/text/pretokenizer.cc",
    ],
    "sentencepiece": ["inference/text/hf/sentencepiece_file.cc"],
    "model_directory": [
        "inference/huggingface/model_directory.cc",
        "inference/text/hf/model_config.cc",
        "inference/text/hf/model_text.cc",
        "inference/text/hf/rank_vocabularies.cc",
    ],
    "chat_template": [
        "inference/text/chat_template.cc",
        "inference/text/jinja_chat.cc",
        "inference/text/template_*.cc",
        "inference/text/jinja/*.cc",
    ],
    "record": ["storage/record.cc"],
    "key": ["storage/keys.cc"],
    "run_state": ["storage/high_water.cc"],
    "ticket": ["pipelines/coordinator/lease_ticket.cc"],
    "http_reply": [
        f"inference/remote/{name}.cc"
        for name in ("call_attempt", "openai_errors", "openai_protocol", "reply_pattern")
    ],
    "coordinator": [
        f"pipelines/coordinator/{name}.cc"
        for name in ("coordinator", "request_checks", "session_table", "submit_check")
    ]
    + ["pipelines/rpc/coordinator_service.cc"],
}


def sources():
    """[(target, file)], each file once."""
    found = {}
    for target, patterns in PARSERS.items():
        for pattern in patterns:
            paths = [path for path in sorted(ROOT.glob(pattern)) if not path.name.endswith("_test.cc")]
            if not paths:
                sys.exit(f"coverage.py: no file is named {pattern}")
            for path in paths:
                found.setdefault(str(path.relative_to(ROOT)), target)
    return [(target, name) for name, target in found.items()]


def bazel(*arguments, **options):
    environment = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"}
    environment["CC"] = "clang"
    command = ["bazel", f"--output_base={BASE}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, text=True, **options)


def unit_tests(files):
    """The labels of the files' own unit tests."""
    wanted = {f"//{os.path.dirname(name)}:{pathlib.Path(name).stem}_test" for name in files}
    packages = sorted({label.split(":")[0] for label in wanted})
    query = " + ".join(f"tests({package}:all)" for package in packages)
    return sorted(wanted & set(bazel("query", query, stdout=subprocess.PIPE).stdout.split()))


class Coverage:
    """What some tests reach, by their profiles in these folders: counts[file][line]."""

    def __init__(self, labels, folders):
        self.counts = {}
        raw = [str(path) for folder in folders for path in folder.glob("*.profraw")]
        merged = str(folders[-1] / "merged.profdata")
        subprocess.run([tool("llvm-profdata"), "merge", "-sparse", "-o", merged, *raw], check=True)
        first, *others = [f"{bin_folder()}/{label[2:].replace(':', '/')}" for label in labels]
        command = [tool("llvm-cov"), "export", "-format=lcov", f"-instr-profile={merged}", first]
        for binary in others:
            command += ["-object", binary]
        self._read(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout)

    def _read(self, lcov):
        lines = {}
        for entry in lcov.splitlines():
            if entry.startswith("SF:"):
                # Bazel compiles in /proc/self/cwd.
                lines = self.counts.setdefault(entry[3:].replace("/proc/self/cwd/", "", 1), {})
            elif entry.startswith("DA:"):
                number, count = map(int, entry[3:].split(",")[:2])
                lines[number] = max(lines.get(number, 0), count)

    def lines(self, name):
        return set(self.counts.get(name, {}))

    def reached(self, name):
        return {line for line, count in self.counts.get(name, {}).items() if count > 0}


def tool(name):
    """Debian has the version in the name, and clang's own must be the same."""
    found = shutil.which(f"{name}-14") or shutil.which(name)
    return found or sys.exit(f"coverage.py: no {name}: apt-get install clang libclang-rt-14-dev llvm-14")


def bin_folder():
    output = bazel("info", "--config=coverage_fuzz", "bazel-bin", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return output.stdout.strip()


def run(labels, folder):
    """Builds and runs the tests; each process writes its profile into the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bazel(
        "test",
        "--config=coverage_fuzz",
        "--symlink_prefix=/",
        "--nocache_test_results",
        "--test_env=QUIPU_TEST_SEED=1",
        f"--test_env=LLVM_PROFILE_FILE={folder}/%m-%p.profraw",
        *labels,
    )


def ranges(numbers):
    """[3, 4, 5, 9] as "3-5, 9"."""
    parts = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def print_table(files, replay, everything):
    """Returns the files below the goal; a file that no test is linked with is one."""
    low = []
    total = [0, 0, 0]
    print("| target | file | lines | replay | with unit tests |\n|---|---|---|---|---|")
    for target, name in files:
        counts = [len(everything.lines(name)), len(replay.reached(name)), len(everything.reached(name))]
        if counts[2] < LEAST * counts[0] or counts[0] == 0:
            low.append(name)
        total = [sum(pair) for pair in zip(total, counts)]
        print(f"| `{target}` | `{name}` | {shares(counts)} |")
    print(f"| all | | {shares(total)} |")
    return low


def shares(counts):
    lines, by_replay, by_all = counts
    return f"{lines} | {by_replay / max(lines, 1):.1%} | {by_all / max(lines, 1):.1%}"


def print_lines(files, replay, everything):
    for _, name in files:
        lines = everything.lines(name)
        print(f"{name}: replay misses {ranges(lines - replay.reached(name)) or 'nothing'}; "
              f"all miss {ranges(lines - everything.reached(name)) or 'nothing'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--targets-only", action="store_true")
    options = parser.parse_args()
    files = sources()
    folders = [CACHE / "profiles" / "replay"]
    run([REPLAY], folders[0])
    replay = everything = Coverage([REPLAY], folders)
    if not options.targets_only:
        units = unit_tests([name for _, name in files])
        folders.append(CACHE / "profiles" / "units")
        run(units, folders[1])
        everything = Coverage([REPLAY, *units], folders)
    low = print_table(files, replay, everything)
    if options.lines:
        print_lines(files, replay, everything)
    for name in low:
        print(f"below {LEAST:.0%}: {name}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
