#!/usr/bin/env python3
"""Makes tiny_gguf/NAME.gguf and NAME.safetensors: tiny models as llama.cpp stores them, by the Python package `gguf`,
and what transformers says about the very weights that such a file holds.

usage: make_tiny_ggufs.py [NAME ...]      (needs torch, transformers, safetensors, gguf)

Names, rows and metadata are those of llama.cpp's convert_hf_to_gguf.py: matrices that transformers holds as one are
split or joined, rows of LLaMa's queries and keys pair neighbours, Gemma's norms are whole factors. Rows that are no
whole blocks of a type are F16. The package can't quantise to Q4_K; files of that type are read in tst_model_goldens.cpp.
NAME.safetensors, float32: tokens [T], logits [T, V], column0 [L, H, T] (attention to the first token).
"""

import json
import pathlib
import sys

import gguf
import numpy as np
import safetensors.torch
import torch
import transformers

HERE = pathlib.Path(__file__).resolve().parent
Q = gguf.GGMLQuantizationType
# Tiny model -> type of its matrices.
MODELS = {"llama31-tied": Q.F16, "phi3-long": Q.F16, "phi3-short": Q.Q8_0, "gemma2-caps": Q.F16, "gpt2": Q.F16,
          "olmo2": Q.Q8_0, "pythia": Q.F16, "qwen3-moe": Q.F16, "smollm3-nope": Q.Q4_0, "falcon-new": Q.Q8_0,
          "gpt-oss-mxfp4": Q.MXFP4, "llama-yarn-biased": Q.BF16, "mixtral": Q.F16, "stablelm": Q.F16}
IN_PARTS = {"llama31-tied": 9}  # written in several files too, of so many tensors each
ARCHITECTURES = {"mixtral": "llama", "gpt_neox": "gptneox", "qwen3_moe": "qwen3moe", "gpt_oss": "gpt-oss"}
LAYER = {
    "input_layernorm": "attn_norm", "ln_1": "attn_norm", "ln_attn": "attn_norm_2", "ln_mlp": "attn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.qkv_proj": "attn_qkv", "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output", "attention.query_key_value": "attn_qkv", "self_attention.query_key_value": "attn_qkv",
    "attention.dense": "attn_output", "self_attention.dense": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "self_attn.sinks": "attn_sinks", "post_attention_layernorm": "ffn_norm",
    "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm", "ln_2": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "mlp.gate_up_proj": "ffn_up",
    "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down", "mlp.dense_h_to_4h": "ffn_up", "mlp.dense_4h_to_h": "ffn_down",
    "mlp.gate": "ffn_gate_inp", "mlp.router": "ffn_gate_inp",
}
OUTSIDE = {"embed_tokens": "token_embd", "wte": "token_embd", "embed_in": "token_embd", "word_embeddings": "token_embd",
           "wpe": "position_embd", "norm": "output_norm", "ln_f": "output_norm", "final_layer_norm": "output_norm",
           "lm_head": "output"}


def heads_together(x, config):
    """Query, key and value of each key head -> all queries, all keys, all values."""
    keys = getattr(config, "num_kv_heads", None) or config.num_attention_heads
    width = config.hidden_size // config.num_attention_heads
    parts = x.reshape(keys, -1, width, *x.shape[1:])
    return np.concatenate([parts[:, :-2].reshape(-1, *x.shape[1:]), parts[:, -2].reshape(-1, *x.shape[1:]),
                           parts[:, -1].reshape(-1, *x.shape[1:])])


def neighbours(x, heads):
    return x.reshape(heads, 2, x.shape[0] // heads // 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def converted(name, x, config):
    """One of transformers' parameters -> llama.cpp's tensors; only moves numbers about."""
    kind = config.model_type
    part, _, ending = name.rpartition(".")
    pieces = part.split(".")
    number = next((i for i, piece in enumerate(pieces) if piece.isdigit()), None)
    if number is None:
        return {f"{OUTSIDE[pieces[-1]]}.{ending}": x}
    prefix, inner = f"blk.{pieces[number]}.", ".".join(pieces[number + 1:])
    if inner == "mlp.experts":
        bias = ending.endswith("_bias")
        names = [f"{prefix}ffn_{which}_exps.{'bias' if bias else 'weight'}" for which in ("gate", "up", "down")]
        if kind == "gpt_oss":
            x = x if bias else x.swapaxes(1, 2)
            return {names[2]: x} if "down" in ending else {names[0]: x[:, ::2], names[1]: x[:, 1::2]}
        half = x.shape[1] // 2
        return {names[2]: x} if "down" in ending else {names[0]: x[:, :half], names[1]: x[:, half:]}
    if ending == "sinks":
        return {prefix + "attn_sinks.weight": x}
    if kind in ("gpt_neox", "falcon") and "query_key_value" in inner:
        x = heads_together(x, config)
    if kind == "gpt2" and x.ndim == 2:
        x = x.swapaxes(0, 1)
    if kind in ("llama", "mixtral", "smollm3") and inner in ("self_attn.q_proj", "self_attn.k_proj"):
        x = neighbours(x, config.num_attention_heads if "q_proj" in inner else config.num_key_value_heads)
    own = LAYER[inner]
    if inner == "post_attention_layernorm" and kind in ("gemma2", "olmo2", "gpt_oss"):
        own = "post_attention_norm"
    return {f"{prefix}{own}.{ending}": x}


def as_stored(name, x, kind):
    """The type that llama.cpp would store such a tensor in, and its data."""
    if x.ndim < 2 or name.endswith(".bias"):
        return Q.F32, x
    if kind == Q.MXFP4 and "_exps" not in name:
        kind = Q.Q8_0
    if x.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0] != 0:
        kind = Q.F16
    return kind, gguf.quants.quantize(x, kind)


