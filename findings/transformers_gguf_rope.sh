#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# transformers loads the weights of a GGUF file and not its RoPE scaling: Llama 3.1 without the factors that make its context
# long, models with YaRN or linear scaling without it.
#
# Guess: from_pretrained(folder, gguf_file=...) gives the model that is in the file, or refuses what it cannot read.
# Seen (transformers 5.23.0, gguf 0.19.0, torch 2.15.0; tiny random models, written with the keys and tensors that
# llama.cpp's converter writes): all weights come back bit for bit, and so does a model without scaling. Of Llama 3.1's
# kind of scaling, which the file has as a tensor (rope_freqs.weight), nothing is left: the lowest frequencies are
# eight times as high. Of YaRN and of linear scaling, which the file has as keys (rope.scaling.type, .factor), nothing is
# left either: YaRN's four times, linear's all of them. max_position_embeddings says 131,072 all the same. The
# first tokens hardly differ, later ones do. There is no warning. (In the source gpt-oss is the one architecture whose keys
# are read, and a log of level INFO names those that are not.)
#
# Needs python3 with venv; torch takes 6 GB in the temporary folder. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile uv==0.13.9
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" torch==2.15.0 transformers==5.23.0 \
  accelerate==1.15.0 gguf==0.19.0
HF_HUB_OFFLINE=1 CUDA_VISIBLE_DEVICES="" TRANSFORMERS_VERBOSITY=error TQDM_DISABLE=1 "$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import gguf
import numpy
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

torch.set_num_threads(1)
WORK = sys.argv[1]
HEADS, KV_HEADS, HEAD, LAYERS, VOCABULARY, CONTEXT = 4, 2, 16, 2, 100, 131072
TOKENS = torch.randint(3, VOCABULARY, (1, 600), generator=torch.Generator().manual_seed(5))


def model_with(rope):
    llama = rope["arch"] == "llama"
    config = (LlamaConfig if llama else Qwen2Config)(
        vocab_size=VOCABULARY, hidden_size=HEADS * HEAD, intermediate_size=32, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, max_position_embeddings=CONTEXT, pad_token_id=0,
        bos_token_id=1, eos_token_id=2, tie_word_embeddings=False, rope_parameters=rope["parameters"])
    torch.manual_seed(0)
    model = (LlamaForCausalLM if llama else Qwen2ForCausalLM)(config).eval()
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return model


def halves_to_pairs(weight, heads):
    """The order of rows that GGUF has for Llama's queries and keys."""
    return weight.reshape(heads, 2, HEAD // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write(model, rope):
    arch, config = rope["arch"], model.config
    file = gguf.GGUFWriter(WORK + "/model.gguf", arch)
    file.add_context_length(CONTEXT)
    file.add_embedding_length(config.hidden_size)
    file.add_block_count(LAYERS)
    file.add_feed_forward_length(config.intermediate_size)
    file.add_head_count(HEADS)
    file.add_head_count_kv(KV_HEADS)
    file.add_layer_norm_rms_eps(config.rms_norm_eps)
    file.add_rope_freq_base(rope["parameters"]["rope_theta"])
    file.add_rope_dimension_count(HEAD)
    file.add_vocab_size(VOCABULARY)
    file.add_tokenizer_model("gpt2")
    file.add_token_list([f"t{i}" for i in range(VOCABULARY)])
    file.add_token_types([1] * VOCABULARY)
    file.add_token_merges(["t 1"])
    if "keys" in rope:
        file.add_rope_scaling_type(rope["keys"])
        file.add_rope_scaling_factor(rope["parameters"]["factor"])
    if rope.get("keys") == gguf.RopeScalingType.YARN:
        file.add_rope_scaling_orig_ctx_len(rope["parameters"]["original_max_position_embeddings"])
    if rope.get("factors"):
        plain = rope["parameters"]["rope_theta"] ** -(torch.arange(0, HEAD, 2) / HEAD)
        file.add_tensor("rope_freqs.weight", (plain / model.model.rotary_emb.inv_freq).numpy())
    kind = {name: number for number, name in gguf.MODEL_ARCH_NAMES.items()}[arch]
    names = gguf.get_tensor_name_map(kind, LAYERS)
    for name, weight in model.state_dict().items():
        weight = weight.numpy()
        if arch == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            weight = halves_to_pairs(weight, HEADS if "q_proj" in name else KV_HEADS)
        file.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), numpy.ascontiguousarray(weight))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


ROPES = {
    "Llama without scaling": {"arch": "llama", "parameters": {"rope_type": "default", "rope_theta": 5e5}},
    "Llama 3.1's scaling": {"arch": "llama", "factors": True, "parameters": {
        "rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192}},
    "Llama, linear": {"arch": "llama", "keys": gguf.RopeScalingType.LINEAR, "parameters": {
        "rope_type": "linear", "rope_theta": 1e4, "factor": 4.0}},
    "Qwen2, YaRN": {"arch": "qwen2", "keys": gguf.RopeScalingType.YARN, "parameters": {
        "rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 32768}},
}
same = True
for name, rope in ROPES.items():
    model = model_with(rope)
    write(model, rope)
    read = AutoModelForCausalLM.from_pretrained(WORK, gguf_file="model.gguf", dtype=torch.float32).eval()
    weights = all(torch.equal(one, other) for one, other in zip(model.parameters(), read.parameters()))
    with torch.no_grad():
        logits, others = model(TOKENS).logits[0], read(TOKENS).logits[0]
    off = ((logits - others).abs().amax(-1) / logits.abs().max()).tolist()
    times = (read.model.rotary_emb.inv_freq / model.model.rotary_emb.inv_freq).max().item()
    config = read.config
    print(f"{name}: weights equal: {weights}; read as {config.rope_parameters}, context {config.max_position_embeddings}; "
          f"frequencies up to {times:.1f} times; logits off by {off[0]:.3f} of the largest at token 0, {off[100]:.3f} at "
          f"100, {off[599]:.3f} at 599", flush=True)
    scaled = name != "Llama without scaling"
    same &= weights and config.max_position_embeddings == CONTEXT and config.rope_parameters["rope_type"] == "default"
    same &= abs(times - rope["parameters"].get("factor", 1.0)) < 1e-3
    same &= (off[100] > 0.03 and off[599] > 0.03) if scaled else max(off) < 1e-4
sys.exit(0 if same else "transformers does something else now")
PYTHON
