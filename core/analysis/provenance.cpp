#include "core/analysis/provenance.h"

#include <torch/version.h>

#include <ctime>

namespace sinkscope {

Provenance provenanceOf(const Model& model) {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {model.identity, text, "sinkscope " SINKSCOPE_VERSION, TORCH_VERSION, 0.0};
}

}  // namespace sinkscope
