#pragma once

#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/parameters.h"
#include "core/model/tensor_file.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// A parameter's name in a folder that this program writes: as LLaMa's are called.
std::string safetensorsName(const std::string& parameter);

/// How the decoder's parameters stand in a weight file: names and storage conventions. Throws `Error` on construction
/// when a parameter is missing or of another shape, or when the file holds weights of layers that the decoder would
/// leave out.
class WeightMap {
 public:
  WeightMap(const TensorFile& file, const ModelConfig& config);

  const std::vector<ParameterSpec>& specs() const { return specs_; }

  /// What is known about a parameter's tensor in the file.
  const TensorInfo& info(const ParameterSpec& spec) const;

  /// The parameter's values as the decoder wants them, float32.
  at::Tensor read(const ParameterSpec& spec) const;

 private:
  void checkNothingLeftOut() const;
  std::string storedName(const std::string& parameter) const;
  std::string nameInGguf(std::string_view layer, const std::string& part) const;
  std::string nameInSafetensors(std::string_view layer, const std::string& part) const;

  const TensorFile& file_;
  const ModelConfig& config_;
  const Family& family_;
  bool isGguf_;
  std::string prefix_;  // safetensors: what stands before "embed_tokens" and "layers"
  std::vector<ParameterSpec> specs_;
};

}  // namespace sinkscope
