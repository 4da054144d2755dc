#include "core/train/training_pass.h"

#include "core/model/decoder.h"
#include "core/train/next_token_loss.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/accumulate.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <map>
#include <string_view>
#include <vector>

namespace sinkscope {
namespace {

/// While it lives, linear maps are computed in bfloat16 where that is asked for.
class Autocast {
 public:
  Autocast(at::DeviceType device, bool wanted) : device_(device), before_(at::autocast::is_autocast_enabled(device)) {
    at::autocast::set_autocast_enabled(device_, wanted);
    if (wanted) at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  }
  ~Autocast() { at::autocast::set_autocast_enabled(device_, before_); }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  at::DeviceType device_;
  bool before_;
};

/// Keeps the hidden states after the final norm, and the scores of routers.
class Outputs : public Observer {
 public:
  bool wants(const Place& place) const override { return place.site == Site::FinalNorm || place.site == Site::Router; }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    if (place.site == Site::Router)
      scores[place.layer] = value;
    else
      hidden = value;
    return value;
  }
  at::Tensor hidden;                 // [window, token, D]
  std::map<int, at::Tensor> scores;  // by layer: [window, token]
};

/// Routers learn to say by the sign of a score, which is causal, what the highest scores of a whole window are: a
/// binary cross-entropy beside the loss.
at::Tensor routerLoss(const std::map<int, at::Tensor>& scores, const ModelConfig& config) {
  constexpr double kWeight = 0.01;
  at::Tensor sum;
  for (const auto& [layer, score] : scores) {
    const double capacity = config.perLayer[static_cast<std::size_t>(layer)].capacity;
    const at::Tensor target = topTokens(score, capacity).to(score.dtype());
    const at::Tensor loss = at::binary_cross_entropy_with_logits(score, target) * kWeight;
    sum = sum.defined() ? sum + loss : loss;
  }
  return sum;
}

std::string_view partOf(std::string_view name) {
  return name.substr(name.find('.') + 1);
}

at::Tensor drawn(const Recipe& recipe, const ParameterSpec& spec, at::Generator& generator) {
  const std::string_view part = partOf(spec.name);
  const at::Tensor value = at::zeros(spec.shape);
  if (part.ends_with("Norm")) return value.fill_(1.0);
  if (part.ends_with("Bias") || part == "sinkLogit" || part == "extraValue") return value;
  const bool writes = part == "attentionOutput" || part == "down";
  const double layers = static_cast<double>(recipe.model.layers);
  return value.normal_(0.0, recipe.initialDeviation / (writes ? std::sqrt(2.0 * layers) : 1.0), generator);
}

/// Calls `take(spec, value)` with each parameter's initial value, one after the other.
template <typename Take>
void eachInitial(const Recipe& recipe, Take take) {
  const at::NoGradGuard noGradients;
  at::Generator generator = at::detail::createCPUGenerator(recipe.seed);
  for (const ParameterSpec& spec : parameterSpecs(recipe.model)) take(spec, drawn(recipe, spec, generator));
}

}  // namespace

Parameters initialParameters(const Recipe& recipe) {
  Parameters result;
  eachInitial(recipe, [&](const ParameterSpec& spec, const at::Tensor& value) { result.set(spec.name, value); });
  return result;
}

TrainingPass::TrainingPass(const Recipe& recipe, const std::string& device)
    : config_(recipe.model), bfloat16_(recipe.bfloat16) {
  const at::NoGradGuard noGradients;
  const std::vector<ParameterSpec> specs = parameterSpecs(config_);
  std::int64_t total = 0;
  for (const bool matrix : {true, false}) {
    for (const ParameterSpec& spec : specs) {
      if ((spec.shape.size() > 1) != matrix) continue;
      const std::int64_t length = c10::multiply_integers(spec.shape);
      places_[spec.name] = {total, length};
      total += length;
    }
    if (matrix) matrices_ = total;
  }
  weights_ = at::empty({total}, at::TensorOptions().dtype(at::kFloat).device(at::Device(device)));
  gradient_ = at::zeros_like(weights_);
  eachInitial(recipe, [&](const ParameterSpec& spec, const at::Tensor& value) {
    const Place& place = places_[spec.name];
    const auto view = [&](const at::Tensor& flat) {
      return flat.narrow(0, place.begin, place.length).view(spec.shape);
    };
    at::Tensor own = view(weights_).copy_(value).detach().requires_grad_();
    own.mutable_grad() = view(gradient_);
    parameters_.set(spec.name, own);
  });
}

double TrainingPass::run(const Windows& windows, std::int64_t begin, std::int64_t count, const Packing& packing,
                         double scale, const Job& job) {
  const at::Device device = weights_.device();
  DocumentBorders borders;
  borders.sharedFirst = windows.borders.sharedFirst;
  const bool within = packing.mask == Mask::Documents;
  if (within) {
    const auto first = windows.borders.starts.begin() + begin;
    borders.starts.assign(first, first + count);
  }
  const Context context{.documents = within ? &borders : nullptr, .routing = Routing::Top, .prefix = packing.prefix};
  const at::AutoGradMode gradients(true);
  const Autocast precision(device.type(), bfloat16_);
  Outputs observer;
  forward(config_, parameters_, windows.tokens.narrow(0, begin, count).to(device), &observer, LogitsOf::None,
          job.quiet(), context);
  const at::Tensor hidden = observer.hidden.flatten(0, 1);  // [token, D]
  const NextTokenLoss loss = nextTokenLoss(hidden, parameters_[config_.tiedEmbedding ? "embedding" : "output"],
                                           windows.targets.narrow(0, begin, count).flatten().to(device), scale);
  if (observer.scores.empty()) {
    hidden.backward(loss.gradient);
  } else {
    // As large a part of the step as the windows are.
    const at::Tensor routers = routerLoss(observer.scores, config_);
    const double part = scale * static_cast<double>(count * packing.context);
    torch::autograd::backward({hidden, routers}, {loss.gradient, at::full_like(routers, part)});
  }
  return loss.sum;
}

}  // namespace sinkscope
