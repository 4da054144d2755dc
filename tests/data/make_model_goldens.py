#!/usr/bin/env python3
"""Makes models/NAME.json and models/NAME.safetensors: what Hugging Face transformers says about the demo models.

usage: make_model_goldens.py [NAME ...]      (needs torch, transformers, accelerate, gguf, tokenizers, safetensors)

Weights are read by transformers' own GGUF reader and each is compared with the `gguf` package's de-quantisation.
Everything is float32 with eager attention. Values per case (prompt, with or without <bos> first):
  ids        token ids (JSON)
  loss       mean of -log p(token t+1 | ...), natural log (JSON)
  alpha0     [L, H]  mean of A[i, 0] over the queries that see key 0 (the first `window` ones in a sliding layer)
  top1       [T]     most likely next token at every position
  margin     (JSON)  smallest difference between the two largest logits of a position
  maximum    [T]     largest logit of every position
  chosen     [64]    vocabulary ids: the 16 largest at the last position, then 48 drawn with the seed below
  logits     [64]    their logits at the last position
"""

import hashlib
import json
import os
import pathlib
import sys

import gguf
import numpy as np
import safetensors.numpy
import tokenizers
import torch
import transformers

SEED = 20250402
HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "sinkscope/models"
MODELS = {
    "gemma-3-270m": "gemma-3-270m-q4_k_m.gguf",
    "smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf",
}


def check_weights(model, reader):
    """Every weight of `model` against the file, by a name map of our own. Returns the number compared."""
    config = model.config
    names = {"token_embd": "embed_tokens", "output_norm": "norm"}
    gemma = config.model_type.startswith("gemma")
    parts = {
        "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
        "attn_k_norm": "self_attn.k_norm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj", "ffn_norm": "pre_feedforward_layernorm" if gemma else "post_attention_layernorm",
        "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
    }
    state = model.model.state_dict()
    left = set(state)
    for tensor in reader.tensors:
        stem = tensor.name.removesuffix(".weight")
        value = np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        if stem.startswith("blk."):
            _, layer, part = stem.split(".", 2)
            name = f"layers.{layer}.{parts[part]}.weight"
            if not gemma and part in ("attn_q", "attn_k"):  # llama.cpp permutes rows for interleaved RoPE
                heads = config.num_attention_heads if part == "attn_q" else config.num_key_value_heads
                out, width = value.shape
                value = value.reshape(heads, out // heads // 2, 2, width).swapaxes(1, 2).reshape(out, width)
        else:
            name = names[stem] + ".weight"
        if gemma and "norm" in stem:
            value = value - 1.0  # GGUF holds the factor, transformers the factor minus one
        difference = np.abs(state[name].numpy() - value).max()
        assert difference == 0.0, f"{tensor.name} -> {name}: differs by {difference}"
        left.discard(name)
    assert not left, f"not in the file: {left}"
    return len(reader.tensors)


def smollm_tokenizer(reader):
    """SmolLM2's published tokenizer over the file's vocabulary: digits one by one, then GPT-2's byte-level BPE.
    (transformers' GGUF reader leaves the digits step out.)"""
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(m.split(" ")) for m in reader.fields["tokenizer.ggml.merges"].contents()]
    result = tokenizers.Tokenizer(tokenizers.models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    result.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Digits(individual_digits=True),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    return lambda text: result.encode(text, add_special_tokens=False).ids


def measure(model, ids, rng):
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    logits = out.logits[0]
    layer_types = getattr(model.config, "layer_types", None) or ["full_attention"] * len(out.attentions)
    alpha0 = []
    for kind, attention in zip(layer_types, out.attentions):
        column = attention[0, :, :, 0].double()
        window = model.config.sliding_window if kind == "sliding_attention" else len(ids)
        if window < len(ids):
            assert column[:, window:].abs().max() == 0 and column[:, window - 1].min() > 0, "window is not as thought"
        alpha0.append(column[:, :window].mean(-1))
    best = logits.topk(2, -1)
    losses = torch.nn.functional.cross_entropy(logits[:-1].double(), torch.tensor(ids[1:]))
    chosen = torch.cat([logits[-1].topk(16).indices, torch.from_numpy(rng.choice(logits.shape[-1], 48, replace=False))])
    tensors = {"alpha0": torch.stack(alpha0), "top1": best.indices[:, 0], "maximum": best.values[:, 0],
               "chosen": chosen, "logits": logits[-1][chosen]}
    facts = {"loss": float(losses), "margin": float((best.values[:, 0] - best.values[:, 1]).min())}
    return {k: v.to(torch.float32).numpy().copy() for k, v in tensors.items()}, facts


def make(name):
    path = DATA / name / MODELS[name]
    reader = gguf.GGUFReader(path)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager").eval()
    print(f"{name}: {check_weights(model, reader)} weights equal the gguf package's")
    if name == "smollm2-135m":
        encode, bos = smollm_tokenizer(reader), 1
    else:
        hf = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        encode, bos = (lambda text: hf(text, add_special_tokens=False)["input_ids"]), hf.bos_token_id

    texts = json.loads((HERE / "prompts.json").read_text())
    prompts = texts["reference"] | texts["varied"] | {"long": (HERE / "long_prompt.txt").read_text()}
    rng = np.random.default_rng(SEED)
    cases, tensors = [], {}
    for prompt_name, prompt in prompts.items():
        for with_bos in (True, False):
            ids = [bos] * with_bos + encode(prompt)
            case = f"{prompt_name}.{'bos' if with_bos else 'plain'}"
            values, facts = measure(model, ids, rng)
            tensors |= {f"{case}.{k}": v for k, v in values.items()}
            rates = [float((values["alpha0"] > eps).mean()) for eps in (0.3, 0.8)]
            cases.append({"case": case, "prompt": prompt, "bos": with_bos, "ids": ids} | facts)
            print(f"{case:20} T {len(ids):4} loss {facts['loss']:.4f} margin {facts['margin']:.4f} "
                  f"sink rate {rates[0]:.3f} (eps 0.3) {rates[1]:.3f} (0.8)")
    about = {"model": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "seed": SEED,
             "torch": torch.__version__, "transformers": transformers.__version__,
             "tokenizers": tokenizers.__version__, "gguf": "0.19.0"}
    head, rows = json.dumps(about, indent=1)[:-2], ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases)
    (HERE / "models" / f"{name}.json").write_text(f'{head},\n "cases": [\n{rows}\n]}}\n')
    safetensors.numpy.save_file(tensors, HERE / "models" / f"{name}.safetensors")


if __name__ == "__main__":
    torch.set_num_threads(2)
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
