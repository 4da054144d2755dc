#pragma once

#include "core/model/decoder.h"
#include "core/model/model.h"
#include "tests/site_recorder.h"

#include <ATen/Functions.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// Residual streams of one whole pass, [place, token, D] in double; places as in `PerturbMap`.
inline at::Tensor streams(const Model& model, const std::vector<std::int64_t>& ids) {
  SiteRecorder seen;
  forward(model.config(), model.parameters, at::tensor(ids, at::kLong).unsqueeze(0), &seen);
  std::vector<at::Tensor> all{seen.at(Site::Embedding)};
  for (std::int64_t l = 0; l < model.config().layers; ++l) all.push_back(seen.at(Site::Residual, l));
  all.push_back(seen.at(Site::FinalNorm));
  return at::stack(all).to(at::kDouble);
}

}  // namespace sinkscope
