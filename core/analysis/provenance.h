#pragma once

#include "core/model/model.h"

#include <string>

namespace sinkscope {

/// Where the numbers of a result come from.
struct Provenance {
  ModelIdentity model;
  std::string created;   ///< ISO 8601, UTC
  std::string program;   ///< "sinkscope 0.1.0"
  std::string torch;     ///< libtorch's version
  double seconds = 0.0;  ///< of the analysis, loading not counted
};

/// Of a result that is begun now; `seconds` is left to its end.
Provenance provenanceOf(const Model& model);

}  // namespace sinkscope
