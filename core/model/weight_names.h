#pragma once

#include "core/model/stored_as.h"

#include <cstdint>
#include <map>
#include <string>

// How parameters are called: in the decoder, and in files of LLaMa, from which other families differ as they say.

namespace sinkscope {

/// "layer3.expert7.gate" is layer 3's part "expert.gate" of expert 7.
struct ParsedName {
  std::string layer, part;
  std::int64_t expert = 0;

  explicit ParsedName(const std::string& parameter);
  bool isOfLayer() const { return !layer.empty(); }
  std::int64_t layerNumber() const { return std::stoll(layer); }
};

/// Parameter -> where it lies in a GGUF or in safetensors. A bias that is not named lies as its matrix does.
const std::map<std::string, StoredAs>& usualNames(bool isGguf);

/// What the bias of a matrix with this name is called.
std::string biasName(const std::string& matrix);

}  // namespace sinkscope
