#include "core/analysis/intervention_observer.h"

#include "core/model/rotary.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <limits>
#include <random>

namespace sinkscope {
namespace {

// Samples kept of a head.
constexpr std::int64_t kSamples = 512;
// Queries whose weights are made together while values are replaced.
constexpr std::int64_t kQueryBlock = 256;

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

/// Whether each of `count` numbers is in one of the intervals, boolean [count].
at::Tensor within(const std::vector<Interval>& intervals, std::int64_t count) {
  at::Tensor result = at::zeros({count}, at::kBool);
  for (const Interval& interval : intervals) {
    const std::int64_t last = interval.last == Interval::kEnd ? count - 1 : std::min(interval.last, count - 1);
    if (interval.first <= last) result.slice(0, interval.first, last + 1).fill_(true);
  }
  return result;
}

class SampleRecorder : public Observer {
 public:
  SampleRecorder(HeadSamples& samples, std::int64_t stride, std::int64_t offset)
      : samples_(samples), stride_(stride), offset_(offset) {}

  bool wants(const Place& place) const override { return place.site == Site::HeadOutput || place.site == Site::Value; }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    auto& kept = (place.site == Site::Value ? samples_.value : samples_.output)[size(place.layer)];
    const at::Tensor some =
        value[0].slice(1, 1 + offset_, value.size(2), stride_).transpose(0, 1);  // [sample, head, d]
    kept = kept.defined() ? at::cat({kept, some}) : some.contiguous();
    return value;
  }

 private:
  HeadSamples& samples_;
  std::int64_t stride_, offset_;
};

}  // namespace

HeadSamples sampleHeads(const Model& model, const std::vector<std::vector<std::int64_t>>& ids, const Job& job) {
  const std::size_t layers = size(model.config().layers);
  HeadSamples samples{std::vector<at::Tensor>(layers), std::vector<at::Tensor>(layers)};
  std::int64_t tokens = 0, before = 0;
  for (const auto& prompt : ids) tokens += static_cast<std::int64_t>(prompt.size()) - 1;
  const std::int64_t stride = std::max<std::int64_t>(1, tokens / kSamples);
  for (std::size_t prompt = 0; prompt < ids.size(); ++prompt) {
    // Every stride-th of all the prompts' tokens one after the other.
    SampleRecorder recorder(samples, stride, (stride - before % stride) % stride);
    const at::Tensor input = at::tensor(ids[prompt], at::kLong).to(model.firstDevice()).unsqueeze(0);
    const double count = static_cast<double>(ids.size()), done = static_cast<double>(prompt);
    forward(model.config(), model.parameters, input, &recorder, LogitsOf::None,
            job.part(done / count, (done + 1.0) / count));
    before += static_cast<std::int64_t>(ids[prompt].size()) - 1;
  }
  return samples;
}

bool needsSamples(const Intervention& intervention) {
  const bool replaces =
      intervention.kind == InterventionKind::RemoveHeads || intervention.kind == InterventionKind::ReplaceValue;
  return replaces && intervention.replacement != Replacement::Zero && intervention.replacement != Replacement::Scale;
}

InterventionObserver::InterventionObserver(const Intervention& intervention, const ModelConfig& config,
                                           std::int64_t tokens, const HeadSamples* samples, std::uint64_t seed)
    : intervention_(intervention), config_(config), tokens_(tokens), samples_(samples), seed_(seed) {}

at::Tensor InterventionObserver::chosen(int layer) const {
  at::Tensor heads = at::zeros({config_.heads, 1}, at::kBool);
  for (std::int64_t head = 0; head < config_.heads; ++head)
    if (intervention_.contains(layer, head)) heads[head].fill_(true);
  const bool ofTokens = intervention_.kind == InterventionKind::ReplaceValue;
  const std::vector<Interval> everywhere{ofTokens ? Interval{0, 0} : Interval{}};
  const at::Tensor positions = within(intervention_.positions.empty() ? everywhere : intervention_.positions, tokens_);
  return heads.logical_and(positions);  // [head, token]
}

bool InterventionObserver::changes(int layer) const {
  for (std::int64_t head = 0; head < config_.heads; ++head)
    if (intervention_.contains(layer, head)) return true;
  return false;
}

bool InterventionObserver::wants(const Place& place) const {
  switch (place.site) {
    case Site::Query:
    case Site::Key:
    case Site::LogSumExp:
      return true;  // for `weightsOn`
    case Site::Value:
      return intervention_.kind == InterventionKind::ReplaceValue && changes(place.layer);
    case Site::HeadOutput:
      return (intervention_.kind == InterventionKind::RemoveHeads ||
              intervention_.kind == InterventionKind::ReplaceValue ||
              intervention_.kind == InterventionKind::OffByOne) &&
             changes(place.layer);
    default:
      return false;
  }
}

at::Tensor InterventionObserver::visit(const Place& place, at::Tensor value) {
  const bool offByOne = intervention_.kind == InterventionKind::OffByOne && changes(place.layer);
  switch (place.site) {
    case Site::Query:
      query_ = value;
      return value;
    case Site::Key:
      key_ = value;
      return value;
    case Site::Value:
      value_ = value;
      return value;
    case Site::LogSumExp:
      // The denominator gets a summand of 1: log(1 + exp(lse)).
      logSumExp_ = offByOne ? at::where(chosen(place.layer).to(value.device()), at::softplus(value), value) : value;
      return logSumExp_;
    default:
      break;
  }
  if (offByOne) {
    // Over the old denominator: exp(lse) / (1 + exp(lse)) = 1 / (1 + exp(-lse)), and lse = log(exp(lse') - 1).
    const at::Tensor share = -at::expm1(-logSumExp_);
    return value * at::where(chosen(place.layer).to(value.device()), share, 1.0).unsqueeze(-1);
  }
  return intervention_.kind == InterventionKind::RemoveHeads ? removed(place.layer, value)
                                                             : withOtherValues(place.layer, value);
}

