#include "core/model/attend.h"

#include "core/model/attend_parts.h"
#include "core/model/halved_attention.h"
#include "core/model/sigmoid_attention.h"

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

/// The definition: one softmax over explicit scores. For soft caps, and for devices without a fused operator that takes
/// a mask.
Attended attendExplicitly(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& mask, double scale, double cap = 0.0) {
  const at::Tensor products = at::matmul(query, key.transpose(-1, -2)) * scale;  // [batch, head, query, key]
  const at::Tensor scores = capped(products, cap) + mask;
  return {at::matmul(at::softmax(scores, -1), value), at::logsumexp(scores, -1)};
}

/// Attention of `query` [batch, head, query, d] over `key` and `value` [batch, key head, key, d]. An undefined mask
/// means causal; else it is added to the scores, [query, key]. A soft cap wants a mask.
Attended attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, const at::Tensor& mask,
                double scale, double cap = 0.0) {
  const bool causal = !mask.defined();
  if (cap > 0.0)
    return attendExplicitly(query, repeatHeads(key, query.size(1)), repeatHeads(value, query.size(1)), mask, scale,
                            cap);
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

/// The keys [first, end) and, before them, the `always` first ones as far as they are not among them.
struct KeyRange {
  std::int64_t always = 0, first = 0, end = 0;

  at::Tensor of(const at::Tensor& x) const {
    const at::Tensor near = x.narrow(2, first, end - first);
    return apart() == 0 ? near : at::cat({x.narrow(2, 0, apart()), near}, 2);
  }
  std::int64_t apart() const { return std::min(always, first); }
};

/// 0 where queries [position, position + count) see the keys of the range, minus infinity elsewhere: [query, key].
at::Tensor attentionMask(std::int64_t position, std::int64_t count, const KeyRange& keys, std::int64_t window,
                         at::Device device) {
  const at::Tensor hidden = unseenKeys(position, position + count, keys.first, keys.end, window, keys.always, device);
  const at::Tensor mask = hidingMask(hidden);
  return keys.apart() == 0 ? mask : at::cat({at::zeros({count, keys.apart()}, mask.options()), mask}, 1);
}

/// Softmax attention by blocks of queries, of which the first stands at position `past` of the keys. The `always`
/// first keys are seen from everywhere.
Attended attendByBlocks(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t always,
                        const AttentionForm& form) {
  const std::int64_t window = form.window;
  const std::int64_t queries = query.size(2), past = key.size(2) - queries;
  std::vector<at::Tensor> outputs, logSums;
  at::Tensor mask;
  std::int64_t maskFirst = -1;  // first key of the window whose mask it is
  for (std::int64_t begin = 0; begin < queries; begin += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, queries - begin), position = past + begin;
    const std::int64_t first = window == 0 ? 0 : std::max<std::int64_t>(0, position - window + 1);
    const KeyRange keys{always, first, position + count};
    // Behind the keys that are always seen all full blocks have the same mask.
    const bool same = mask.defined() && maskFirst >= std::max<std::int64_t>(always, 1) && mask.size(0) == count;
    if (!same) mask = attentionMask(position, count, keys, window, query.device());
    if (!same) maskFirst = first;
    const Attended block =
        attend(query.narrow(2, begin, count), keys.of(key), keys.of(value), mask, form.scale, form.cap);
    outputs.push_back(block.output);
    logSums.push_back(block.logSumExp);
  }
  return {at::cat(outputs, 2), at::cat(logSums, 2)};
}

/// Keys and values as the fused operator takes them: the extra one before the others, values as wide as keys.
struct Prepared {
  at::Tensor key, value;

  Prepared(const at::Tensor& keys, const at::Tensor& values, const AttentionForm& form) : key(keys), value(values) {
    if (form.extraKey.defined()) {
      const auto joined = [](const at::Tensor& extra, const at::Tensor& x) {
        return at::cat({extra.unsqueeze(1).unsqueeze(0).expand({x.size(0), -1, -1, -1}), x}, 2);
      };
      key = joined(form.extraKey, key);
      value = joined(form.extraValue, value);
    }
    const std::int64_t narrower = key.size(3) - value.size(3);
    if (narrower > 0) value = at::constant_pad_nd(value, {0, narrower});
  }
};

