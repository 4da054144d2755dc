#!/usr/bin/env python3
"""Makes tiny/NAME/: small random models in Hugging Face's layout and what transformers says about them.

usage: make_tiny_models.py [NAME ...]      (needs torch, transformers, safetensors)

Sizes are odd on purpose (fewer key heads than heads, a head width that is not D / H, a vocabulary that is no multiple
of 8, windows shorter than the prompt, prompts longer than the length of a first training) and norm weights are random,
so that a mix-up of any two shows. Weights come from numpy's generator with the seed below, are named as in published
files (hub_spelling.py) and must be to transformers what they were before.
expected.safetensors, all float32, from float32 eager attention:
  tokens      [T]           ids
  logits      [T, V]
  loss        [T - 1]       -log p(token t+1 | ...), natural log
  attention   [L, H, T, T]  softmax weights
  residual    [L + 1, T, D] residual stream: before layer 0, then after every layer (before the final norm)
  final       [T, D]        after the final norm
  valueNorm   [L, K, T]     ||v||
  outputNorm  [L, H, T]     ||W_O^h v||
"""

import json
import pathlib
import shutil
import sys

import numpy as np
import safetensors.torch
import torch
import transformers
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

from hub_spelling import MXFP4, draw_mxfp4, hub_weights
from tiny_models import MODELS

SEED = 20250402
HERE = pathlib.Path(__file__).resolve().parent / "tiny"


def gain_of(name, config):
    if any(part in name for part in ("q_proj", "k_proj", "qkv_proj", "query_key_value", "c_attn", "router")):
        return 1.5
    if config["model_type"] == "gpt_oss" and ".experts." in name:  # some beyond the limits, what is written small
        return 4.0 if "gate_up" in name else 0.2
    return 1.0


def random_weight(name, shape, rng, config):
    """Attention that is neither uniform nor one-hot, logits of order one."""
    gemma = config["model_type"].startswith("gemma")
    if name.endswith("bias"):
        return rng.normal(0, 0.3, shape)
    if "norm" in name or ".ln_" in name:  # the factor, or the factor minus one
        return rng.uniform(0.5, 1.7, shape) - (1.0 if gemma else 0.0)
    if name.endswith("sinks"):
        return rng.normal(0, 1, shape)
    if "embed_out" not in name and any(part in name for part in ("embed", "wte", "wpe")):  # so that epsilon counts
        return rng.normal(0, 0.01 if config.get("tie_word_embeddings") is False else 0.05, shape)
    transposed = config["model_type"] == "gpt2" or (config["model_type"] == "gpt_oss" and ".experts." in name)
    return rng.normal(0, gain_of(name, config) / np.sqrt(shape[-2 if transposed else -1]), shape)


def random_weights(model, rng, config, stored):
    """Weights under transformers' names, as exact as their type on disk."""
    weights, packed = {}, {}
    for name, parameter in sorted(model.named_parameters()):
        shape = tuple(parameter.shape)
        if "quantization_config" in config and name.endswith(MXFP4):
            blocks, scales = draw_mxfp4(shape, 124 if "gate_up" in name else 120, rng)
            packed |= {name + "_blocks": blocks, name + "_scales": scales}
            weights[name] = convert_moe_packed_tensors(blocks, scales, dtype=torch.float32)
            continue
        value = torch.from_numpy(random_weight(name, shape, rng, config).astype(np.float32))
        weights[name] = value.to(getattr(torch, stored)).float()
    return weights, packed


