#pragma once

#include "gguf_bytes.h"

/// A whole model as a GGUF file, small enough to be written by hand.
namespace gguf_bytes {

inline std::vector<float> counting(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i);
  return values;
}

inline Tensor tensor(const QByteArray& name, const std::vector<quint64>& dimensions) {
  quint64 count = 1;
  for (const quint64 length : dimensions) count *= length;
  return {name, dimensions, counting(count)};
}

/// A LLaMa of one layer, two heads of width 6 and one key head, whose weights count from 0.
inline std::vector<Tensor> smallLlama() {
  std::vector<Tensor> all = {tensor("token_embd.weight", {8, 5}), tensor("output_norm.weight", {8})};
  const auto add = [&](const QByteArray& name, const std::vector<quint64>& dimensions) {
    all.push_back(tensor("blk.0." + name, dimensions));
  };
  add("attn_norm.weight", {8});
  add("attn_q.weight", {8, 12});
  add("attn_k.weight", {8, 6});
  add("attn_v.weight", {8, 6});
  add("attn_output.weight", {12, 8});
  add("attn_q.bias", {12});
  add("attn_k.bias", {6});
  add("attn_v.bias", {6});
  add("ffn_norm.weight", {8});
  add("ffn_gate.weight", {8, 10});
  add("ffn_up.weight", {8, 10});
  add("ffn_down.weight", {10, 8});
  return all;
}

inline QByteArray llamaFile(const std::vector<Tensor>& tensors, const QList<QByteArray>& more = {}) {
  return file(
      more + QList<QByteArray>{entry("general.architecture", "llama"), entry("general.license", "mit"),
                               entry("llama.block_count", 1u), entry("llama.context_length", 32u),
                               entry("llama.embedding_length", 8u), entry("llama.feed_forward_length", 10u),
                               entry("llama.attention.head_count", 2u), entry("llama.attention.head_count_kv", 1u),
                               entry("llama.attention.key_length", 6u),
                               entry("llama.attention.layer_norm_rms_epsilon", 1e-5f)},
      tensors);
}

}  // namespace gguf_bytes