/// Softmax attention, its output as wide as the keys.
Attended attendBySoftmax(at::Tensor query, const at::Tensor& keys, const at::Tensor& values,
                         const AttentionForm& form) {
  const std::int64_t queries = query.size(2), extra = form.extraKey.defined() ? 1 : 0;
  const bool bounded = form.window > 0 && keys.size(2) > form.window,
             square = keys.size(2) == queries && !bounded && form.cap == 0.0;
  const auto [key, value] = Prepared(keys, values, form);
  if (!square) return attendByBlocks(query, key, value, form.firstKeys + extra, form);
  const auto causally = [&, &key = key, &value = value] {
    const bool inHalves = form.training && query.is_cpu() && query.scalar_type() == at::kFloat && halves(query.size(2));
    if (!inHalves) return attend(query, key, value, {}, form.scale);
    return attendByHalves(query, repeatHeads(key, query.size(1)), repeatHeads(value, query.size(1)), form.scale);
  };
  if (extra == 0) return causally();
  // A query of the extra key's own makes the matrix square again, which the fused operator wants.
  query = at::cat({at::zeros_like(query.narrow(2, 0, 1)), query}, 2);
  const Attended all = causally();
  return {all.output.narrow(2, 1, queries), all.logSumExp.narrow(2, 1, queries)};
}

}  // namespace

at::Tensor capped(const at::Tensor& x, double cap) {
  return cap == 0.0 ? x : at::tanh(x / cap) * cap;
}

at::Tensor repeatHeads(const at::Tensor& x, std::int64_t heads) {
  return x.size(1) == heads ? x : x.repeat_interleave(heads / x.size(1), 1);
}

at::Tensor unseenKeys(std::int64_t query0, std::int64_t query1, std::int64_t key0, std::int64_t key1,
                      std::int64_t window, std::int64_t always, at::Device device) {
  const auto options = at::TensorOptions().device(device);
  const at::Tensor key = at::arange(key0, key1, options);
  const at::Tensor distance = at::arange(query0, query1, options).unsqueeze(1) - key;
  const at::Tensor future = distance < 0;
  return window == 0 ? future : future.logical_or((distance >= window).logical_and(key >= always));
}

at::Tensor hidingMask(const at::Tensor& hidden) {
  return at::zeros(hidden.sizes(), hidden.options().dtype(at::kFloat))
      .masked_fill_(hidden, -std::numeric_limits<float>::infinity());
}

Attended attendCausally(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                        const AttentionForm& form) {
  if (form.weights != AttentionWeights::Softmax) return attendBySigmoid(query, key, value, form);
  const Attended all = attendBySoftmax(query, key, value, form);
  return {all.output.narrow(3, 0, value.size(3)), all.logSumExp};
}

Attended attendWithoutFirstKey(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               const AttentionForm& form) {
  AttentionForm others = form;
  others.firstKeys = std::max<std::int64_t>(0, form.firstKeys - 1);
  const std::int64_t queries = query.size(2), rest = key.size(2) - 1;
  const auto last = [](const at::Tensor& x, std::int64_t count) { return x.narrow(2, x.size(2) - count, count); };
  if (queries <= rest) return attendCausally(query, last(key, rest), last(value, rest), others);
  const auto first = [](const at::Tensor& x) { return x.narrow(2, 0, 1); };
  const Attended own = attendCausally(first(query), first(key), first(value), form);
  if (rest == 0) return own;
  const Attended seen = attendCausally(last(query, rest), last(key, rest), last(value, rest), others);
  return {at::cat({own.output, seen.output}, 2), at::cat({own.logSumExp, seen.logSumExp}, 2)};
}

Attended attendWithinDocuments(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               const AttentionForm& form, const DocumentBorders& documents) {
  std::vector<at::Tensor> outputs, logSums;
  for (std::int64_t row = 0; row < query.size(0); ++row) {
    const std::vector<std::int64_t>& starts = documents.starts[static_cast<std::size_t>(row)];
    std::vector<at::Tensor> output, logSum;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::int64_t begin = starts[i], end = i + 1 < starts.size() ? starts[i + 1] : query.size(2);
      const bool joined = documents.sharedFirst && begin > 0;  // token 0 stands before the document, to be seen
      const auto part = [&](const at::Tensor& x) {
        const at::Tensor own = x.narrow(0, row, 1).narrow(2, begin, end - begin);
        return joined ? at::cat({x.narrow(0, row, 1).narrow(2, 0, 1), own}, 2) : own;
      };
      const Attended seen = attendCausally(part(query), part(key), part(value), form);
      output.push_back(joined ? seen.output.narrow(2, 1, end - begin) : seen.output);
      logSum.push_back(joined ? seen.logSumExp.narrow(2, 1, end - begin) : seen.logSumExp);
    }
    outputs.push_back(at::cat(output, 2));
    logSums.push_back(at::cat(logSum, 2));
  }
  return {at::cat(outputs, 0), at::cat(logSums, 0)};
}

