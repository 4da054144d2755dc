#include "core/model/feed_forward.h"

#include "core/model/experts.h"
#include "core/model/fused_parts.h"
#include "core/model/linear_map.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sinkscope {
namespace {

// Tokens that go through together: [token, F] intermediates are the widest tensors of a layer.
constexpr std::int64_t kBlock = 1024;

/// One layer's part.
class FeedForward {
 public:
  FeedForward(const ModelConfig& config, const Parameters& parameters, std::int64_t layer)
      : config_(config), parameters_(parameters), layer_(layer) {}

  at::Tensor operator()(const at::Tensor& x) const {
    return config_.perLayer[static_cast<std::size_t>(layer_)].mixesExperts ? mixture(x) : single(x, "");
  }

 private:
  at::Tensor map(const at::Tensor& x, const std::string& name) const {
    return parameters_.map(Parameters::nameOf(layer_, name), x, config_.feedForwardBias);
  }

  /// Whether it is computed in the ways that only training takes.
  bool trains(const std::string& part) const {
    const bool fused = config_.activation == Activation::Silu || config_.activation == Activation::GeluTanh;
    return fused && !config_.feedForwardBias && parameters_.matrix(Parameters::nameOf(layer_, part + "up")).learns();
  }

  /// Of the layer itself, or of an expert, whose `part` is "expertN.".
  at::Tensor single(const at::Tensor& x, const std::string& part) const {
    if (!config_.gated) return map(activate(map(x, part + "up"), config_.activation), part + "down");
    if (!trains(part)) return map(gate(map(x, part + "gate"), map(x, part + "up"), config_.activation), part + "down");
    const auto weight = [&](const char* name) { return parameters_.layer(layer_, part + name); };
    const std::vector<at::Tensor> both = linearMaps(x, {weight("gate"), weight("up")});
    return fuses(x) ? fusedGatedMap(both[0], both[1], weight("down"), config_.activation)
                    : linearMap(gate(both[0], both[1], config_.activation), weight("down"));
  }

  /// What the experts that each token's router chose write, in their shares.
  at::Tensor mixture(const at::Tensor& x) const {
    const at::Tensor rows = x.flatten(0, 1);  // [token, D]
    const ExpertChoice choice = chooseExperts(map(rows, "expertRouter"), config_);
    at::Tensor sum = at::zeros_like(rows);
    for (std::int64_t expert = 0; expert < config_.experts; ++expert) {
      const auto [token, share] = choice.of(expert);
      if (token.numel() == 0) continue;
      const at::Tensor write = single(rows.index_select(0, token), "expert" + std::to_string(expert) + ".");
      sum = sum.index_add(0, token, write * share.unsqueeze(1));
    }
    return sum.view(x.sizes());
  }

  const ModelConfig& config_;
  const Parameters& parameters_;
  std::int64_t layer_;
};

}  // namespace

at::Tensor feedForwardWrite(const ModelConfig& config, const Parameters& parameters, std::int64_t layer,
                            const at::Tensor& x) {
  const FeedForward part(config, parameters, layer);
  if (x.size(1) <= kBlock) return part(x);
  std::vector<at::Tensor> blocks;
  for (std::int64_t begin = 0; begin < x.size(1); begin += kBlock)
    blocks.push_back(part(x.narrow(1, begin, std::min(kBlock, x.size(1) - begin))));
  return at::cat(blocks, 1);
}

}  // namespace sinkscope