def save(folder, weights, shards):
    if shards == 1:
        safetensors.torch.save_file(weights, folder / "model.safetensors", {"format": "pt"})
        return
    names, where = sorted(weights), {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {n: weights[n] for n in names[shard::shards]}  # a layer's tensors lie in different files
        safetensors.torch.save_file(part, folder / file, {"format": "pt"})
        where |= {n: file for n in part}
    size = sum(w.nbytes for w in weights.values())
    index = {"metadata": {"total_size": size}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


def write_model(folder, config, about, rng):
    """Writes the folder; returns the model that it is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stored = about.get("stored", "float32")
    described = config | ({"torch_dtype": stored} if stored != "float32" else {})
    (folder / "config.json").write_text(json.dumps(described, indent=1) + "\n")
    plain = transformers.AutoConfig.from_pretrained(folder)
    if hasattr(plain, "quantization_config"):
        del plain.quantization_config
    plain.dtype = torch.float32
    plain._experts_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(plain, attn_implementation="eager")
    weights, packed = random_weights(model, rng, config, stored)
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and all(name.startswith("lm_head") for name in missing), (missing, unexpected)
    model.tie_weights()
    kept = {name: w.to(getattr(torch, stored)) for name, w in weights.items() if name + "_blocks" not in packed}
    save(folder, hub_weights(kept, config) | packed, about["shards"])
    return model.eval()


def check_published_names(folder, model, tokens):
    """The folder is to transformers the model that it was made of."""
    if (folder / "config.json").read_text().find("mxfp4") >= 0:
        return  # transformers keeps such experts in bfloat16, which is another model
    loaded, info = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager",
        output_loading_info=True)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    with torch.no_grad():
        assert torch.equal(loaded.eval()(tokens[None]).logits, model(tokens[None]).logits)


class Values:
    """Records the values [K, T, d] that every layer's attention sees."""

    def __init__(self, model):
        self.seen, self.attend, self.module = [], None, sys.modules[type(model).__module__]
        if model.config.model_type == "falcon":
            for layer in model.transformer.h:
                self.watch_falcon(layer.self_attention)
            return
        self.attend = attend = self.module.eager_attention_forward

        def watched(module, query, key, value, *more, **named):
            self.seen.append(value[0])
            return attend(module, query, key, value, *more, **named)

        self.module.eager_attention_forward = watched

    def stop(self):
        if self.attend:
            self.module.eager_attention_forward = self.attend

    def watch_falcon(self, attention):
        split = attention._split_heads

        def watched(fused):
            query, key, value = split(fused)
            repeats = attention.num_heads // attention.num_kv_heads if attention.new_decoder_architecture else 1
            self.seen.append(value[0, :, ::repeats].transpose(0, 1))
            return query, key, value

        attention._split_heads = watched


def output_matrix(layer):
    """[D, H d]"""
    attention = next(m for name, m in layer.named_children() if name in ("self_attn", "self_attention", "attention", "attn"))
    projection = next(m for name, m in attention.named_children() if name in ("o_proj", "out_proj", "dense", "c_proj"))
    return projection.weight.t() if type(projection).__name__ == "Conv1D" else projection.weight


def first_of(output):
    return output[0] if isinstance(output, torch.Tensor) else output[0][0]


def measure(model, tokens):
    config = model.config
    layers = next(m for m in model.modules()
                  if isinstance(m, torch.nn.ModuleList) and len(m) == config.num_hidden_layers)
    streams, values = [], Values(model)
    hooks = [layers[0].register_forward_pre_hook(lambda _, a, named: streams.append((a or [named["hidden_states"]])[0][0]),
                                                 with_kwargs=True)]
    for layer in layers:
        hooks.append(layer.register_forward_hook(lambda _, a, out: streams.append(first_of(out))))
    with torch.no_grad():
        out = model(tokens[None], output_attentions=True, output_hidden_states=True, use_cache=False)
    values.stop()
    for hook in hooks:
        hook.remove()
    assert all(s.shape == (len(tokens), config.hidden_size) for s in streams)
    attention = torch.stack([a[0] for a in out.attentions])
    for index, kind in enumerate(getattr(config, "layer_types", None) or []):
        past = attention[index, :, -1, 0].abs().max().item()
        assert (past == 0.0) == (kind == "sliding_attention"), "the window does not hide the first key"
    value_norm, output_norm = [], []
    for layer, v in zip(layers, values.seen, strict=True):
        heads, (key_heads, _, width) = config.num_attention_heads, v.shape
        spread = v.repeat_interleave(heads // key_heads, 0)  # [H, T, d]
        w = output_matrix(layer).reshape(-1, heads, width).transpose(0, 1)  # [H, D, d]
        value_norm.append(v.norm(dim=-1))
        output_norm.append((spread @ w.transpose(1, 2)).norm(dim=-1))
    loss = torch.nn.functional.cross_entropy(out.logits[0, :-1], tokens[1:], reduction="none")
    result = {"tokens": tokens, "logits": out.logits[0], "loss": loss, "attention": attention,
              "residual": torch.stack(streams), "final": out.hidden_states[-1][0],
              "valueNorm": torch.stack(value_norm), "outputNorm": torch.stack(output_norm)}
    return {k: v.detach().float().contiguous() for k, v in result.items()}


def make(name):
    about = {k: MODELS[name][k] for k in ("tokens", "shards", "stored") if k in MODELS[name]}
    config = {k: v for k, v in MODELS[name].items() if k not in about}
    rng = np.random.default_rng([SEED, list(MODELS).index(name)])
    folder, vocabulary = HERE / name, config["vocab_size"]
    model = write_model(folder, config, about, rng)
    ids = rng.integers(0, vocabulary, about["tokens"])
    ids[0], ids[1], ids[-2], ids[-1] = config["bos_token_id"], vocabulary - 1, ids[2], 0
    check_published_names(folder, model, torch.from_numpy(ids))
    expected = measure(model, torch.from_numpy(ids))
    versions = {"seed": str(SEED), "torch": torch.__version__, "transformers": transformers.__version__,
                "numpy": np.__version__}
    safetensors.torch.save_file(expected, folder / "expected.safetensors", versions)
    for path in folder.iterdir():
        path.chmod(0o644)
    sizes = {p.name: p.stat().st_size for p in sorted(folder.iterdir())}
    assert max(sizes.values()) < 150_000, sizes
    weights = expected["attention"]
    entropy = -(weights * weights.clamp_min(1e-30).log()).sum(-1).mean().item()
    print(f"{name}: logits within {expected['logits'].abs().max():.2f}, loss {expected['loss'].mean():.3f}, "
          f"mean row entropy {entropy:.2f}, {sum(sizes.values())} bytes in {len(sizes)} files")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
