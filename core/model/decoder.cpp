#include "core/model/decoder.h"

#include "core/model/accumulating_maps.h"
#include "core/model/attend.h"
#include "core/model/feed_forward.h"
#include "core/model/fused_parts.h"
#include "core/model/linear_map.h"
#include "core/model/rotary.h"
#include "core/model/score_terms.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

// Log of the sum of a row that is not there.
constexpr double kNoRow = std::numeric_limits<double>::infinity();

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

/// [batch, token, head * d] -> [batch, head, token, d], a view.
at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

/// A bounded cache counts positions anew inside the cache, which not every model can.
void checkCache(const ModelConfig& config, const Context& context) {
  if (context.cache.last == 0) return;
  if (context.past) throw Error("A pass through a bounded cache takes its whole sequence.");
  const bool moves = config.positions == Positions::Rotary || config.positions == Positions::None;
  const auto reachesFar = [](const LayerConfig& layer) { return layer.firstKeys > 0; };
  if (!moves || config.hasSigmoids() || std::ranges::any_of(config.perLayer, reachesFar))
    throw Error(
        "A bounded cache can be had for softmax attention over earlier tokens with rotary positions or none, which "
        "this model has not.");
}

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

/// One forward pass: what its steps share.
class ForwardPass::Pass {
 public:
  Pass(const ModelConfig& config, const Parameters& parameters, Observer* observer, const Job& job,
       const Context& context)
      : config_(config), parameters_(parameters), watch_(observer), job_(job), context_(context) {
    checkCache(config, context);
  }

  void begin(const at::Tensor& tokens) {
    checkTokens(tokens, config_.vocabulary);
    stream_ = parameters_.matrix("embedding").look(tokens);
    if (config_.embeddingScale != 1.0) stream_ = stream_ * config_.embeddingScale;
    if (config_.positions == Positions::Learned) stream_ = stream_ + learnedPositions(tokens.size(1));
    stream_ = watch_(Site::Embedding, -1, stream_);
  }

  void resume(const at::Tensor& stream, std::int64_t layersDone) {
    stream_ = stream;
    layer_ = layersDone;
  }

  void step() {
    const std::int64_t layer = layer_;
    job_.progress("layer " + std::to_string(layer + 1) + " of " + std::to_string(config_.layers),
                  static_cast<double>(layer) / static_cast<double>(config_.layers));
    const at::Tensor input = stream_.to(parameters_.deviceOf(Parameters::nameOf(layer, "query")));
    route(input, layer);
    at::Tensor stream = input + attention(input, layer);
    if (config_.norms == NormPlacement::Post) stream = norm(stream, layer, "attentionNorm");
    stream = watch_(Site::ResidualMiddle, layer, stream);
    stream = stream + feedForward(config_.order == LayerOrder::Sequential ? stream : input, layer);
    if (config_.norms == NormPlacement::Post) stream = norm(stream, layer, "feedForwardNorm");
    stream_ = watch_(Site::Residual, layer, stream);  // a layer that is interrupted leaves it as it was
    ++layer_;
  }

  at::Tensor finish(LogitsOf wanted) {
    if (wanted == LogitsOf::None && !watch_.wants(Site::FinalNorm)) return {};
    stream_ = watch_(Site::FinalNorm, -1, normalise(stream_.to(parameters_.deviceOf("finalNorm")), "finalNorm"));
    if (wanted == LogitsOf::None) return {};
    if (wanted == LogitsOf::LastToken) stream_ = stream_.narrow(1, stream_.size(1) - 1, 1);
    return watch_(Site::Logits, -1, unembed(config_, parameters_, stream_));
  }

  std::int64_t layersDone() const { return layer_; }
  const at::Tensor& stream() const { return stream_; }

 private:
  at::Tensor weight(std::int64_t layer, std::string_view name) const { return parameters_.layer(layer, name); }

  /// The norm with this parameter.
  at::Tensor normalise(const at::Tensor& x, const std::string& parameter) const {
    const at::Tensor factor = parameters_[parameter];
    const double epsilon = config_.normEpsilon;
    if (config_.normKind == NormKind::Mean)
      return at::layer_norm(x, {x.size(-1)}, factor, parameters_[parameter + "Bias"], epsilon);
    return accumulates(factor) && fuses(x) ? fusedNorm(x, factor, epsilon)
                                           : at::rms_norm(x, {x.size(-1)}, factor, epsilon);
  }

  at::Tensor norm(const at::Tensor& x, std::int64_t layer, std::string_view name) const {
    return normalise(x, Parameters::nameOf(layer, name));
  }

  /// A linear map of a layer, with its bias where it has one.
  at::Tensor map(const at::Tensor& x, std::int64_t layer, const std::string& name, bool biased) const {
    return parameters_.map(Parameters::nameOf(layer, name), x, biased);
  }

  /// A layer's norm where it stands before the layer's part.
  at::Tensor normBefore(const at::Tensor& x, std::int64_t layer, std::string_view name) const {
    return config_.norms == NormPlacement::Pre ? norm(x, layer, name) : x;
  }

