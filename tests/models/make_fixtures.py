#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Writes the tiny random models of testdata/, and the logits of transformers.

  tests/models/run.sh            # makes the environment, and calls this
  make_fixtures.py OUT [NAME..]  # in that environment

Each OUT/NAME has config.json and safetensors as transformers saves them, and
expected.safetensors: `tokens`, and the `logits` after each, computed on the CPU in
32-bit floats from the stored weights. `chat` has a tokenizer and a chat template
too, and in expected.txt the log-probability of a reply. Some have model.gguf: the same weights
written by the gguf package, with the rows of Q and K permuted as llama.cpp's
converter does. Written with torch 2.7.1, transformers 4.57.1, gguf 0.19.0; the seed
is fixed, so the files are the same each time.
"""

import json
import os
import shutil
import sys

import gguf
import numpy as np
import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file

TOKENS = 40
COMMON = dict(hidden_size=32, intermediate_size=32, num_attention_heads=4,
              num_key_value_heads=2, vocab_size=64, max_position_embeddings=256,
              bos_token_id=1, eos_token_id=2, pad_token_id=0)

# name: (class, type of the weights, configuration, what else is done)
MODELS = {
    "llama": ("Llama", torch.float32, dict(num_hidden_layers=2, attention_bias=True), {"gguf"}),
    "llama3": ("Llama", torch.bfloat16, dict(
        num_hidden_layers=2, tie_word_embeddings=True, head_dim=16, rope_theta=500000.0,
        rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0,
                          high_freq_factor=4.0, original_max_position_embeddings=32)), set()),
    "linear": ("Llama", torch.float16, dict(
        num_hidden_layers=2, rope_scaling=dict(rope_type="linear", factor=4.0)), {"new style"}),
    "mistral": ("Mistral", torch.float16, dict(num_hidden_layers=3, sliding_window=8),
                {"sharded"}),
    "qwen2": ("Qwen2", torch.bfloat16, dict(
        num_hidden_layers=2, tie_word_embeddings=True,
        rope_scaling=dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=32)),
              {"gguf"}),
    "qwen3": ("Qwen3", torch.bfloat16, dict(num_hidden_layers=2, head_dim=16,
                                            tie_word_embeddings=True), set()),
    "smollm3": ("SmolLM3", torch.float16, dict(num_hidden_layers=4), {"gguf"}),
    "gemma3": ("Gemma3", torch.bfloat16, dict(
        num_hidden_layers=6, head_dim=8, sliding_window=8, query_pre_attn_scalar=8,
        rope_scaling=dict(rope_type="linear", factor=8.0)), {"gguf"}),
    "chat": ("Llama", torch.bfloat16, dict(num_hidden_layers=2, tie_word_embeddings=True), set()),
}


def config_class(name):
    return getattr(transformers, name + ("TextConfig" if name == "Gemma3" else "Config"))


def randomise(model, generator):
    """Sharp attention, and norms and biases that show when they are left out."""
    for name, weights in model.named_parameters():
        noise = torch.randn(weights.shape, generator=generator)
        if name.endswith("norm.weight"):
            base = 0.0 if "Gemma" in type(model).__name__ else 1.0
            weights.data = base + 0.3 * noise
        elif name.endswith(".bias"):
            weights.data = 0.3 * noise
        elif "embed" in name:
            weights.data = noise
        else:
            gain = 2.5 if ".q_proj." in name or ".k_proj." in name else 1.0
            weights.data = gain * noise / weights.shape[1] ** 0.5


def to_new_style(directory):
    """config.json as transformers 5 writes it."""
    path = os.path.join(directory, "config.json")
    config = json.load(open(path))
    config["rope_parameters"] = dict(config.pop("rope_scaling"),
                                     rope_theta=config.pop("rope_theta"))
    json.dump(config, open(path, "w"), indent=2, sort_keys=True)


def random_tokens(count, vocabulary, seed):
    return torch.randint(vocabulary, (1, count), generator=torch.Generator().manual_seed(seed))


def logits_of(directory, tokens):
    """From the stored weights, in 32-bit floats."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        return model(tokens).logits[0].float().contiguous()