at::Tensor InterventionObserver::hidesFirstKey(int layer) const {
  if (intervention_.kind != InterventionKind::HideSink || !changes(layer)) return {};
  return chosen(layer);
}

CacheLimit InterventionObserver::cache() const {
  if (intervention_.kind != InterventionKind::Cache) return {};
  return {intervention_.last, intervention_.first};
}

at::Tensor InterventionObserver::replacement(int layer, const at::Tensor& original, const at::Tensor& samples) const {
  if (intervention_.replacement == Replacement::Zero) return at::zeros_like(original);
  if (intervention_.replacement == Replacement::Scale) return original * intervention_.factor;
  const at::Tensor mean = samples.mean(0).expand_as(original);
  if (intervention_.replacement == Replacement::Mean || samples.size(0) < 2) return mean;
  std::mt19937_64 random(seed_ * 1000003 + static_cast<std::uint64_t>(layer));
  if (intervention_.replacement == Replacement::Noise) {
    at::Tensor noise = at::empty(original.sizes(), at::kFloat);
    std::normal_distribution<float> normal;
    std::generate_n(noise.mutable_data_ptr<float>(), noise.numel(), [&] { return normal(random); });
    return mean + samples.std(0) * noise.to(original.device());
  }
  std::vector<std::int64_t> which(size(original.size(0)));
  const auto count = static_cast<std::uint64_t>(samples.size(0));
  std::ranges::generate(which, [&] { return static_cast<std::int64_t>(random() % count); });
  return samples.index_select(0, at::tensor(which, at::kLong).to(samples.device()));
}

at::Tensor InterventionObserver::removed(int layer, const at::Tensor& output) const {
  const at::Tensor original = output[0].transpose(0, 1);  // [token, head, d]
  const at::Tensor other =
      replacement(layer, original, samples_ ? samples_->output[size(layer)] : at::Tensor()).transpose(0, 1);
  return at::where(chosen(layer).to(output.device()).unsqueeze(-1), other, output);
}

at::Tensor InterventionObserver::withOtherValues(int layer, const at::Tensor& output) const {
  // A head's output is linear in the values: what changes is added, weight by weight, so that heads that share their
  // values can be changed one without the other.
  const at::Tensor both = chosen(layer);
  const at::Tensor tokens = both.any(0).nonzero().flatten().to(output.device());  // [changed token]
  if (tokens.numel() == 0) return output;
  const at::Tensor old = value_.index_select(2, tokens);  // [batch, key head, changed token, d]
  std::vector<at::Tensor> changes;
  for (std::int64_t b = 0; b < old.size(0); ++b) {
    const at::Tensor original = old[b].transpose(0, 1);  // [changed token, key head, d]
    const at::Tensor other = replacement(layer, original, samples_ ? samples_->value[size(layer)] : at::Tensor());
    changes.push_back((other - original).transpose(0, 1));
  }
  const std::int64_t group = config_.heads / config_.keyHeads;
  const at::Tensor change = at::stack(changes).repeat_interleave(group, 1);  // [batch, head, changed token, d]
  const at::Tensor of = both.select(1, both.any(0).nonzero().flatten()[0].item<std::int64_t>()).to(output.device());
  std::vector<at::Tensor> blocks;
  for (std::int64_t begin = 0; begin < tokens_; begin += kQueryBlock) {
    const std::int64_t end = std::min(tokens_, begin + kQueryBlock);
    std::vector<at::Tensor> weights;
    for (std::int64_t t = 0; t < tokens.numel(); ++t)
      weights.push_back(weightsOn(tokens[t].item<std::int64_t>(), layer).slice(2, begin, end));
    const at::Tensor block = at::stack(weights, -1) * of.view({1, -1, 1, 1});  // [batch, head, query, changed token]
    blocks.push_back(output.slice(2, begin, end) + at::matmul(block, change));
  }
  return at::cat(blocks, 2);
}

at::Tensor InterventionObserver::weightsOn(std::int64_t key, int layer) const {
  const LayerConfig& own = config_.perLayer[size(layer)];
  const auto options = at::TensorOptions().device(query_.device());
  const at::Tensor position = at::arange(tokens_, options);
  const CacheLimit limit = cache();
  at::Tensor query = query_, place = position;
  if (limit.bounds(tokens_) && key < limit.first) {
    place = position.clamp_max(limit.first + limit.last - 1);
    if (config_.rotates(layer)) {
      const RotaryFrequencies turn{rotaryFrequencies(config_, own, tokens_, options.device()).perPosition};
      query = rotate(query_, rotationAt(place - position, turn));
    }
  }
  const at::Tensor distance = place - key;
  at::Tensor seen = distance >= 0;
  if (own.windowOf(key) > 0) seen = seen.logical_and(distance < own.window);
  if (limit.bounds(tokens_) && key >= limit.first) seen = seen.logical_and(distance < limit.last);
  if (key == 0 && intervention_.kind == InterventionKind::HideSink)
    seen = seen.logical_and(chosen(layer).to(options.device()).logical_not().logical_or(position == 0));
  const at::Tensor one =
      key_.select(2, key).repeat_interleave(config_.heads / config_.keyHeads, 1);  // [batch, head, d]
  const at::Tensor scores =
      capped(at::matmul(query, one.unsqueeze(-1)).squeeze(-1) * config_.attentionScale, config_.attentionCap);
  const bool sigmoid = config_.hasSigmoids();
  return at::where(seen, sigmoid ? scores.sigmoid() / logSumExp_.exp() : (scores - logSumExp_).exp(), 0.0);
}

}  // namespace sinkscope