  /// Chooses the tokens that the layer works on.
  void route(const at::Tensor& stream, std::int64_t layer) {
    chosen_ = routeGate_ = at::Tensor();
    if (!config_.isRouted(layer)) return;
    const at::Tensor score =
        watch_(Site::Router, layer, map(stream, layer, "router", false).squeeze(-1));  // [batch, token]
    const double capacity = config_.perLayer[static_cast<std::size_t>(layer)].capacity;
    chosen_ = context_.routing == Routing::Threshold ? score > 0.0 : topTokens(score, capacity);
    routeGate_ = (at::sigmoid(score) * chosen_).unsqueeze(-1);  // [batch, token, 1]: also how the router learns
  }

  /// What a layer's part writes: nothing for the tokens that pass by it.
  at::Tensor routed(const at::Tensor& write) const { return routeGate_.defined() ? write * routeGate_ : write; }

  std::int64_t firstPosition() const { return context_.firstPosition + (context_.past ? context_.past->tokens() : 0); }

  at::Tensor learnedPositions(std::int64_t tokens) const {
    const at::Tensor table = parameters_["positions"];
    const std::int64_t first = firstPosition();
    if (first + tokens <= table.size(0)) return table.narrow(0, first, tokens);
    throw Error("The model has learned " + std::to_string(table.size(0)) + " positions, but " +
                std::to_string(first + tokens) + " tokens were given.");
  }

  /// Query, key and value before anything else: [batch, heads, token, d] each.
  std::array<at::Tensor, 3> project(const at::Tensor& x, std::int64_t layer) const {
    const bool together = trains(layer);
    std::vector<at::Tensor> weights, biases, maps;
    for (const std::string name : {"query", "key", "value"}) {
      if (!together) maps.push_back(map(x, layer, name, config_.attentionBias));
      if (together) weights.push_back(weight(layer, name));
      if (together && config_.attentionBias) biases.push_back(weight(layer, name + "Bias"));
    }
    if (together) maps = linearMaps(x, weights, biases);
    if (config_.queryKeyNorm && config_.normsAllHeads) {
      maps[0] = norm(maps[0], layer, "queryNorm");
      maps[1] = norm(maps[1], layer, "keyNorm");
    }
    return {splitHeads(maps[0], config_.heads), splitHeads(maps[1], config_.keyHeads),
            splitHeads(maps[2], config_.keyHeads)};
  }

  /// Whether the layer is computed in the ways that only training takes.
  bool trains(std::int64_t layer) const { return parameters_.matrix(Parameters::nameOf(layer, "query")).learns(); }

  at::Tensor turned(const at::Tensor& x, const Rotation& by, std::int64_t layer) const {
    const bool whole = config_.rotated() == config_.headWidth;
    return trains(layer) && whole && fuses(x) ? fusedRotation(x, by.cosine, by.sine) : rotate(x, by);
  }

  RotaryFrequencies frequencies(std::int64_t layer, const at::Tensor& x) const {
    return rotaryFrequencies(config_, config_.perLayer[layer], firstPosition() + x.size(2), x.device());
  }

  const Rotation& rotation(std::int64_t layer, const at::Tensor& x) {
    const LayerConfig& wanted = config_.perLayer[layer];
    for (const auto& [like, made] : rotations_)
      if (like->ropeBase == wanted.ropeBase && like->ropeScale == wanted.ropeScale &&
          made.cosine.device() == x.device())
        return made;
    return rotations_.emplace_back(&wanted, rotationAt(positions(x), frequencies(layer, x))).second;
  }

  /// Of the tokens of `x` [batch, head, token, d]: [token].
  at::Tensor positions(const at::Tensor& x) const {
    const std::int64_t first = firstPosition();
    return at::arange(first, first + x.size(2), at::TensorOptions().device(x.device()));
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
    const AttentionForm form = attentionForm(config_, parameters_, layer, key.options(), trains(layer));
    if (context_.documents) return attendWithinDocuments(query, key, value, form, *context_.documents);
    if (context_.prefix > 0) return attendWithPrefix(query, key, value, form, context_.prefix);
    if (context_.cache.bounds(query.size(2))) {
      const RotaryFrequencies turn = frequencies(layer, query);
      return attendThroughCache(query, key, value, context_.cache, form, config_.rotates(layer) ? &turn : nullptr);
    }
    const at::Tensor hides = watch_.hidesFirstKey(layer);
    const Attended seen = attendCausally(query, key, value, form);
    if (!hides.defined()) return seen;
    const Attended hidden = attendWithoutFirstKey(query, key, value, form);
    const at::Tensor which = hides.to(query.device()).view({1, query.size(1), -1});  // [1, head, query or 1]
    return {at::where(which.unsqueeze(-1), hidden.output, seen.output),
            at::where(which, hidden.logSumExp, seen.logSumExp)};
  }

