#include "core/model/weight_memory.h"

#include "core/model/weight_map.h"

#include <c10/util/accumulate.h>

#include <unistd.h>

namespace sinkscope {

std::int64_t parametersOf(const ModelConfig& config) {
  std::int64_t sum = 0;
  for (const ParameterSpec& spec : parameterSpecs(config)) sum += c10::multiply_integers(spec.shape);
  return sum;
}

std::uint64_t weightBytes(WeightsAs as, const WeightMap& weights) {
  std::uint64_t sum = 0;
  for (const ParameterSpec& spec : weights.specs()) {
    const auto floats = static_cast<std::uint64_t>(4 * c10::multiply_integers(spec.shape));
    sum += as == WeightsAs::Stored ? weights.bytesHeld(spec) : floats;
  }
  return sum;
}

WeightsAs fittingWeights(const WeightMap& weights, std::uint64_t budgetBytes) {
  for (const WeightsAs as : {WeightsAs::Float32, WeightsAs::Stored})
    if (weightBytes(as, weights) <= budgetBytes) return as;
  return WeightsAs::Streamed;
}

std::uint64_t memoryOfMachine() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) : 0;
}

std::uint64_t usualWeightMemory() {
  return memoryOfMachine() / 10 * 6;
}

}  // namespace sinkscope
