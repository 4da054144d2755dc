#!/usr/bin/env python3
"""Makes tiny/NAME/: small random models in Hugging Face's layout and what transformers says about them.

usage: make_tiny_models.py [NAME ...]      (needs torch, transformers, safetensors)

Sizes are odd on purpose (fewer key heads than heads, a head width that is not D / H, a vocabulary that is no multiple
of 8, windows shorter than the prompt) and norm weights are random, so that a mix-up of any two shows. Weights come from
numpy's generator with the seed below; both spellings of the rotary settings that published files have occur.
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

SEED = 20250402
HERE = pathlib.Path(__file__).resolve().parent / "tiny"

# "tokens" and "shards" are ours; the rest is config.json.
MODELS = {
    "llama-gqa": {
        "tokens": 13, "shards": 1,
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 101, "hidden_size": 36,
        "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 8,
        "intermediate_size": 44, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "hidden_act": "silu",
        "tie_word_embeddings": False, "rope_theta": 10000.0, "rope_scaling": None, "attention_bias": False,
        "bos_token_id": 1, "eos_token_id": 2},
    "llama-tied-sharded": {
        "tokens": 17, "shards": 3,
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 83, "hidden_size": 28,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 10,
        "intermediate_size": 52, "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "hidden_act": "silu",
        "tie_word_embeddings": True, "attention_bias": False, "bos_token_id": 1, "eos_token_id": 2,
        "rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 500000.0}},
    "gemma3-tied": {
        "tokens": 19, "shards": 1,
        "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "vocab_size": 107, "hidden_size": 32,
        "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10,
        "intermediate_size": 42, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 7, "sliding_window": 5,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
        "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": {"rope_type": "linear", "factor": 8.0},
        "attention_bias": False, "attn_logit_softcapping": None, "final_logit_softcapping": None,
        "bos_token_id": 2, "eos_token_id": 1},
    "gemma3-untied-sharded": {
        "tokens": 11, "shards": 2,
        "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "vocab_size": 91, "hidden_size": 30,
        "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 12,
        "intermediate_size": 38, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 12, "sliding_window": 3,
        "layer_types": ["full_attention", "sliding_attention", "sliding_attention"], "tie_word_embeddings": False,
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 100000.0},
                            "sliding_attention": {"rope_type": "default", "rope_theta": 3000.0}},
        "attention_bias": False, "attn_logit_softcapping": None, "final_logit_softcapping": None,
        "bos_token_id": 2, "eos_token_id": 1},
}


def random_weights(model, rng, gemma):
    """Weights under transformers' names: attention that is neither uniform nor one-hot, logits of order one."""
    weights = {}
    for name, parameter in sorted(model.named_parameters()):
        shape = tuple(parameter.shape)
        if "norm" in name:  # the factor, or the factor minus one
            value = rng.uniform(0.5, 1.7, shape) - (1.0 if gemma else 0.0)
        elif "embed" in name:  # small, so that the norms' epsilon counts
            value = rng.normal(0, 0.05 if model.config.tie_word_embeddings else 0.01, shape)
        else:
            gain = 1.5 if "q_proj" in name or "k_proj" in name else 1.0
            value = rng.normal(0, gain / np.sqrt(shape[-1]), shape)
        weights[name] = torch.from_numpy(value.astype(np.float32))
    return weights


def write_model(folder, config, shards, rng):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    model = transformers.AutoModelForCausalLM.from_config(transformers.AutoConfig.from_pretrained(folder))
    weights = random_weights(model, rng, config["model_type"].startswith("gemma"))
    if shards == 1:
        safetensors.torch.save_file(weights, folder / "model.safetensors", {"format": "pt"})
        return
    names, where = sorted(weights), {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {n: weights[n] for n in names[shard::shards]}  # a layer's tensors lie in different files
        safetensors.torch.save_file(part, folder / file, {"format": "pt"})
        where |= {n: file for n in part}
    size = sum(w.numel() * 4 for w in weights.values())
    index = {"metadata": {"total_size": size}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


def measure(folder, tokens):
    model, info = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    model.eval()
    layers, config = model.model.layers, model.config
    heads, key_heads, width = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    streams, values = [], []
    hooks = [layers[0].register_forward_pre_hook(lambda _, a: streams.append(a[0][0]))]
    for layer in layers:
        hooks.append(layer.register_forward_hook(lambda _, a, out: streams.append(out[0])))
        hooks.append(layer.self_attn.v_proj.register_forward_hook(lambda _, a, out: values.append(out[0])))
    with torch.no_grad():
        out = model(tokens[None], output_attentions=True, output_hidden_states=True, use_cache=False)
    for hook in hooks:
        hook.remove()
    assert all(s.shape == (len(tokens), config.hidden_size) for s in streams)
    attention = torch.stack([a[0] for a in out.attentions])
    for index, kind in enumerate(getattr(config, "layer_types", None) or []):
        past = attention[index, :, -1, 0].abs().max().item()
        assert (past == 0.0) == (kind == "sliding_attention"), "the window does not hide the first key"
    value_norm, output_norm = [], []
    for layer, value in zip(layers, values):
        v = value.reshape(len(tokens), key_heads, width).transpose(0, 1)  # [K, T, d]
        spread = v.repeat_interleave(heads // key_heads, 0)  # [H, T, d]
        w = layer.self_attn.o_proj.weight.reshape(-1, heads, width).transpose(0, 1)  # [H, D, d]
        value_norm.append(v.norm(dim=-1))
        output_norm.append((spread @ w.transpose(1, 2)).norm(dim=-1))
    loss = torch.nn.functional.cross_entropy(out.logits[0, :-1], tokens[1:], reduction="none")
    result = {"tokens": tokens, "logits": out.logits[0], "loss": loss, "attention": attention,
              "residual": torch.stack(streams), "final": out.hidden_states[-1][0],
              "valueNorm": torch.stack(value_norm), "outputNorm": torch.stack(output_norm)}
    return {k: v.detach().float().contiguous() for k, v in result.items()}


def make(name):
    config = {k: v for k, v in MODELS[name].items() if k not in ("tokens", "shards")}
    rng = np.random.default_rng([SEED, list(MODELS).index(name)])
    folder, vocabulary, count = HERE / name, config["vocab_size"], MODELS[name]["tokens"]
    write_model(folder, config, MODELS[name]["shards"], rng)
    ids = rng.integers(0, vocabulary, count)
    ids[0], ids[1], ids[-2], ids[-1] = config["bos_token_id"], vocabulary - 1, ids[2], 0
    expected = measure(folder, torch.from_numpy(ids))
    about = {"seed": str(SEED), "torch": torch.__version__, "transformers": transformers.__version__,
             "numpy": np.__version__}
    safetensors.torch.save_file(expected, folder / "expected.safetensors", about)
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
