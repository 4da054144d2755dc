#include "core/model/decoder.h"

#include "core/model/linear_map.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

// Queries of a sliding-window layer are taken this many at a time: large enough for the matrix products, small enough
// that the mask [block, block + window] stays small.
constexpr std::int64_t kQueryBlock = 256;

// Tokens that go through the feed-forward part together: its [token, F] intermediates are the widest tensors of a
// layer.
constexpr std::int64_t kFeedForwardBlock = 1024;

/// Shows tensors to the observer, if there is one that wants them.
class Watcher {
 public:
  explicit Watcher(Observer* observer) : observer_(observer) {}

  bool wants(Site site, std::int64_t layer = -1) const { return observer_ && observer_->wants(place(site, layer)); }

  at::Tensor hidesFirstKey(std::int64_t layer) const {
    return observer_ ? observer_->hidesFirstKey(static_cast<int>(layer)) : at::Tensor();
  }

  at::Tensor operator()(Site site, std::int64_t layer, at::Tensor value) const {
    return wants(site, layer) ? observer_->visit(place(site, layer), std::move(value)) : value;
  }

 private:
  static Place place(Site site, std::int64_t layer) { return {site, static_cast<int>(layer)}; }
  Observer* observer_;
};

/// Rotary embedding tables of one (base, scale).
struct Rotation {
  double base, scale;
  at::Tensor cosine;  // [token, d], both halves alike
  at::Tensor sine;    // [token, d / 2]
};

/// For `tokens` positions from `first` on.
Rotation makeRotation(const LayerConfig& layer, std::int64_t first, std::int64_t tokens, std::int64_t headWidth,
                      at::Device device) {
  const auto doubles = at::TensorOptions().dtype(at::kDouble).device(device);
  const at::Tensor pair = at::arange(0, headWidth, 2, doubles) / static_cast<double>(headWidth);
  const at::Tensor frequency = at::pow(layer.ropeBase, -pair) / layer.ropeScale;              // [d / 2]
  const at::Tensor angle = at::outer(at::arange(first, first + tokens, doubles), frequency);  // [token, d / 2]
  const at::Tensor cosine = angle.cos().to(at::kFloat);
  return {layer.ropeBase, layer.ropeScale, at::cat({cosine, cosine}, -1), angle.sin().to(at::kFloat)};
}

/// Rotates the pairs (x[c], x[c + d/2]) of every head: `x` [batch, head, token, d].
at::Tensor rotate(const at::Tensor& x, const Rotation& rotation) {
  const std::int64_t half = x.size(-1) / 2;
  at::Tensor turned = x * rotation.cosine;
  turned.narrow(-1, 0, half).addcmul_(x.narrow(-1, half, half), rotation.sine, -1);
  turned.narrow(-1, half, half).addcmul_(x.narrow(-1, 0, half), rotation.sine);
  return turned;
}

at::Tensor normalise(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  return at::rms_norm(x, {x.size(-1)}, weight, epsilon);
}

/// [batch, token, head * d] -> [batch, head, token, d], a view.
at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

struct Attended {
  at::Tensor output;     // [batch, head, query, d]
  at::Tensor logSumExp;  // [batch, head, query]
};

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