def describe(writer, config, rope, weights):
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    writer.add_block_count(layers)
    writer.add_embedding_length(config.hidden_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_head_count(heads)
    keys = getattr(config, "num_key_value_heads", None) or getattr(config, "num_kv_heads", None) or heads
    writer.add_head_count_kv(keys)
    if width != config.hidden_size // heads:
        writer.add_key_length(width)
        writer.add_value_length(width)
    inner = next((getattr(config, f) for f in ("intermediate_size", "ffn_hidden_size") if getattr(config, f, None)),
                 4 * config.hidden_size)
    writer.add_feed_forward_length(inner)
    if hasattr(config, "rms_norm_eps"):
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    else:
        writer.add_layer_norm_eps(getattr(config, "layer_norm_eps", None) or config.layer_norm_epsilon)
    if rope:
        writer.add_rope_freq_base(rope["rope_theta"])
        writer.add_rope_dimension_count(int(width * rope.get("partial_rotary_factor", 1.0)))
        if rope["rope_type"] == "yarn":
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(rope["factor"])
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
            writer.add_rope_scaling_yarn_beta_fast(rope["beta_fast"])
            writer.add_rope_scaling_yarn_beta_slow(rope["beta_slow"])
        if rope["rope_type"] == "longrope":
            short, length = config.original_max_position_embeddings, config.max_position_embeddings
            writer.add_rope_scaling_orig_ctx_len(short)
            writer.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(length / short) / np.log(short))))
            for kind in ("long", "short"):
                writer.add_tensor(f"rope_factors_{kind}.weight", np.array(rope[f"{kind}_factor"], dtype=np.float32))
        if rope["rope_type"] == "llama3":  # what is divided by what
            plain = rope["rope_theta"] ** (-np.arange(0, width, 2) / width)
            writer.add_tensor("rope_freqs.weight", (plain / weights["frequencies"]).astype(np.float32))
    if getattr(config, "sliding_window", None):
        writer.add_sliding_window(config.sliding_window)
    if config.model_type == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if config.model_type in ("gpt_neox", "stablelm"):
        writer.add_parallel_residual(config.use_parallel_residual)
    experts = getattr(config, "num_local_experts", None) or getattr(config, "num_experts", None)
    if experts:
        writer.add_expert_count(experts)
        writer.add_expert_used_count(config.num_experts_per_tok)
        writer.add_expert_feed_forward_length(getattr(config, "moe_intermediate_size", inner))


def load(name):
    """The tiny model, changed where a GGUF can't say what it is."""
    config = transformers.AutoConfig.from_pretrained(HERE / "tiny" / name)
    if name == "smollm3-nope":
        config.no_rope_layers = [1, 1, 1, 0]
    if name == "qwen3-moe":
        config.mlp_only_layers, config.norm_topk_prob = [], True
    if name == "gemma2-caps":
        config.query_pre_attn_scalar = config.head_dim
    if name == "gpt-oss-mxfp4":
        del config.quantization_config
    config.dtype, config._experts_implementation = torch.float32, "eager"
    torch.manual_seed(20250402)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.15 * torch.randn(parameter.shape)
    return model.eval()


def split(whole, target, tensors):
    """The same file in parts of so many tensors, by the package's own writer."""
    reader = gguf.GGUFReader(whole)
    target.parent.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents(), split_max_tensors=tensors)
    for key, field in reader.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            array = field.types[1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(key, field.contents(), field.types[0], array)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(name):
    model = load(name)
    config, kind = model.config, MODELS[name]
    architecture = ARCHITECTURES.get(config.model_type, config.model_type)
    folder = HERE / "tiny_gguf"
    folder.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(folder / f"{name}.gguf", architecture)
    rotary = next((m for m in model.modules() if hasattr(m, "inv_freq")), None)
    describe(writer, config, getattr(config, "rope_parameters", None),
             {"frequencies": rotary.inv_freq.double().numpy() if rotary is not None else None})
    for key, parameter in model.named_parameters():
        values = parameter.detach().numpy()
        place = np.arange(values.size).reshape(values.shape)
        less_one = config.model_type == "gemma2" and "norm" in key
        for tensor, where in converted(key, place, config).items():
            own = np.ascontiguousarray(values.reshape(-1)[where]) + (1 if less_one else 0)
            type_, data = as_stored(tensor, own.astype(np.float32), kind)
            writer.add_tensor(tensor, data, raw_dtype=type_ if data.dtype == np.uint8 else None)
            held = np.array(gguf.quants.dequantize(data, type_), dtype=np.float32)
            values.reshape(-1)[where] = held - (1 if less_one else 0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tokens = safetensors.torch.load_file(HERE / "tiny" / name / "expected.safetensors")["tokens"]
    with torch.no_grad():
        out = model(tokens.long()[None], output_attentions=True, use_cache=False)
    golden = {"tokens": tokens, "logits": out.logits[0], "column0": torch.stack([a[0, :, :, 0] for a in out.attentions])}
    versions = {"gguf": "0.19.0", "torch": torch.__version__, "transformers": transformers.__version__}
    safetensors.torch.save_file({k: v.contiguous() for k, v in golden.items()}, folder / f"{name}.safetensors", versions)
    if name in IN_PARTS:
        split(folder / f"{name}.gguf", HERE / "tiny_parts" / f"{name}.gguf", IN_PARTS[name])
    size = (folder / f"{name}.gguf").stat().st_size
    assert size < 150_000, size
    print(f"{name} {kind.name}: logits within {out.logits.abs().max():.2f}, {size} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for wanted in sys.argv[1:] or MODELS:
        make(wanted)
