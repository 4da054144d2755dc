#pragma once

#include "core/model/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// What the decoder needs under which name and shape. Weights of linear maps are [out, in], as in PyTorch.
struct ParameterSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// Every parameter that `config` asks for:
///   embedding [V, D]; finalNorm [D]; output [V, D] unless tied; and for every layer `layerN.` followed by
///   attentionNorm [D], query [H d, D], key [K d, D], value [K d, D], attentionOutput [D, H d],
///   queryNorm [d], keyNorm [d] (queryKeyNorm), queryBias [H d], keyBias [K d], valueBias [K d] (attentionBias),
///   postAttentionNorm [D], postFeedForwardNorm [D] (postNorms),
///   sinkLogit [H], extraKey [K, d], extraValue [K, d] (extraKey), outputGate [H d, D] (outputGate),
///   router [1, D] (a layer with a capacity below 1),
///   feedForwardNorm [D], gate [F, D], up [F, D], down [D, F];
///   positions [C, D] where they are learned.
/// Norm weights are the factor itself: readers add the 1 of families that store the factor minus one.
std::vector<ParameterSpec> parameterSpecs(const ModelConfig& config);

/// Named tensors; the decoder is a function over them.
class Parameters {
 public:
  void set(const std::string& name, at::Tensor value) { values_[name] = std::move(value); }

  /// The named tensor; throws `Error` when there is none.
  const at::Tensor& operator[](const std::string& name) const;

  /// `layerN.name`.
  const at::Tensor& layer(std::int64_t layer, std::string_view name) const;

  const std::map<std::string, at::Tensor>& all() const { return values_; }
  std::int64_t bytes() const;

 private:
  std::map<std::string, at::Tensor> values_;
};

}  // namespace sinkscope