Attended attendWithPrefix(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const AttentionForm& form, std::int64_t prefix) {
  const auto first = [&](const at::Tensor& x) { return x.narrow(2, 0, prefix); };
  const auto [keys, values] = Prepared(first(key), first(value), form);
  const at::Tensor everything = at::zeros({prefix, keys.size(2)}, query.options().dtype(at::kFloat));
  Attended seen = attend(first(query), keys, values, everything, form.scale, form.cap);
  seen.output = seen.output.narrow(3, 0, value.size(3));
  const std::int64_t rest = query.size(2) - prefix;
  if (rest == 0) return seen;
  const Attended later = attendCausally(query.narrow(2, prefix, rest), key, value, form);
  return {at::cat({seen.output, later.output}, 2), at::cat({seen.logSumExp, later.logSumExp}, 2)};
}

Attended attendThroughCache(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                            const CacheLimit& cache, const AttentionForm& form, const RotaryFrequencies* frequencies) {
  const std::int64_t tokens = query.size(2), sinks = std::min(cache.first, tokens);
  const std::int64_t last = form.window == 0 ? cache.last : std::min(cache.last, form.window);
  const at::Tensor k = repeatHeads(key, query.size(1)), v = repeatHeads(value, query.size(1));
  // Turning further must not scale a second time.
  const RotaryFrequencies turn{frequencies ? frequencies->perPosition : at::Tensor()};
  std::vector<at::Tensor> outputs, logSums;
  for (std::int64_t begin = 0; begin < tokens; begin += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, tokens - begin);
    const std::int64_t start = std::max(sinks, begin - last + 1),
                       keys = std::max<std::int64_t>(0, begin + count - start);
    const at::Tensor own = query.narrow(2, begin, count);
    const at::Tensor position = at::arange(begin, begin + count, at::TensorOptions().device(query.device()));
    const at::Tensor place = position.clamp_max(cache.first + cache.last - 1);  // in the cache
    const at::Tensor near = frequencies ? rotate(own, rotationAt(place - position, turn)) : own;
    const auto scores = [&](const at::Tensor& from, const at::Tensor& of, const at::Tensor& distance,
                            std::int64_t window) {
      const at::Tensor hidden = window == 0 ? distance < 0 : (distance < 0).logical_or(distance >= window);
      return capped(at::matmul(from, of.transpose(-1, -2)) * form.scale, form.cap)
          .masked_fill(hidden, -std::numeric_limits<float>::infinity());
    };
    const auto distances = [](const at::Tensor& from, std::int64_t first, std::int64_t number) {
      return from.unsqueeze(1) - at::arange(first, first + number, from.options());  // [query, key]
    };
    std::vector<at::Tensor> all{scores(near, k.narrow(2, 0, sinks), distances(place, 0, sinks), form.window),
                                scores(own, k.narrow(2, start, keys), distances(position, start, keys), last)};
    std::vector<at::Tensor> seen{v.narrow(2, 0, sinks), v.narrow(2, start, keys)};
    if (form.extraKey.defined()) {
      const auto before = [&](const at::Tensor& x) { return repeatHeads(x.unsqueeze(1).unsqueeze(0), own.size(1)); };
      all.push_back(at::matmul(own, before(form.extraKey).transpose(-1, -2)) * form.scale);
      seen.push_back(before(form.extraValue).expand({own.size(0), -1, -1, -1}));
    }
    const at::Tensor rows = at::cat(all, -1);  // [batch, head, query, key]
    outputs.push_back(at::matmul(at::softmax(rows, -1), at::cat(seen, 2)));
    logSums.push_back(at::logsumexp(rows, -1));
  }
  return {at::cat(outputs, 2), at::cat(logSums, 2)};
}

}  // namespace sinkscope
