#include "core/model/score_terms.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <vector>

namespace sinkscope {
namespace {

at::Tensor alibiSlopes(const ModelConfig& config, const at::TensorOptions& options) {  // [head]
  const at::Tensor head = at::arange(1, config.heads + 1, options);
  return at::exp2(head * (-8.0 / static_cast<double>(config.heads)));
}

/// `x` [batch, head, token, d] and behind it the numbers, each [..., head, token] or less, and zeros up to `more` of
/// them.
at::Tensor extended(const at::Tensor& x, const std::vector<at::Tensor>& numbers, std::int64_t more) {
  std::vector<at::Tensor> parts{x};
  for (const at::Tensor& one : numbers) parts.push_back(one.unsqueeze(-1).expand({x.size(0), x.size(1), x.size(2), 1}));
  const std::int64_t zeros = more - static_cast<std::int64_t>(numbers.size());
  parts.push_back(at::zeros({x.size(0), x.size(1), x.size(2), zeros}, x.options()));
  return at::cat(parts, 3);
}

}  // namespace

void extendForScores(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                     const at::Tensor& position, const at::Tensor& chosen, at::Tensor& query, at::Tensor& key) {
  const std::int64_t more = extraWidth(config);
  const double scale = config.attentionScale;
  const at::Tensor place = position.to(at::kFloat), none = at::zeros({1, 1}, query.options());
  const at::Tensor slope =
      config.positions == Positions::Alibi ? alibiSlopes(config, query.options()).unsqueeze(1) : none;
  const at::Tensor logit =
      config.extraKey == ExtraKey::SinkLogit ? parameters.layer(layer, "sinkLogit").unsqueeze(1) : none;
  constexpr double kUnseen = -1e4;
  const at::Tensor passes =  // [batch, 1, token]
      chosen.defined() ? (chosen.logical_not().to(query.dtype()) * (kUnseen / scale)).unsqueeze(1) : none;
  query = extended(query, {slope, logit, slope * place, none + 1.0}, more);
  key = extended(key, {(place / scale).unsqueeze(0), none, none - 1.0 / scale, passes}, more);
}

AttentionForm attentionForm(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                            const at::TensorOptions& options, bool training) {
  const LayerConfig& own = config.perLayer[static_cast<std::size_t>(layer)];
  AttentionForm form{.scale = config.attentionScale,
                     .cap = config.attentionCap,
                     .window = own.window,
                     .firstKeys = own.firstKeys,
                     .weights = config.weights,
                     .training = training};
  if (config.extraKey == ExtraKey::None) return form;
  const at::Tensor none = at::zeros({config.keyHeads, config.headWidth}, options);
  const bool learned = config.extraKey == ExtraKey::KeyBias || config.extraKey == ExtraKey::KeyValueBias;
  form.extraKey = learned ? parameters.layer(layer, "extraKey") : none;
  form.extraValue = config.extraKey == ExtraKey::KeyValueBias ? parameters.layer(layer, "extraValue") : none;
  if (extraWidth(config) > 0) {
    // What stands behind a query's sink logit.
    at::Tensor behind = at::zeros({config.keyHeads, extraWidth(config)}, options);
    behind.narrow(1, 1, 1).fill_(1.0 / config.attentionScale);
    form.extraKey = at::cat({form.extraKey, behind}, 1);
  }
  return form;
}

}  // namespace sinkscope