/// Causal attention, whole or within a sliding window, of queries that are the last ones of the keys' positions; no
/// T x T tensor in any case.
Attended attendLayer(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t window,
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

/// The same where no query but the first token's own sees key 0: attention over the other keys.
Attended attendWithoutFirstKey(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                               std::int64_t window, double scale) {
  const std::int64_t queries = query.size(2), others = key.size(2) - 1;
  const auto rest = [](const at::Tensor& x, std::int64_t count) { return x.narrow(2, x.size(2) - count, count); };
  if (queries <= others) return attendLayer(query, rest(key, others), rest(value, others), window, scale);
  const auto first = [&](const at::Tensor& x) { return repeatHeads(x.narrow(2, 0, 1), query.size(1)); };
  const Attended own{first(value), (first(query) * first(key)).sum(-1) * scale};
  if (others == 0) return own;
  const Attended seen = attendLayer(rest(query, others), rest(key, others), rest(value, others), window, scale);
  return {at::cat({own.output, seen.output}, 2), at::cat({own.logSumExp, seen.logSumExp}, 2)};
}

/// One forward pass: what its steps share.
class Pass {
 public:
  Pass(const ModelConfig& config, const Parameters& parameters, Observer* observer, const Job& job,
       const Context& context)
      : config_(config), parameters_(parameters), watch_(observer), job_(job), context_(context) {}

  at::Tensor run(const at::Tensor& tokens, LogitsOf wanted) {
    at::Tensor stream = at::embedding(parameters_["embedding"], tokens);  // [batch, token, D]
    if (config_.embeddingScale != 1.0) stream = stream * config_.embeddingScale;
    stream = watch_(Site::Embedding, -1, stream);
    for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
      job_.progress("layer " + std::to_string(layer + 1) + " of " + std::to_string(config_.layers),
                    static_cast<double>(layer) / static_cast<double>(config_.layers));
      stream = watch_(Site::ResidualMiddle, layer, stream + attention(stream, layer));
      stream = watch_(Site::Residual, layer, stream + feedForward(stream, layer));
    }
    if (wanted == LogitsOf::None && !watch_.wants(Site::FinalNorm)) return {};
    stream = watch_(Site::FinalNorm, -1, normalise(stream, parameters_["finalNorm"], config_.normEpsilon));
    if (wanted == LogitsOf::None) return {};
    if (wanted == LogitsOf::LastToken) stream = stream.narrow(1, stream.size(1) - 1, 1);
    return watch_(Site::Logits, -1, unembed(config_, parameters_, stream));
  }

 private:
  const at::Tensor& weight(std::int64_t layer, std::string_view name) const { return parameters_.layer(layer, name); }

  at::Tensor norm(const at::Tensor& x, std::int64_t layer, std::string_view name) const {
    return normalise(x, weight(layer, name), config_.normEpsilon);
  }

  /// A linear map of attention's input: [batch, token, D] -> [batch, heads, token, d].
  at::Tensor project(const at::Tensor& x, std::int64_t layer, const std::string& name, std::int64_t heads) const {
    const at::Tensor bias = config_.attentionBias ? weight(layer, name + "Bias") : at::Tensor();
    return splitHeads(linearMap(x, weight(layer, name), bias), heads);
  }

  const Rotation& rotation(std::int64_t layer, const at::Tensor& x) {
    const LayerConfig& wanted = config_.perLayer[layer];
    for (const Rotation& made : rotations_)
      if (made.base == wanted.ropeBase && made.scale == wanted.ropeScale) return made;
    const std::int64_t first = context_.firstPosition + (context_.past ? context_.past->tokens() : 0);
    return rotations_.emplace_back(makeRotation(wanted, first, x.size(2), config_.headWidth, x.device()));
  }

  /// The past's keys or values before those of this pass.
  static at::Tensor behind(const at::Tensor& past, const at::Tensor& x) {
    return at::cat({past.expand({x.size(0), -1, -1, -1}), x}, 2);
  }

  Attended attend(std::int64_t layer, const at::Tensor& query, at::Tensor key, at::Tensor value) const {
    if (context_.past && context_.past->tokens() > 0) {
      const KeyValueCache::Layer& past = context_.past->layer[layer];
      key = behind(past.key, key);
      value = behind(past.value, value);
    }
    const std::int64_t window = config_.perLayer[layer].window;
    const at::Tensor hides = watch_.hidesFirstKey(layer);
    const Attended seen = attendLayer(query, key, value, window, config_.attentionScale);
    if (!hides.defined()) return seen;
    const Attended hidden = attendWithoutFirstKey(query, key, value, window, config_.attentionScale);
    const at::Tensor which = hides.to(query.device()).view({1, -1, 1});  // [1, head, 1]
    return {at::where(which.unsqueeze(-1), hidden.output, seen.output),
            at::where(which, hidden.logSumExp, seen.logSumExp)};
  }

  at::Tensor attention(const at::Tensor& stream, std::int64_t layer) {
    const at::Tensor x = watch_(Site::AttentionNorm, layer, norm(stream, layer, "attentionNorm"));
    at::Tensor query = project(x, layer, "query", config_.heads);
    at::Tensor key = project(x, layer, "key", config_.keyHeads);
    const at::Tensor value = watch_(Site::Value, layer, project(x, layer, "value", config_.keyHeads));
    if (config_.queryKeyNorm) {
      query = norm(query, layer, "queryNorm");
      key = norm(key, layer, "keyNorm");
    }
    const Rotation& turn = rotation(layer, query);
    query = watch_(Site::Query, layer, rotate(query, turn));
    key = watch_(Site::Key, layer, rotate(key, turn));
    const Attended attended = attend(layer, query, key, value);
    watch_(Site::LogSumExp, layer, attended.logSumExp);
    const at::Tensor heads = watch_(Site::HeadOutput, layer, attended.output);
    at::Tensor write = linearMap(heads.transpose(1, 2).flatten(2), weight(layer, "attentionOutput"));
    if (config_.postNorms) write = norm(write, layer, "postAttentionNorm");
    return watch_(Site::AttentionWrite, layer, write);
  }

  at::Tensor activate(const at::Tensor& x) const {
    return config_.activation == Activation::Silu ? at::silu(x) : at::gelu(x, "tanh");
  }

  at::Tensor feedForward(const at::Tensor& stream, std::int64_t layer) const {
    const at::Tensor x = watch_(Site::FeedForwardNorm, layer, norm(stream, layer, "feedForwardNorm"));
    std::vector<at::Tensor> blocks;
    for (std::int64_t begin = 0; begin < x.size(1); begin += kFeedForwardBlock) {
      const at::Tensor block = x.narrow(1, begin, std::min(kFeedForwardBlock, x.size(1) - begin));
      const at::Tensor gate = activate(linearMap(block, weight(layer, "gate")));
      blocks.push_back(linearMap(gate * linearMap(block, weight(layer, "up")), weight(layer, "down")));
    }
    at::Tensor write = blocks.size() == 1 ? blocks.front() : at::cat(blocks, 1);
    if (config_.postNorms) write = norm(write, layer, "postFeedForwardNorm");
    return watch_(Site::FeedForwardWrite, layer, write);
  }

  const ModelConfig& config_;
  const Parameters& parameters_;
  Watcher watch_;
  const Job& job_;
  const Context& context_;
  std::vector<Rotation> rotations_;
};

