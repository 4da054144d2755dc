#!/usr/bin/env python3
"""Makes a folder that looks like a LLaMa 3.1 of 8, 70 or 405 billion parameters and takes the room of one layer.

usage: make_shaped_model.py 8b|70b|405b FOLDER      (needs numpy)

One safetensors file holds one layer's worth of random bfloat16 numbers; its header gives every layer's tensors, the
embedding and the output matrix the same places in it. A program that streams the model reads as many bytes as of the
real one. The numbers mean nothing: such a folder is for measuring time and memory.
"""

import json
import pathlib
import struct
import sys

import numpy as np

SHAPES = {  # layers, D, H, K, F; all with V 128256
    "8b": (32, 4096, 32, 8, 14336),
    "70b": (80, 8192, 64, 8, 28672),
    "405b": (126, 16384, 128, 8, 53248)}
VOCABULARY, HEAD = 128256, 128


def layer_tensors(width, heads, key_heads, inner):
    queries, keys = heads * HEAD, key_heads * HEAD
    return {"input_layernorm": [width], "post_attention_layernorm": [width], "self_attn.q_proj": [queries, width],
            "self_attn.k_proj": [keys, width], "self_attn.v_proj": [keys, width], "self_attn.o_proj": [width, queries],
            "mlp.gate_proj": [inner, width], "mlp.up_proj": [inner, width], "mlp.down_proj": [width, inner]}


def main(name, folder):
    layers, width, heads, key_heads, inner = SHAPES[name]
    folder.mkdir(parents=True, exist_ok=True)
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": VOCABULARY,
              "hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads,
              "num_key_value_heads": key_heads, "head_dim": HEAD, "intermediate_size": inner,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, "hidden_act": "silu",
              "tie_word_embeddings": False, "rope_theta": 500000.0,
              "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                               "original_max_position_embeddings": 8192}}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    places, size = {}, 0
    for part, shape in layer_tensors(width, heads, key_heads, inner).items():
        bytes_ = 2 * int(np.prod(shape))
        places[part] = (shape, [size, size + bytes_])
        size += bytes_
    size = max(size, 2 * VOCABULARY * width)
    entry = lambda place: {"dtype": "BF16", "shape": place[0], "data_offsets": place[1]}
    header = {f"model.layers.{layer}.{part}.weight": entry(place) for layer in range(layers)
              for part, place in places.items()}
    table = ([VOCABULARY, width], [size - 2 * VOCABULARY * width, size])
    header |= {"model.norm.weight": entry(places["input_layernorm"]), "model.embed_tokens.weight": entry(table),
               "lm_head.weight": entry(table)}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(1)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        block = random.normal(0, width ** -0.5, 1 << 24).astype(np.float32).view(np.uint32) >> 16
        block = block.astype(np.uint16).tobytes()  # repeated: its bytes are what is measured, not its values
        for begin in range(0, size, len(block)):
            file.write(block[:min(len(block), size - begin)])


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
