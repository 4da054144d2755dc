#include "core/model/attend.h"

#include "core/model/rotary.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

// Queries of a layer with a window are taken this many at a time: large enough for the matrix products, small enough
// that the mask [block, block + window] stays small.
constexpr std::int64_t kQueryBlock = 256;

/// The definition: one softmax over explicit scores. For devices and types without a fused operator that takes a mask.
Attended attendExplicitly(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& mask, double scale) {
  const at::Tensor scores = at::matmul(query, key.transpose(-1, -2)) * scale + mask;  // [batch, head, query, key]
  return {at::matmul(at::softmax(scores, -1), value), at::logsumexp(scores, -1)};
}

/// Each key head repeated for the query heads that share it.
at::Tensor repeatHeads(const at::Tensor& x, std::int64_t heads) {
  return x.size(1) == heads ? x : x.repeat_interleave(heads / x.size(1), 1);
}

/// Attention of `query` [batch, head, query, d] over `key` and `value` [batch, key head, key, d]. An undefined mask
/// means causal; else it is added to the scores, [query, key].
Attended attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, const at::Tensor& mask,
                double scale) {
  const bool causal = !mask.defined();
  if (query.is_cpu()) {
    // The forward takes grouped heads as they are; its backward wants one key head a query head.
    const bool learns = at::GradMode::is_enabled() && query.requires_grad();
    const at::Tensor k = learns ? repeatHeads(key, query.size(1)) : key;
    const at::Tensor v = learns ? repeatHeads(value, query.size(1)) : value;
    auto [output, logSumExp] = at::_scaled_dot_product_flash_attention_for_cpu(
        query, k, v, 0.0, causal, causal ? std::nullopt : std::optional(mask), scale);
    return {output, logSumExp};
  }
  const at::Tensor k = repeatHeads(key, query.size(1)), v = repeatHeads(value, query.size(1));
  if (!causal) return attendExplicitly(query, k, v, mask, scale);
  auto [output, logSumExp, seed, offset] =
      at::_scaled_dot_product_efficient_attention(query, k, v, std::nullopt, true, 0.0, true, scale);
  return {output, logSumExp.narrow(-1, 0, query.size(2))};  // padded to a multiple of 32
}

/// 0 where the query sees the key, minus infinity elsewhere. Query r stands at position `offset + r` of the keys.
at::Tensor attentionMask(std::int64_t queries, std::int64_t keys, std::int64_t offset, std::int64_t window,
                         at::Device device) {
  const auto options = at::TensorOptions().device(device);
  const at::Tensor distance =  // query's position minus the key's
      at::arange(offset, offset + queries, options).unsqueeze(1) - at::arange(keys, options);
  const at::Tensor future = distance < 0;
  const at::Tensor hidden = window == 0 ? future : future.logical_or(distance >= window);
  return at::zeros({queries, keys}, options.dtype(at::kFloat))
      .masked_fill(hidden, -std::numeric_limits<float>::infinity());
}

}  // namespace

Attended attendCausally(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t window,
                        double scale) {
  const std::int64_t queries = query.size(2), past = key.size(2) - queries;
  if (past == 0 && (window == 0 || queries <= window)) return attend(query, key, value, {}, scale);
  std::vector<at::Tensor> outputs, logSums;
  at::Tensor mask;
  for (std::int64_t begin = 0; begin < queries; begin += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, queries - begin), position = past + begin;
    const std::int64_t first = window == 0 ? 0 : std::max<std::int64_t>(0, position - window + 1);
    const std::int64_t keys = position + count - first;
    if (!mask.defined() || mask.size(0) != count || mask.size(1) != keys)
      mask = attentionMask(count, keys, position - first, window, query.device());
    const Attended block =
        attend(query.narrow(2, begin, count), key.narrow(2, first, keys), value.narrow(2, first, keys), mask, scale);
    outputs.push_back(block.output);
    logSums.push_back(block.logSumExp);
  }
  return {at::cat(outputs, 2), at::cat(logSums, 2)};
}

Attended attendWithoutFirstKey(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               std::int64_t window, double scale) {
  const std::int64_t queries = query.size(2), others = key.size(2) - 1;
  const auto rest = [](const at::Tensor& x, std::int64_t count) { return x.narrow(2, x.size(2) - count, count); };
  if (queries <= others) return attendCausally(query, rest(key, others), rest(value, others), window, scale);
  const auto first = [&](const at::Tensor& x) { return repeatHeads(x.narrow(2, 0, 1), query.size(1)); };
  const Attended own{first(value), (first(query) * first(key)).sum(-1) * scale};
  if (others == 0) return own;
  const Attended seen = attendCausally(rest(query, others), rest(key, others), rest(value, others), window, scale);
  return {at::cat({own.output, seen.output}, 2), at::cat({own.logSumExp, seen.logSumExp}, 2)};
}

Attended attendThroughCache(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                            const CacheLimit& cache, const LayerConfig& layer, double scale) {
  const std::int64_t tokens = query.size(2), sinks = std::min(cache.first, tokens);
  const std::int64_t last = layer.window == 0 ? cache.last : std::min(cache.last, layer.window);
  const at::Tensor k = repeatHeads(key, query.size(1)), v = repeatHeads(value, query.size(1));
  std::vector<at::Tensor> outputs, logSums;
  for (std::int64_t begin = 0; begin < tokens; begin += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, tokens - begin);
    const std::int64_t start = std::max(sinks, begin - last + 1),
                       keys = std::max<std::int64_t>(0, begin + count - start);
    const at::Tensor own = query.narrow(2, begin, count);
    const at::Tensor position = at::arange(begin, begin + count, at::TensorOptions().device(query.device()));
    const at::Tensor place = position.clamp_max(cache.first + cache.last - 1);  // in the cache
    const at::Tensor near = rotate(own, rotationAt(place - position, layer, query.size(3)));
    const auto scores = [&](const at::Tensor& from, const at::Tensor& of, const at::Tensor& distance,
                            std::int64_t window) {
      const at::Tensor hidden = window == 0 ? distance < 0 : (distance < 0).logical_or(distance >= window);
      return (at::matmul(from, of.transpose(-1, -2)) * scale)
          .masked_fill(hidden, -std::numeric_limits<float>::infinity());
    };
    const auto distances = [](const at::Tensor& from, std::int64_t first, std::int64_t number) {
      return from.unsqueeze(1) - at::arange(first, first + number, from.options());  // [query, key]
    };
    const at::Tensor all = at::cat({scores(near, k.narrow(2, 0, sinks), distances(place, 0, sinks), layer.window),
                                    scores(own, k.narrow(2, start, keys), distances(position, start, keys), last)},
                                   -1);  // [batch, head, query, key]
    const at::Tensor seen = at::cat({v.narrow(2, 0, sinks), v.narrow(2, start, keys)}, 2);
    outputs.push_back(at::matmul(at::softmax(all, -1), seen));
    logSums.push_back(at::logsumexp(all, -1));
  }
  return {at::cat(outputs, 2), at::cat(logSums, 2)};
}

}  // namespace sinkscope
