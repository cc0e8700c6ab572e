#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Which lines of the parsers the fuzz targets reach, as gcov counts them.

    tests/fuzz/coverage.py                  # a table by file
    tests/fuzz/coverage.py --lines          # and the lines that nothing reaches
    tests/fuzz/coverage.py --targets-only   # without unit tests

First what `replay_test` reaches (seeds, mutations of them from seed 1, kept inputs), then
the same with the files' own unit tests (a/b.cc: //a:b_test, //a:b_*_test and EXTRA_TESTS): a
file that cannot be read, or a record that is written, is not in a target's bytes. Exit status:
0 if both together reach 95 % of the lines of each file; 1 if not, or if a test fails.

Only the parsers are compiled to count, without optimisation; everything else is as in a usual
build, so a shared disk cache has it. The build has an output folder of its own,
.cache/fuzz/coverage or QUIPU_COVERAGE_OUTPUT_BASE. Needs nothing but GCC.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "fuzz"
BASE = pathlib.Path(os.environ.get("QUIPU_COVERAGE_OUTPUT_BASE", CACHE / "coverage"))
REPLAY = "//tests/fuzz:replay_test"
LEAST = 0.95

# Unit tests that are not named for the file they test.
EXTRA_TESTS = {
    "generator/spec/run_spec.cc": ["//generator/spec:run_id_test"],
    "pipelines/ingest/object_parser.cc": [
        f"//pipelines/ingest:{name}_test"
        for name in ("json_lines", "record_files", "table_record_reader")
    ],
    "pipelines/ingest/row_shape.cc": ["//pipelines/ingest:row_shapes_test"],
    "pipelines/ingest/short_row_parser.cc": ["//pipelines/ingest:row_shapes_test"],
}

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
        f"pipelines/ingest/{name}.cc"
        for name in (
            "chat_message lost_fields rewritten_row row_fields row_lists row_shape short_row_parser"
        ).split()
    ],
    "file": ["pipelines/ingest/document_filter.cc", "pipelines/ingest/file_kind.cc"],
    "warc": ["pipelines/ingest/warc_*.cc"],
    "text": ["base/utf8.cc", "generator/text/normalize.cc"],
    "compressed": ["pipelines/ingest/byte_source.cc", "pipelines/ingest/decompress*.cc"],
    "html": ["pipelines/markup/html_text.cc", "pipelines/markup/html_elements.cc", "pipelines/markup/indices.cc",
             "pipelines/markup/list_numbers.cc", "pipelines/markup/table_cells.cc",
             "pipelines/markup/math_text.cc", "pipelines/markup/text_blocks.cc"],
    "markdown": ["pipelines/markup/markdown_scan.cc", "pipelines/markup/markdown_text.cc"],
    "epub": ["pipelines/markup/epub_text.cc", "pipelines/markup/zip_archive.cc"],
    "spec": ["generator/spec/run_spec.cc", "generator/spec/run_spec_validation.cc"],
    "response": ["generator/prompts/response_parser.cc"],
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
    ],
    "rpc": ["pipelines/rpc/coordinator_service.cc"],
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
    command = ["bazel", f"--output_base={BASE}", *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, text=True, **options)


def unit_tests(files):
    """The labels of the files' own unit tests."""
    packages = sorted({os.path.dirname(name) for name in files})
    tests = " + ".join(f"tests(//{package}:all)" for package in packages)
    labels = bazel("query", tests, stdout=subprocess.PIPE).stdout.split()
    found = set()
    for name in files:
        path = pathlib.Path(name)
        own = re.compile(rf"//{path.parent}:{path.stem}_(.*_)?test")
        found.update(label for label in labels if own.fullmatch(label))
        found.update(EXTRA_TESTS.get(name, []))
    return sorted(found)


class Coverage:
    """What tests reach, by file and line: counts["a/b.cc"][7]."""

    def __init__(self):
        self.counts = {}

    def read(self, folder):
        """Adds what `run` has left in the folder."""
        for data in folder.rglob("*.gcda"):
            notes = BASE / "execroot" / "quipu" / data.relative_to(folder).with_suffix(".gcno")
            shutil.copy(notes, data.with_suffix(".gcno"))
            command = ["gcov", "--json-format", "--stdout", data.name]
            report = subprocess.run(command, cwd=data.parent, check=True, stdout=subprocess.PIPE).stdout
            for entry in json.loads(report)["files"]:
                self._add(entry["file"].replace("/proc/self/cwd/", "", 1), entry["lines"])

    def _add(self, name, lines):
        if not (ROOT / name).is_file():
            return  # A header of a library.
        text = (ROOT / name).read_text().split("\n")
        counts = self.counts.setdefault(name, {})
        for line in lines:
            number = line["line_number"]
            # A brace alone has code for exceptions, which nothing throws.
            if re.search(r"\w", text[number - 1]):
                counts[number] = max(counts.get(number, 0), line["count"])

    def lines(self, name):
        return set(self.counts.get(name, {}))

    def reached(self, name):
        return {line for line, count in self.counts.get(name, {}).items() if count > 0}


def build_id():
    """Of this output folder: the compiler leaves its notes (.gcno) beside an object that it makes,
    and an object from a shared cache would have none."""
    path = BASE / "quipu_coverage_id"
    if not path.exists():
        BASE.mkdir(parents=True, exist_ok=True)
        path.write_text(uuid.uuid4().hex)
    return path.read_text()


def build_options(files):
    """Of Bazel: these files count which of their lines are reached."""
    counted = "|".join(re.escape(name) for name in files)
    options = f"--coverage,-O0,-U_FORTIFY_SOURCE,-Wno-error,-DQUIPU_COVERAGE_ID={build_id()}"
    return [f"--per_file_copt=^({counted})$@{options}", "--linkopt=--coverage", "--symlink_prefix=/"]


def run(labels, options, folder):
    """Runs the tests; what they reach is then in the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bazel(
        "test",
        *options,
        "--nocache_test_results",
        "--test_env=QUIPU_TEST_SEED=1",
        # Bazel compiles in /proc/self/cwd.
        f"--test_env=GCOV_PREFIX={folder}",
        "--test_env=GCOV_PREFIX_STRIP=3",
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
    names = [name for _, name in files]
    units = [] if options.targets_only else unit_tests(names)
    bazel("build", *build_options(names), REPLAY, *units)
    replay, everything = Coverage(), Coverage()
    run([REPLAY], build_options(names), CACHE / "profiles" / "replay")
    replay.read(CACHE / "profiles" / "replay")
    everything.read(CACHE / "profiles" / "replay")
    if units:
        run(units, build_options(names), CACHE / "profiles" / "units")
        everything.read(CACHE / "profiles" / "units")
    low = print_table(files, replay, everything)
    if options.lines:
        print_lines(files, replay, everything)
    for name in low:
        print(f"below {LEAST:.0%}: {name}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