def expected(directory, vocabulary, seed):
    tokens = random_tokens(TOKENS, vocabulary, seed)
    save_file({"tokens": tokens[0].float(), "logits": logits_of(directory, tokens)},
              os.path.join(directory, "expected.safetensors"))


def permute(rows, heads):
    """From halves to adjacent pairs, as convert_hf_to_gguf.py does for llama."""
    shape = rows.shape
    return (rows.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2)
            .reshape(shape))


def write_gguf(directory, architecture, config):
    weights = {}
    for name in sorted(os.listdir(directory)):
        if name.startswith("model") and name.endswith(".safetensors"):
            weights.update(load_file(os.path.join(directory, name)))
    writer = gguf.GGUFWriter(os.path.join(directory, "model.gguf"), architecture)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    if architecture == "gemma3":
        writer.add_sliding_window(config.sliding_window)
    scaling = getattr(config, "rope_scaling", None)
    if scaling:
        writer.add_rope_scaling_type(gguf.RopeScalingType(scaling["rope_type"]))
        writer.add_rope_scaling_factor(scaling["factor"])
        if "original_max_position_embeddings" in scaling:
            writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
    kind = getattr(gguf.MODEL_ARCH, architecture.upper())
    names = gguf.get_tensor_name_map(kind, config.num_hidden_layers)
    for name, tensor in weights.items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        values = tensor.float().numpy()
        if architecture in ("llama", "smollm3"):
            if ".q_proj." in name:
                values = permute(values, config.num_attention_heads)
            elif ".k_proj." in name:
                values = permute(values, config.num_key_value_heads)
        if architecture == "gemma3" and name.endswith("norm.weight"):
            values = values + 1
        vector = values.ndim == 1
        kept = values.astype(np.float32 if vector or tensor.dtype == torch.float32 else np.float16)
        if not vector and tensor.dtype == torch.bfloat16:
            writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")),
                              tensor.view(torch.uint16).numpy().view(np.uint8).reshape(
                                  values.shape[0], -1),
                              raw_dtype=gguf.GGMLQuantizationType.BF16)
            continue
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), kept)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make_model(out, name, seed, common):
    kind, dtype, settings, extra = MODELS[name]
    directory = os.path.join(out, name)
    shutil.rmtree(directory, ignore_errors=True)
    torch.manual_seed(seed)
    config = config_class(kind)(**{**common, **settings})
    model = getattr(transformers, kind + "ForCausalLM")(config)
    randomise(model, torch.Generator().manual_seed(seed))
    size = "24KB" if "sharded" in extra else "5GB"
    model.to(dtype).save_pretrained(directory, max_shard_size=size)
    os.remove(os.path.join(directory, "generation_config.json"))
    if "gguf" in extra:
        write_gguf(directory, kind.lower(), config)
    return directory


def make(out, name, seed):
    directory = make_model(out, name, seed, COMMON)
    expected(directory, COMMON["vocab_size"], seed + 1)
    if "new style" in MODELS[name][3]:
        to_new_style(directory)


CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def make_chat(out):
    """A whole directory: weights, a byte-level tokenizer without merges, ChatML."""
    directory = make_model(out, "chat", 900, dict(COMMON, vocab_size=260))
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocabulary = {token: i for i, token in enumerate(special + alphabet)}
    inner = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = tokenizers.decoders.ByteLevel()
    inner.add_special_tokens(special)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(directory)
    question, reply = "Is it so?", "No. "
    prompt = tokenizer.apply_chat_template([{"role": "user", "content": question}],
                                           add_generation_prompt=True)
    answer = tokenizer.encode(reply)
    logits = logits_of(directory, torch.tensor([prompt + answer]))
    scores = torch.log_softmax(logits, -1)
    log_prob = sum(scores[len(prompt) - 1 + i, token].item() for i, token in enumerate(answer))
    with open(os.path.join(directory, "expected.txt"), "w") as file:
        file.write(f"{log_prob:.6f}\n")


def main():
    out, names = sys.argv[1], sys.argv[2:] or list(MODELS)
    for name in names:
        if name == "chat":
            make_chat(out)
        else:
            make(out, name, seed=100 * list(MODELS).index(name))


if __name__ == "__main__":
    main()
