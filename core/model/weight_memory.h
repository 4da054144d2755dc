#pragma once

#include "core/model/config.h"

#include <cstdint>

namespace sinkscope {

class WeightMap;

/// How weights are held while a model is used.
enum class WeightsAs {
  Fitting,   ///< the first of the others that the memory for weights allows
  Float32,   ///< fastest
  Stored,    ///< in their type in the file: matrices become float32 a block at a time
  Streamed,  ///< layer by layer, read from the file in each pass
};

/// Numbers in the parameters of such a model; a tied embedding counts once.
std::int64_t parametersOf(const ModelConfig& config);

/// Bytes that all weights take, held as float32 or as they are stored.
std::uint64_t weightBytes(WeightsAs as, const WeightMap& weights);

/// How they are held within a budget.
WeightsAs fittingWeights(const WeightMap& weights, std::uint64_t budgetBytes);

/// Bytes of memory that this machine has; 0: not known.
std::uint64_t memoryOfMachine();

/// Bytes that weights may take unless told otherwise: 60 % of the machine's.
std::uint64_t usualWeightMemory();

}  // namespace sinkscope
