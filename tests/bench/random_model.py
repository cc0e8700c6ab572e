#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes a GGUF file with the shape of a known model and random weights.

For measuring speed and memory of models that are not available: neither depends
on the weights. The file has no tokenizer: engine_bench accepts it, quipu build
does not.

    tests/bench/random_model.py --shape llama-7b --out /tmp/random-7b.gguf
    engine_bench --model /tmp/random-7b.gguf --workload prefill --repeats 1
"""
import argparse
import random
import struct

# layers, embedding, heads, key/value heads, feed-forward, vocabulary
SHAPES = {
    "llama-7b": (32, 4096, 32, 32, 11008, 32000),
    "llama3-8b": (32, 4096, 32, 8, 14336, 128256),
    "smollm2-135m": (30, 576, 9, 3, 1536, 49152),
}
# type number, values in a block, bytes in a block
F32, Q4_0 = (0, 1, 4), (2, 32, 18)
ALIGNMENT = 32
PIECE_BLOCKS = 1 << 16


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, value):
    """A metadata entry: string (8), float (6) or uint32 (4)."""
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, float):
        return text(key) + struct.pack("<If", 6, value)
    return text(key) + struct.pack("<II", 4, value)


def tensors_of(shape):
    layers, width, heads, kv_heads, inner, vocabulary = shape
    kv = width // heads * kv_heads
    yield "token_embd.weight", Q4_0, (width, vocabulary)
    yield "output.weight", Q4_0, (width, vocabulary)
    yield "output_norm.weight", F32, (width,)
    for i in range(layers):
        yield f"blk.{i}.attn_norm.weight", F32, (width,)
        yield f"blk.{i}.attn_q.weight", Q4_0, (width, width)
        yield f"blk.{i}.attn_k.weight", Q4_0, (width, kv)
        yield f"blk.{i}.attn_v.weight", Q4_0, (width, kv)
        yield f"blk.{i}.attn_output.weight", Q4_0, (width, width)
        yield f"blk.{i}.ffn_norm.weight", F32, (width,)
        yield f"blk.{i}.ffn_gate.weight", Q4_0, (width, inner)
        yield f"blk.{i}.ffn_up.weight", Q4_0, (width, inner)
        yield f"blk.{i}.ffn_down.weight", Q4_0, (inner, width)


def size_of(kind, dims):
    values = dims[0] * (dims[1] if len(dims) > 1 else 1)
    return values // kind[1] * kind[2]


def padding(size):
    return -size % ALIGNMENT


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=sorted(SHAPES), required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    layers, width, heads, kv_heads, inner, _ = shape = SHAPES[args.shape]
    metadata = [
        entry("general.architecture", "llama"),
        entry("general.name", f"random {args.shape}"),
        entry("llama.block_count", layers),
        entry("llama.embedding_length", width),
        entry("llama.feed_forward_length", inner),
        entry("llama.context_length", 4096),
        entry("llama.attention.head_count", heads),
        entry("llama.attention.head_count_kv", kv_heads),
        entry("llama.attention.layer_norm_rms_epsilon", 1e-5),
        entry("general.alignment", ALIGNMENT),
    ]
    tensors = list(tensors_of(shape))
    infos, offset = [], 0
    for name, kind, dims in tensors:
        infos.append(text(name) + struct.pack("<I", len(dims)) +
                     b"".join(struct.pack("<Q", d) for d in dims) +
                     struct.pack("<IQ", kind[0], offset))
        size = size_of(kind, dims)
        offset += size + padding(size)
    header = (b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) +
              b"".join(metadata) + b"".join(infos))
    # Random nibbles; a scale that keeps the activations within bounds.
    chance = random.Random(args.seed)
    scale = struct.pack("<e", 0.2 / width ** 0.5)
    piece = b"".join(scale + chance.randbytes(16) for _ in range(PIECE_BLOCKS))
    with open(args.out, "wb") as out:
        out.write(header + bytes(padding(len(header))))
        for _, kind, dims in tensors:
            size = size_of(kind, dims)
            if kind is F32:
                out.write(struct.pack("<f", 1.0) * (size // 4))
            else:
                for _ in range(size // len(piece)):
                    out.write(piece)
                out.write(piece[:size % len(piece)])
            out.write(bytes(padding(size)))


if __name__ == "__main__":
    main()
