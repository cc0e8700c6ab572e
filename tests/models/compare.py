#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Compares logits with those of transformers, and greedy text across formats.

  tests/models/run.sh            # makes the environment, and calls this
  compare.py GREEDY OUT [MODEL.gguf]

GREEDY: the program //tests/models:greedy. OUT: a folder for random models of each
architecture, 8 layers wide enough that errors could add up. MODEL.gguf: a llama
model that is dequantised to a Hugging Face directory; quipu continues prompts from
both, and transformers from the directory. Exit status 1 if an error is above 1e-4
of the largest logit, or if texts differ.
"""

import json
import os
import shutil
import subprocess
import sys

import gguf
import numpy as np
import torch
import transformers
from gguf.quants import dequantize
from safetensors.torch import save_file

import make_fixtures

LARGER = dict(make_fixtures.COMMON, hidden_size=256, intermediate_size=384, num_attention_heads=8,
              num_key_value_heads=2, vocab_size=2000, max_position_embeddings=1024)
TOKENS, NEW_TOKENS, LIMIT = 300, 64, 1e-4


def run_greedy(greedy, model, tokens, count, *more):
    """The new tokens, and the logits of the prompt."""
    prompt, logits = "/tmp/quipu_tokens.bin", "/tmp/quipu_logits.bin"
    np.array(tokens, dtype=np.int32).tofile(prompt)
    done = subprocess.run([greedy, model, prompt, str(count), logits, *more], check=True,
                          capture_output=True, text=True)
    return [int(t) for t in done.stdout.split()], np.fromfile(logits, dtype=np.float32)


def compare_random(greedy, out):
    worst = 0.0
    print("| model | class | weights | largest logit | largest error | of the largest logit |")
    print("|---|---|---|---|---|---|")
    for i, name in enumerate(make_fixtures.MODELS):
        kind, dtype, _, extra = make_fixtures.MODELS[name]
        if name == "chat":
            continue
        directory = make_fixtures.make_model(out, name, 1000 + i, LARGER)
        tokens = make_fixtures.random_tokens(TOKENS, LARGER["vocab_size"], 2000 + i)
        want = make_fixtures.logits_of(directory, tokens).numpy()
        sources = {"safetensors": directory}
        if "gguf" in extra:
            sources["GGUF"] = os.path.join(directory, "model.gguf")
        for form, path in sources.items():
            _, got = run_greedy(greedy, path, tokens[0].numpy(), 0)
            error = np.abs(got.reshape(want.shape) - want).max()
            worst = max(worst, error / np.abs(want).max())
            print(f"| {name} | {kind} | {str(dtype)[6:]} {form} | {np.abs(want).max():.1f} "
                  f"| {error:.1e} | {error / np.abs(want).max():.1e} |")
    return worst <= LIMIT


def unpermute(rows, heads):
    """From adjacent pairs to halves: the inverse of make_fixtures.permute."""
    shape = rows.shape
    return (rows.reshape(heads, shape[0] // heads // 2, 2, *shape[1:]).swapaxes(1, 2)
            .reshape(shape))


def to_directory(path, out):
    """A llama GGUF file, dequantised to 32-bit floats."""
    reader = gguf.GGUFReader(path)
    value = lambda key: reader.fields["llama." + key].contents()
    heads, kv_heads = value("attention.head_count"), value("attention.head_count_kv")
    names = {v: k for k, v in (
        (f"model.layers.{i}.{s}", f"blk.{i}.{g}") for i in range(value("block_count"))
        for s, g in (("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"),
                     ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
                     ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"),
                     ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"),
                     ("mlp.down_proj", "ffn_down")))}
    names.update({"token_embd": "model.embed_tokens", "output_norm": "model.norm",
                  "output": "lm_head"})
    weights = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        stem = tensor.name.removesuffix(".weight")
        if stem.endswith("attn_q") or stem.endswith("attn_k"):
            values = unpermute(values, heads if stem.endswith("q") else kv_heads)
        weights[names[stem] + ".weight"] = torch.from_numpy(np.ascontiguousarray(values))
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    save_file(weights, os.path.join(out, "model.safetensors"), metadata={"format": "pt"})
    config = dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu",
                  hidden_size=value("embedding_length"), num_hidden_layers=value("block_count"),
                  intermediate_size=value("feed_forward_length"), num_attention_heads=heads,
                  num_key_value_heads=kv_heads, rope_theta=float(value("rope.freq_base")),
                  rms_norm_eps=float(value("attention.layer_norm_rms_epsilon")),
                  max_position_embeddings=value("context_length"),
                  vocab_size=len(weights["model.embed_tokens.weight"]),
                  tie_word_embeddings="lm_head.weight" not in weights)
    json.dump(config, open(os.path.join(out, "config.json"), "w"), indent=2)


def to_parts(path, out):
    """The same file in parts, as the gguf package splits it; a part's path."""
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(os.path.join(out, "parts.gguf"), "llama", split_max_tensors=100)
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        sub_type = field.types[1] if len(field.types) > 1 else None
        writer.add_key_value(field.name, field.contents(), field.types[0], sub_type)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return os.path.join(out, sorted(os.listdir(out))[1])


def compare_parts(greedy, model, out):
    part = to_parts(model, out)
    tokens = make_fixtures.random_tokens(40, 20000, 7)[0].numpy() + 500
    whole, a = run_greedy(greedy, model, tokens, NEW_TOKENS)
    parts, b = run_greedy(greedy, part, tokens, NEW_TOKENS)
    same = whole == parts and np.array_equal(a, b)
    print(f"{len(os.listdir(out))} parts written by the gguf package, opened by "
          f"{os.path.basename(part)}: {'the same bits' if same else 'OTHER LOGITS'}")
    return same


def compare_formats(greedy, model, directory):
    to_directory(model, directory)
    reference = transformers.AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    equal = True
    for seed in range(3):
        # Ordinary words of byte-level vocabularies are above the first hundreds.
        tokens = make_fixtures.random_tokens(40, 20000, seed)[0] + 500
        of_file, a = run_greedy(greedy, model, tokens.numpy(), NEW_TOKENS)
        of_directory, b = run_greedy(greedy, directory, tokens.numpy(), NEW_TOKENS)
        with torch.no_grad():
            text = reference.generate(tokens[None], max_new_tokens=NEW_TOKENS, do_sample=False,
                                      min_new_tokens=NEW_TOKENS)[0, 40:].tolist()
        same = of_file == of_directory == text
        equal = equal and same
        print(f"prompt {seed}: {NEW_TOKENS} greedy tokens from the file, the directory and "
              f"transformers are {'the same' if same else 'different'}; logits of file and "
              f"directory differ by {np.abs(a - b).max() / np.abs(a).max():.1e} of the largest")
        for kind in ("q8_0", "q4_0"):
            _, rounded = run_greedy(greedy, directory, tokens.numpy(), 0, kind)
            print(f"  quantised to {kind}: logits differ by "
                  f"{np.sqrt(np.mean((rounded - a) ** 2)) / np.std(a):.3f} of their deviation")
    return equal


def main():
    greedy, out = sys.argv[1], sys.argv[2]
    transformers.logging.set_verbosity_error()
    good = compare_random(greedy, out)
    if len(sys.argv) > 3:
        good = compare_parts(greedy, sys.argv[3], os.path.join(out, "parts")) and good
        good = compare_formats(greedy, sys.argv[3], os.path.join(out, "directory")) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