  at::Tensor attention(const at::Tensor& stream, std::int64_t layer) {
    const at::Tensor x = watch_(Site::AttentionNorm, layer, normBefore(stream, layer, "attentionNorm"));
    auto [query, key, value] = project(x, layer);
    value = watch_(Site::Value, layer, value);
    if (config_.queryKeyNorm && !config_.normsAllHeads) {
      query = norm(query, layer, "queryNorm");
      key = norm(key, layer, "keyNorm");
    }
    if (config_.rotates(layer)) {
      const Rotation& turn = rotation(layer, query);
      query = turned(query, turn, layer);
      key = turned(key, turn, layer);
    }
    if (extraWidth(config_) > 0) extendForScores(config_, parameters_, layer, positions(query), chosen_, query, key);
    query = watch_(Site::Query, layer, query);
    key = watch_(Site::Key, layer, key);
    const Attended attended = attend(layer, query, key, value);
    // A token that passes by the layer has no row: its weights are 0.
    watch_(Site::LogSumExp, layer,
           chosen_.defined() ? attended.logSumExp.masked_fill(chosen_.logical_not().unsqueeze(1), kNoRow)
                             : attended.logSumExp);
    const at::Tensor heads = watch_(Site::HeadOutput, layer, attended.output);
    at::Tensor gathered = heads.transpose(1, 2).flatten(2);  // [batch, token, H d]
    if (config_.outputGate) gathered = gathered * at::sigmoid(map(x, layer, "outputGate", false));
    at::Tensor write = map(gathered, layer, "attentionOutput", config_.outputBias);
    if (config_.postNorms) write = norm(write, layer, "postAttentionNorm");
    return watch_(Site::AttentionWrite, layer, routed(write));
  }

  const char* feedForwardNorm() const {
    return config_.order == LayerOrder::ParallelSharedNorm ? "attentionNorm" : "feedForwardNorm";
  }

  at::Tensor feedForward(const at::Tensor& stream, std::int64_t layer) const {
    const at::Tensor x = watch_(Site::FeedForwardNorm, layer, normBefore(stream, layer, feedForwardNorm()));
    at::Tensor write = feedForwardWrite(config_, parameters_, layer, x);
    if (config_.postNorms) write = norm(write, layer, "postFeedForwardNorm");
    return watch_(Site::FeedForwardWrite, layer, routed(write));
  }

  const ModelConfig& config_;
  const Parameters& parameters_;
  Watcher watch_;
  const Job& job_;
  const Context& context_;
  at::Tensor stream_;  // [batch, token, D]
  std::int64_t layer_ = 0;
  at::Tensor chosen_, routeGate_;  // of the layer that is computed, where it works on some tokens only
  std::vector<std::pair<const LayerConfig*, Rotation>> rotations_;  // one a kind of layer and device
};

std::string outputMatrix(const ModelConfig& config) {
  return config.tiedEmbedding ? "embedding" : "output";
}

at::Tensor unembed(const ModelConfig& config, const Parameters& parameters, const at::Tensor& hidden) {
  const std::string name = outputMatrix(config);
  return capped(parameters.matrix(name).map(hidden.to(parameters.deviceOf(name))), config.logitCap);
}

at::Tensor topTokens(const at::Tensor& score, double capacity) {
  const auto count = static_cast<std::int64_t>(std::ceil(capacity * static_cast<double>(score.size(1))));
  const at::Tensor top = std::get<1>(score.detach().topk(count, 1));
  return at::zeros(score.sizes(), score.options().dtype(at::kBool)).scatter_(1, top, true);
}

KeyValueCache KeyValueCache::first(std::int64_t tokens) const {
  KeyValueCache result;
  for (const Layer& whole : layer)
    result.layer.push_back({whole.key.narrow(2, 0, tokens), whole.value.narrow(2, 0, tokens)});
  return result;
}

at::Tensor forward(const ModelConfig& config, const Parameters& parameters, const at::Tensor& tokens,
                   Observer* observer, LogitsOf logits, const Job& job, const Context& context) {
  ForwardPass pass(config, parameters, observer, job, context);
  pass.begin(tokens);
  while (pass.layersDone() < config.layers) pass.step();
  return pass.finish(logits);
}

ForwardPass::ForwardPass(const ModelConfig& config, const Parameters& parameters, Observer* observer, const Job& job,
                         const Context& context)
    : pass_(std::make_unique<Pass>(config, parameters, observer, job, context)) {}

ForwardPass::~ForwardPass() = default;
ForwardPass::ForwardPass(ForwardPass&&) noexcept = default;

void ForwardPass::begin(const at::Tensor& tokens) {
  pass_->begin(tokens);
}

void ForwardPass::resume(const at::Tensor& stream, std::int64_t layersDone) {
  pass_->resume(stream, layersDone);
}

void ForwardPass::step() {
  pass_->step();
}

at::Tensor ForwardPass::finish(LogitsOf logits) {
  return pass_->finish(logits);
}

std::int64_t ForwardPass::layersDone() const {
  return pass_->layersDone();
}

const at::Tensor& ForwardPass::stream() const {
  return pass_->stream();
}

}  // namespace sinkscope
