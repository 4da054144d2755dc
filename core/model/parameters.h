#pragma once

#include "core/model/config.h"
#include "core/model/weight_matrix.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
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
///   embedding [V, D]; finalNorm [D]; output [V, D] unless tied; positions [C, D] where they are learned;
/// and for every layer `layerN.` followed by
///   attentionNorm [D] and feedForwardNorm [D] where the config has them,
///   query [H d, D], key [K d, D], value [K d, D], attentionOutput [D, H d],
///   queryNorm [d or H d], keyNorm [d or K d] (queryKeyNorm), queryBias [H d], keyBias [K d], valueBias [K d]
///   (attentionBias), attentionOutputBias [D] (outputBias), postAttentionNorm [D], postFeedForwardNorm [D] (postNorms),
///   sinkLogit [H], extraKey [K, d], extraValue [K, d] (extraKey), outputGate [H d, D] (outputGate),
///   router [1, D] (a layer with a capacity below 1),
///   gate [F, D] (gated), up [F, D], down [D, F], or in a layer of E experts expertRouter [E, D] and these three of
///   each expert behind `expertN.`; gateBias [F], upBias [F], downBias [D], expertRouterBias [E] (feedForwardBias).
/// A norm that takes the mean away has a bias of its shape and name, too. Norm weights are the factor itself: readers
/// add the 1 of families that store the factor minus one.
std::vector<ParameterSpec> parameterSpecs(const ModelConfig& config);

class WeightStream;

/// Seconds that streaming weights takes.
struct ReadingTime {
  double waited = 0.0;     ///< passes, for weights that were not there yet
  double processor = 0.0;  ///< of the thread that reads
};

/// Named weights; the decoder is a function over them. Vectors are float32 tensors, matrices those or in a file's type.
class Parameters {
 public:
  void set(const std::string& name, at::Tensor value) { values_[name] = std::move(value); }
  void set(const std::string& name, WeightMatrix value);

  /// The named tensor, float32: a matrix in another type is made so as a whole. Throws `Error` when there is none.
  at::Tensor operator[](const std::string& name) const;

  /// The named matrix. Throws `Error` when there is none.
  WeightMatrix matrix(const std::string& name) const;

  /// Where the named tensor or matrix lies; what is not float32 lies on the CPU.
  at::Device deviceOf(const std::string& name) const;

  /// The named linear map of `x`, with the bias of its name where it is `biased`.
  at::Tensor map(const std::string& name, const at::Tensor& x, bool biased) const;

  /// "layerN.name".
  static std::string nameOf(std::int64_t layer, std::string_view name);
  at::Tensor layer(std::int64_t layer, std::string_view name) const { return (*this)[nameOf(layer, name)]; }

  /// Weights that are not held come from there.
  void streamFrom(std::shared_ptr<WeightStream> stream) { stream_ = std::move(stream); }
  /// What reading streamed weights has cost so far.
  ReadingTime readingTime() const;

  /// Takes over a weight of `other`, as it is, under a name of its own.
  void take(const Parameters& other, const std::string& otherName, const std::string& name);

  /// The float32 tensors by name.
  const std::map<std::string, at::Tensor>& all() const { return values_; }
  /// Matrices in a file's type by name.
  const std::map<std::string, WeightMatrix>& stored() const { return stored_; }
  std::int64_t bytes() const;

 private:
  std::map<std::string, at::Tensor> values_;
  std::map<std::string, WeightMatrix> stored_;
  std::shared_ptr<WeightStream> stream_;
};

}  // namespace sinkscope