void checkTokens(const at::Tensor& tokens, std::int64_t vocabulary) {
  if (tokens.dim() != 2 || tokens.size(0) == 0 || tokens.size(1) == 0)
    throw Error("The decoder takes tokens as [batch, token] with at least one token.");
  const auto [least, most] = at::aminmax(tokens);
  for (const std::int64_t id : {least.item<std::int64_t>(), most.item<std::int64_t>()})
    if (id < 0 || id >= vocabulary)
      throw Error("Token id " + std::to_string(id) + " is outside the model's vocabulary of " +
                  std::to_string(vocabulary) + ".");
}

}  // namespace

at::Tensor unembed(const ModelConfig& config, const Parameters& parameters, const at::Tensor& hidden) {
  return linearMap(hidden, parameters[config.tiedEmbedding ? "embedding" : "output"]);
}

KeyValueCache KeyValueCache::first(std::int64_t tokens) const {
  KeyValueCache result;
  for (const Layer& whole : layer)
    result.layer.push_back({whole.key.narrow(2, 0, tokens), whole.value.narrow(2, 0, tokens)});
  return result;
}

at::Tensor forward(const ModelConfig& config, const Parameters& parameters, const at::Tensor& tokens,
                   Observer* observer, LogitsOf logits, const Job& job, const Context& context) {
  checkTokens(tokens, config.vocabulary);
  return Pass(config, parameters, observer, job, context).run(tokens, logits);
}

}  // namespace sinkscope
