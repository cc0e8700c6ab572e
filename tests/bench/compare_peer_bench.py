#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares engine_bench with the benchmarks of llama.cpp or ik_llama.cpp that you have built.

Runs their llama-bench and llama-batched-bench and quipu's engine_bench in turns on the
same file and prints medians and ratios; above 1, quipu is faster. The last line is one
JSON object. It builds nothing. Not part of any test.

    bazel build //tests/bench:engine_bench
    tests/bench/compare_peer_bench.py MODEL.gguf --peer-bench DIR/llama-bench [--rounds 5]

prefill: one prompt of each of --prompts tokens. decode: 64 sequences on one prefix of
1,024 tokens, 32 steps; llama-batched-bench is searched beside llama-bench. Before the
rounds the peer runs once with each of its settings (flash attention; weights repacked at
load, which only ik_llama.cpp has), and its best one is compared.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

SEQUENCES, PREFIX, STEPS = 64, 1024, 32
LONG = 4096


def fail(message):
    sys.exit(f"compare_peer_bench.py: {message}")


def run(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace")
    except OSError as error:
        fail(f"{command[0]} does not start: {error.strerror}")


def output_of(command, log=False):
    """Its standard output, and its log too if `log`; ends the program with its last words if it
    fails."""
    done = run(command)
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        fail(f"{' '.join(command)}: status {done.returncode}: {' / '.join(words)}")
    return done.stdout + done.stderr if log else done.stdout


def executable(path, option):
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        fail(f"{option} {path}: no such program")
    return os.path.abspath(path)


def knows(program, option):
    """Whether its help has `option`; some return an error after printing it."""
    done = run([program, "--help"])
    return option in done.stdout + done.stderr


def settings_of(program, values):
    """Each combination of options to try, as lists of arguments."""
    flash = [["-fa", value] for value in values]
    if not knows(program, "-rtr"):
        return flash
    repack = ["-rtr", "1"] if len(values[0]) == 1 else ["-rtr"]
    return flash + [setting + repack for setting in flash]


def peer_prefill(args, prompt, setting):
    command = [args.peer_bench, "-m", args.model, "-p", str(prompt), "-n", "0", "-r", "1",
               "-t", str(args.threads), "-o", "json", *setting]
    if prompt >= LONG:
        # Its warm-up is the whole prompt once more; the file is in memory by then.
        command += ["-w", "0"]
    out = output_of(command)
    try:
        results = json.loads(out[out.index("["):])
        return float(results[0]["avg_ts"])
    except (ValueError, LookupError, TypeError):
        fail(f"{' '.join(command)}: no tokens per second in JSON in its output")


def peer_decode(args, setting):
    command = [args.peer_batched_bench, "-m", args.model, "-c",
               str(PREFIX + SEQUENCES * (STEPS + 1)), "-npp", str(PREFIX), "-ntg", str(STEPS),
               "-npl", str(SEQUENCES), "-pps", "-t", str(args.threads), *setting]
    # ik_llama.cpp writes the table to its log.
    for line in output_of(command, log=True).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        # PP, TG, B, N_KV, T_PP s, S_PP t/s, T_TG s, S_TG t/s, T s, S t/s
        if len(cells) == 10 and cells[0] == str(PREFIX):
            return float(cells[7])
    fail(f"{' '.join(command)}: no line of results")


def quipu(args, workload, prompt):
    command = [args.bench, "--model", args.model, "--workload", workload, "--math", args.math,
               "--prompt", str(prompt), "--threads", str(args.threads), "--repeats",
               str(args.repeats), "--json"]
    if args.instructions:
        command += ["--instructions", args.instructions]
    out = output_of(command)
    try:
        report = json.loads(out.strip().splitlines()[-1])
        for figure in ("tokens_per_s", "gflops", "fp32_peak_gflops"):
            float(report[figure])
        return report
    except (ValueError, LookupError, TypeError):
        fail(f"{' '.join(command)}: no figures in JSON on its last line")


def workloads(args):
    """(name, the peer's settings to try, run the peer with a setting, run quipu)."""
    result = []
    if args.prompts:
        settings = wanted(args.setting, "--setting", settings_of(args.peer_bench, ["0", "1"]))
        for prompt in args.prompts:
            result.append((f"prefill {prompt}", settings,
                           lambda setting, p=prompt: peer_prefill(args, p, setting),
                           lambda p=prompt: quipu(args, "prefill", p)))
    if args.decode:
        settings = wanted(args.decode_setting, "--decode-setting",
                          settings_of(args.peer_batched_bench, ["off", "on"]))
        result.append(("decode 64-way", settings, lambda setting: peer_decode(args, setting),
                       lambda: quipu(args, "decode", PREFIX)))
    return result


def wanted(given, option, settings):
    """The setting that was given, if any, as the only one."""
    if given is None:
        return settings
    if given.split() not in settings:
        known = ", ".join(f'"{" ".join(setting)}"' for setting in settings)
        fail(f'{option} is "{given}", want one of {known}')
    return [given.split()]


def best_setting(name, settings, run_peer):
    """The one that gives most tokens per second in one run each."""
    if len(settings) == 1:
        return settings[0]
    tried = []
    for setting in settings:
        tried.append((run_peer(setting), setting))
        print(f"  {name}: peer {' '.join(setting)}: {tried[-1][0]:.1f} tokens/s", flush=True)
    return max(tried)[1]


def compare(rounds, name, settings, run_peer, run_quipu):
    setting = best_setting(name, settings, run_peer)
    theirs, ours, last = [], [], {}
    for _ in range(rounds):
        theirs.append(run_peer(setting))
        last = run_quipu()
        ours.append(last["tokens_per_s"])
    report = {"setting": " ".join(setting), "peer": theirs, "quipu": ours,
              "ratio": statistics.median(ours) / statistics.median(theirs), "last": last}
    peak = last["gflops"] / last["fp32_peak_gflops"]
    print(f"{name}: quipu {spread(ours)}, peer {spread(theirs)} [{report['setting']}] tokens/s: "
          f"ratio {report['ratio']:.2f}; quipu {peak:.2f} x the FP32 peak", flush=True)
    return report


def spread(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="\n".join(__doc__.splitlines()[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--peer-bench", required=True, metavar="PATH", help="their llama-bench")
    parser.add_argument("--peer-batched-bench", metavar="PATH",
                        help="their llama-batched-bench; default: beside --peer-bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1, help="runs of engine_bench in a round")
    parser.add_argument("--prompts", default="1024", help="lengths to prefill, e.g. 1024,8192")
    parser.add_argument("--no-decode", dest="decode", action="store_false")
    parser.add_argument("--setting", help='only this of llama-bench, e.g. "-fa 1 -rtr 1"')
    parser.add_argument("--decode-setting",
                        help='only this of llama-batched-bench, e.g. "-fa on -rtr"')
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--math", default="auto", choices=["auto", "float", "int8"])
    parser.add_argument("--instructions", help="of quipu, e.g. AVX2; default: the best")
    parser.add_argument("--bench", default="bazel-bin/tests/bench/engine_bench")
    args = parser.parse_args()
    for option in ("rounds", "repeats", "threads"):
        if getattr(args, option) < 1:
            parser.error(f"--{option} is {getattr(args, option)}, want at least 1")
    words = args.prompts.split(",") if args.prompts else []
    if not all(word.isdigit() and int(word) > 0 for word in words):
        parser.error(f'--prompts is "{args.prompts}", want numbers with commas between them')
    args.prompts = [int(word) for word in words]
    if not args.prompts and not args.decode:
        parser.error("neither --prompts nor decode: nothing to compare")
    if not os.path.isfile(args.model):
        fail(f"{args.model}: no such file")
    args.model = os.path.abspath(args.model)
    args.bench = executable(args.bench, "--bench")
    args.peer_bench = executable(args.peer_bench, "--peer-bench")
    if args.decode:
        beside = os.path.join(os.path.dirname(args.peer_bench), "llama-batched-bench")
        args.peer_batched_bench = executable(args.peer_batched_bench or beside,
                                             "--peer-batched-bench")
    return args


def main():
    args = parse()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)  # Some leave a log where they run.
        reports = {name: compare(args.rounds, name, *rest) for name, *rest in workloads(args)}
        os.chdir(os.path.dirname(args.bench))
    print(json.dumps({"model": os.path.basename(args.model), "threads": args.threads,
                      "rounds": args.rounds, "workloads": reports}))


if __name__ == "__main__":
    main()
