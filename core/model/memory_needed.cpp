#include "core/model/memory_needed.h"

#include "core/model/parameters.h"

#include <c10/util/accumulate.h>

#include <unistd.h>

namespace sinkscope {

std::int64_t parametersOf(const ModelConfig& config) {
  std::int64_t sum = 0;
  for (const ParameterSpec& spec : parameterSpecs(config)) sum += c10::multiply_integers(spec.shape);
  return sum;
}

std::int64_t memoryNeeded(const ModelConfig& config, const TensorFile&) {
  return parametersOf(config) * static_cast<std::int64_t>(sizeof(float));
}

std::uint64_t memoryOfMachine() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) : 0;
}

}  // namespace sinkscope
