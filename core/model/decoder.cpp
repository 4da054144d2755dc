#include "core/model/decoder.h"

#include "core/model/attend.h"
#include "core/model/linear_map.h"
#include "core/model/rotary.h"

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

at::Tensor normalise(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  return at::rms_norm(x, {x.size(-1)}, weight, epsilon);
}

/// [batch, token, head * d] -> [batch, head, token, d], a view.
at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
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
    for (const auto& [like, made] : rotations_)
      if (like->ropeBase == wanted.ropeBase && like->ropeScale == wanted.ropeScale) return made;
    const std::int64_t first = context_.firstPosition + (context_.past ? context_.past->tokens() : 0);
    const at::Tensor positions = at::arange(first, first + x.size(2), at::TensorOptions().device(x.device()));
    return rotations_.emplace_back(&wanted, rotationAt(positions, wanted, config_.headWidth)).second;
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
    const LayerConfig& own = config_.perLayer[layer];
    const double scale = config_.attentionScale;
    if (context_.cache.bounds(query.size(2))) return attendThroughCache(query, key, value, context_.cache, own, scale);
    const at::Tensor hides = watch_.hidesFirstKey(layer);
    const Attended seen = attendCausally(query, key, value, own.window, scale);
    if (!hides.defined()) return seen;
    const Attended hidden = attendWithoutFirstKey(query, key, value, own.window, scale);
    const at::Tensor which = hides.to(query.device()).view({1, query.size(1), -1});  // [1, head, query or 1]
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
  std::vector<std::pair<const LayerConfig*, Rotation>> rotations_;  // one a kind of layer
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
  if (context.past && context.cache.last > 0) throw Error("A pass through a bounded cache takes its whole sequence.");
  return Pass(config, parameters, observer, job, context).run(tokens, logits);
}

}  // namespace sinkscope
