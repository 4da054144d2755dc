#!/usr/bin/env python3
"""Makes models/NAME.weights.json: the MD5 of every parameter of the demo models as the decoder wants it (float32,
little-endian, row-major), by the Python package `gguf`.

usage: make_weight_goldens.py [NAME ...]      (needs gguf 0.19.0, numpy)

That these values, with the rows of LLaMa's queries and keys put back, are what transformers computes with is checked in
make_model_goldens.py.
"""

import hashlib
import json
import os
import pathlib
import sys

import gguf
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope/models"
MODELS = {
    "gemma-3-270m": "gemma-3-270m-q4_k_m.gguf",
    "smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf",
}
NAMES = {
    "token_embd": "embedding", "output_norm": "finalNorm", "attn_norm": "attentionNorm", "attn_q": "query",
    "attn_k": "key", "attn_v": "value", "attn_output": "attentionOutput", "attn_q_norm": "queryNorm",
    "attn_k_norm": "keyNorm", "ffn_gate": "gate", "ffn_up": "up", "ffn_down": "down", "ffn_norm": "feedForwardNorm",
    "post_attention_norm": "postAttentionNorm", "post_ffw_norm": "postFeedForwardNorm",
}


def make(name):
    reader = gguf.GGUFReader(DATA / name / MODELS[name])
    arch = reader.fields["general.architecture"].contents()
    sums = {}
    for tensor in reader.tensors:
        value = np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        *layer, part = tensor.name.removesuffix(".weight").removeprefix("blk.").split(".")
        if arch == "llama" and part in ("attn_q", "attn_k"):
            heads = reader.fields["llama.attention.head_count" + ("_kv" if part == "attn_k" else "")].contents()
            out, width = value.shape
            value = value.reshape(heads, out // heads // 2, 2, width).swapaxes(1, 2).reshape(out, width)
        key = "".join(f"layer{n}." for n in layer) + NAMES[part]
        sums[key] = hashlib.md5(np.ascontiguousarray(value).tobytes()).hexdigest()
    (HERE / "models" / f"{name}.weights.json").write_text(json.dumps(sums, indent=0, sort_keys=True) + "\n")
    print(f"{name}: {len(sums)} parameters")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
