"""What the tiny models of make_tiny_models.py are.

"tokens" (how many), "shards" and "stored" (the type of the weights on disk, float32 where it is not said) are ours, the
rest is config.json, in the spellings that published files have: those of transformers 4 and of 5, fields left out where
families have a usual value.
"""


def llama(**more):
    return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "bos_token_id": 1,
            "eos_token_id": 2} | more


def gemma3(**more):
    return {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "max_position_embeddings": 64,
            "rms_norm_eps": 1e-6, "hidden_activation": "gelu_pytorch_tanh", "attention_bias": False,
            "attn_logit_softcapping": None, "final_logit_softcapping": None, "bos_token_id": 2,
            "eos_token_id": 1} | more


MODELS = {
    "llama-gqa": llama(
        tokens=13, shards=1, vocab_size=101, hidden_size=36, num_hidden_layers=3, num_attention_heads=6,
        num_key_value_heads=2, head_dim=8, intermediate_size=44, max_position_embeddings=64, rms_norm_eps=1e-5,
        tie_word_embeddings=False, rope_theta=10000.0, rope_scaling=None, attention_bias=False),
    "llama-tied-sharded": llama(
        tokens=17, shards=3, vocab_size=83, hidden_size=28, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=1, head_dim=10, intermediate_size=52, max_position_embeddings=64, rms_norm_eps=1e-6,
        tie_word_embeddings=True, attention_bias=False,
        rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 500000.0}),
    "gemma3-tied": gemma3(
        tokens=19, shards=1, vocab_size=107, hidden_size=32, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=10, intermediate_size=42, query_pre_attn_scalar=7, sliding_window=5,
        layer_types=["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
        rope_theta=1000000.0, rope_local_base_freq=10000.0, rope_scaling={"rope_type": "linear", "factor": 8.0}),
    "gemma3-untied-sharded": gemma3(
        tokens=11, shards=2, vocab_size=91, hidden_size=30, num_hidden_layers=3, num_attention_heads=6,
        num_key_value_heads=3, head_dim=12, intermediate_size=38, query_pre_attn_scalar=12, sliding_window=3,
        layer_types=["full_attention", "sliding_attention", "sliding_attention"], tie_word_embeddings=False,
        rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 100000.0},
                         "sliding_attention": {"rope_type": "default", "rope_theta": 3000.0}}),
    # LLaMa 3.1 and 3.2; of the six frequencies one stays, one is blended, the others are divided.
    "llama31-tied": llama(
        tokens=23, shards=1, stored="bfloat16", vocab_size=69, hidden_size=24, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=12, intermediate_size=34, max_position_embeddings=80,
        rms_norm_eps=1e-5, tie_word_embeddings=True, rope_theta=10000.0,
        rope_scaling={"factor": 8.0, "high_freq_factor": 2.5, "low_freq_factor": 0.5,
                      "original_max_position_embeddings": 20, "rope_type": "llama3"}),
    "llama-yarn-biased": llama(
        tokens=21, shards=1, vocab_size=61, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=12, intermediate_size=30, max_position_embeddings=64, rms_norm_eps=1e-5,
        attention_bias=True, mlp_bias=True, rope_theta=100.0,
        rope_scaling={"type": "yarn", "factor": 4.0, "beta_fast": 2.0, "beta_slow": 0.1,
                      "original_max_position_embeddings": 16}),
    "qwen2-windows": {
        "tokens": 17, "shards": 1, "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": 75,
        "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
        "intermediate_size": 34, "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "hidden_act": "silu",
        "rope_theta": 1000000.0, "sliding_window": 6, "use_sliding_window": True, "max_window_layers": 1,
        "tie_word_embeddings": False, "bos_token_id": 3, "eos_token_id": 4},
    "qwen2-tied-sharded": {
        "tokens": 13, "shards": 2, "stored": "bfloat16", "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2", "vocab_size": 77, "hidden_size": 30, "num_hidden_layers": 2, "num_attention_heads": 3,
        "num_key_value_heads": 1, "intermediate_size": 36, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
        "hidden_act": "silu", "rope_theta": 1000000.0, "sliding_window": 6, "use_sliding_window": False,
        "max_window_layers": 1, "tie_word_embeddings": True, "bos_token_id": 3, "eos_token_id": 4},
    "qwen3-yarn": {
        "tokens": 21, "shards": 1, "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "vocab_size": 67,
        "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10,
        "intermediate_size": 34, "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "hidden_act": "silu",
        "attention_bias": False, "use_sliding_window": False, "sliding_window": None, "tie_word_embeddings": True,
        "rope_parameters": {"rope_type": "yarn", "rope_theta": 100.0, "factor": 4.0, "beta_fast": 2.0,
                            "beta_slow": 0.1, "original_max_position_embeddings": 16, "attention_factor": 1.25},
        "bos_token_id": 3, "eos_token_id": 4},
    "mistral-window": {
        "tokens": 15, "shards": 1, "stored": "bfloat16", "architectures": ["MistralForCausalLM"],
        "model_type": "mistral", "vocab_size": 71, "hidden_size": 24, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 34,
        "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 10000.0,
        "sliding_window": 5, "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2},
    "gemma-tied": {
        "tokens": 13, "shards": 1, "architectures": ["GemmaForCausalLM"], "model_type": "gemma", "vocab_size": 73,
        "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 10,
        "intermediate_size": 38, "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "hidden_act": "gelu",
        "hidden_activation": None, "rope_theta": 10000.0, "bos_token_id": 2, "eos_token_id": 1},
    "gemma2-caps": {
        "tokens": 15, "shards": 1, "stored": "float16", "architectures": ["Gemma2ForCausalLM"],
        "model_type": "gemma2", "vocab_size": 79, "hidden_size": 24, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10, "intermediate_size": 38,
        "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "hidden_activation": "gelu_pytorch_tanh",
        "query_pre_attn_scalar": 7, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0,
        "sliding_window": 5, "rope_theta": 10000.0, "bos_token_id": 2, "eos_token_id": 1},
    # Within the first training's length, with windows and partial rotary positions ...
    "phi3-short": {
        "tokens": 13, "shards": 1, "stored": "bfloat16", "architectures": ["Phi3ForCausalLM"], "model_type": "phi3",
        "vocab_size": 71, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 38, "max_position_embeddings": 64,
        "original_max_position_embeddings": 16, "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 10000.0,
        "partial_rotary_factor": 0.75, "sliding_window": 7, "tie_word_embeddings": False,
        "rope_scaling": {"type": "longrope", "long_factor": [1.5, 3.0, 6.0], "short_factor": [1.0, 1.3, 1.7]},
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0},
    # ... and beyond it.
    "phi3-long": {
        "tokens": 19, "shards": 1, "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "vocab_size": 63,
        "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "num_key_value_heads": 3,
        "intermediate_size": 30, "max_position_embeddings": 64, "original_max_position_embeddings": 16,
        "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 10000.0, "sliding_window": None,
        "tie_word_embeddings": False,
        "rope_scaling": {"type": "longrope", "long_factor": [1.0, 2.0, 4.0, 5.0], "short_factor": [1.0, 1.1, 1.2, 1.3]},
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0},
    "smollm3-nope": {
        "tokens": 13, "shards": 1, "stored": "bfloat16", "architectures": ["SmolLM3ForCausalLM"],
        "model_type": "smollm3", "vocab_size": 83, "hidden_size": 32, "num_hidden_layers": 4,
        "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 42, "max_position_embeddings": 64,
        "rms_norm_eps": 1e-6, "hidden_act": "silu", "rope_theta": 5000000.0, "no_rope_layers": [1, 0, 1, 0],
        "bos_token_id": 3, "eos_token_id": 4, "pad_token_id": 0},
    "olmo2": {
        "tokens": 15, "shards": 1, "stored": "bfloat16", "architectures": ["Olmo2ForCausalLM"],
        "model_type": "olmo2", "vocab_size": 69, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 42, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
        "hidden_act": "silu", "rope_theta": 500000, "rope_scaling": None, "attention_bias": False,
        "tie_word_embeddings": False, "bos_token_id": 3, "eos_token_id": 4},
    "gpt2": {
        "tokens": 13, "shards": 1, "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": 87,
        "n_embd": 28, "n_layer": 2, "n_head": 4, "n_positions": 32, "n_ctx": 32, "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5, "bos_token_id": 3, "eos_token_id": 4},
    "pythia": {
        "tokens": 13, "shards": 1, "stored": "float16", "architectures": ["GPTNeoXForCausalLM"],
        "model_type": "gpt_neox", "vocab_size": 91, "hidden_size": 48, "num_hidden_layers": 3,
        "num_attention_heads": 3, "intermediate_size": 58, "max_position_embeddings": 64, "layer_norm_eps": 1e-5,
        "hidden_act": "gelu", "rotary_pct": 0.25, "rotary_emb_base": 10000, "use_parallel_residual": True,
        "tie_word_embeddings": False, "bos_token_id": 0, "eos_token_id": 1},
    "opt": {
        "tokens": 13, "shards": 1, "stored": "float16", "architectures": ["OPTForCausalLM"], "model_type": "opt",
        "vocab_size": 85, "hidden_size": 36, "word_embed_proj_dim": 36, "num_hidden_layers": 3,
        "num_attention_heads": 3, "ffn_dim": 50, "max_position_embeddings": 32, "activation_function": "relu",
        "do_layer_norm_before": True, "_remove_final_layer_norm": False, "pad_token_id": 1, "bos_token_id": 2,
        "eos_token_id": 2},
    "mixtral": {
        "tokens": 15, "shards": 1, "stored": "bfloat16", "architectures": ["MixtralForCausalLM"],
        "model_type": "mixtral", "vocab_size": 67, "hidden_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 30,
        "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 1000000.0,
        "sliding_window": None, "num_local_experts": 5, "num_experts_per_tok": 2, "tie_word_embeddings": False,
        "bos_token_id": 1, "eos_token_id": 2},
    # One layer without experts, shares that don't sum to 1.
    "qwen3-moe": {
        "tokens": 25, "shards": 1, "stored": "bfloat16", "architectures": ["Qwen3MoeForCausalLM"],
        "model_type": "qwen3_moe", "vocab_size": 65, "hidden_size": 24, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10, "intermediate_size": 38,
        "moe_intermediate_size": 22, "num_experts": 6, "num_experts_per_tok": 3, "norm_topk_prob": False,
        "decoder_sparse_step": 1, "mlp_only_layers": [1], "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
        "hidden_act": "silu", "rope_theta": 1000000.0, "attention_bias": False, "use_sliding_window": False,
        "sliding_window": None, "tie_word_embeddings": False, "bos_token_id": 3, "eos_token_id": 4},
    "gpt-oss": {
        "tokens": 21, "shards": 1, "stored": "bfloat16", "architectures": ["GptOssForCausalLM"],
        "model_type": "gpt_oss", "vocab_size": 71, "hidden_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10, "intermediate_size": 18,
        "num_local_experts": 4, "num_experts_per_tok": 2, "max_position_embeddings": 64, "sliding_window": 6,
        "layer_types": ["sliding_attention", "full_attention"], "rms_norm_eps": 1e-5, "hidden_act": "silu",
        "attention_bias": True, "rope_theta": 100.0,
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 2.0, "beta_slow": 0.1, "truncate": False,
                         "original_max_position_embeddings": 16},
        "swiglu_limit": 7.0, "tie_word_embeddings": False, "bos_token_id": 3, "eos_token_id": 4},
    "gpt-oss-mxfp4": {
        "tokens": 21, "shards": 1, "stored": "bfloat16", "architectures": ["GptOssForCausalLM"],
        "model_type": "gpt_oss", "vocab_size": 61, "hidden_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 32,
        "num_local_experts": 3, "num_experts_per_tok": 2, "max_position_embeddings": 64, "sliding_window": 6,
        "layer_types": ["sliding_attention", "full_attention"], "rms_norm_eps": 1e-5, "hidden_act": "silu",
        "attention_bias": True, "rope_theta": 100.0,
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 2.0, "beta_slow": 0.1, "truncate": False,
                         "original_max_position_embeddings": 16},
        "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]},
        "swiglu_limit": 7.0, "tie_word_embeddings": False, "bos_token_id": 3, "eos_token_id": 4},
    "stablelm": {
        "tokens": 13, "shards": 1, "stored": "float16", "architectures": ["StableLmForCausalLM"],
        "model_type": "stablelm", "vocab_size": 79, "hidden_size": 32, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 42, "max_position_embeddings": 64,
        "layer_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 10000, "partial_rotary_factor": 0.5,
        "use_qkv_bias": True, "use_parallel_residual": False, "qk_layernorm": False, "tie_word_embeddings": False,
        "bos_token_id": 3, "eos_token_id": 4},
    # Falcon 7B's layers and those of the larger Falcons.
    "falcon": {
        "tokens": 13, "shards": 1, "stored": "bfloat16", "architectures": ["FalconForCausalLM"],
        "model_type": "falcon", "vocab_size": 77, "hidden_size": 32, "num_hidden_layers": 3,
        "num_attention_heads": 4, "multi_query": True, "parallel_attn": True, "bias": False, "alibi": False,
        "new_decoder_architecture": False, "layer_norm_epsilon": 1e-5, "bos_token_id": 3, "eos_token_id": 4},
    "falcon-new": {
        "tokens": 13, "shards": 1, "stored": "bfloat16", "architectures": ["FalconForCausalLM"],
        "model_type": "falcon", "vocab_size": 73, "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_kv_heads": 2, "multi_query": True, "parallel_attn": True, "bias": False,
        "alibi": False, "new_decoder_architecture": True, "layer_norm_epsilon": 1e-5, "bos_token_id": 3,
        "eos_token_id": 4},
}
