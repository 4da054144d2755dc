#pragma once

#include "core/model/config.h"
#include "core/model/tensor_file.h"

#include <cstdint>

namespace sinkscope {

/// Numbers in the parameters of such a model; a tied embedding counts once.
std::int64_t parametersOf(const ModelConfig& config);

/// Bytes that the model's weights take once they are loaded: as float32, whatever they are stored as.
std::int64_t memoryNeeded(const ModelConfig& config, const TensorFile& file);

/// Bytes of memory that this machine has; 0: not known.
std::uint64_t memoryOfMachine();

}  // namespace sinkscope
