"""How published files spell the weights that transformers names and joins in its own way."""

import torch

MXFP4 = ("gate_up_proj", "down_proj")  # in the published gpt-oss


def split_experts(weights, config, block, names):
    """One tensor an expert, of gate and up each, instead of one tensor of all."""
    gate, up, down = names
    hub = {}
    for name, value in weights.items():
        if ".mlp.experts." not in name:
            hub[name.replace(".mlp.", f".{block}.") if ".mlp.gate." in name else name] = value
            continue
        prefix = name.split(".mlp.experts.")[0] + f".{block}.experts."
        for expert, one in enumerate(value):
            if name.endswith("down_proj"):
                hub[f"{prefix}{expert}.{down}.weight"] = one.clone()
            else:
                first, second = one.chunk(2)
                hub |= {f"{prefix}{expert}.{gate}.weight": first.clone(), f"{prefix}{expert}.{up}.weight": second.clone()}
    return hub


def gpt2(weights, config):
    """Without the prefix, with the masks that were stored as if they were weights."""
    hub = {name.removeprefix("transformer."): value for name, value in weights.items()}
    size = config["n_positions"]
    for layer in range(config["n_layer"]):
        hub[f"h.{layer}.attn.bias"] = torch.ones(size, size, dtype=torch.uint8).tril().view(1, 1, size, size)
    return hub


def neox(weights, config):
    hub = {name.replace("lm_head", "embed_out"): value for name, value in weights.items()}
    for layer in range(config["num_hidden_layers"]):
        name = f"gpt_neox.layers.{layer}.attention."
        hub[name + "masked_bias"] = torch.tensor([-1e9])
        hub[name + "rotary_emb.inv_freq"] = torch.ones(2)
    return hub


def hub_weights(weights, config):
    """Weights under transformers' names -> weights as published files have them."""
    kind = config["model_type"]
    if kind == "mixtral":
        return split_experts(weights, config, "block_sparse_moe", ("w1", "w3", "w2"))
    if kind == "qwen3_moe":
        return split_experts(weights, config, "mlp", ("gate_proj", "up_proj", "down_proj"))
    return {"gpt2": gpt2, "gpt_neox": neox}.get(kind, lambda w, _: w)(weights, config)


def draw_mxfp4(shape, exponent, rng):
    """Blocks and scales about 2^(exponent - 127) for a matrix that transformers holds as `shape` [expert, in, out]."""
    experts, inner, outer = shape
    blocks = rng.integers(0, 256, (experts, outer, inner // 32, 16), dtype="uint8")
    scales = rng.integers(exponent - 2, exponent + 2, (experts, outer, inner // 32), dtype="uint8")
    return torch.from_numpy(blocks), torch.from_numpy(scales)
