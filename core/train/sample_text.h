#pragma once

#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <string>

namespace sinkscope {

struct SampleOptions {
  std::string prompt;        ///< UTF-8; what is written goes on from it
  std::int64_t tokens = 64;  ///< written at most; <eos> ends earlier
  double temperature = 0.8;  ///< the logits are divided by it; 0: the likeliest token
  std::uint64_t seed = 1;
};

/// Text that the model writes behind <bos> and the prompt: the bytes without either.
std::string sampleText(const Model& model, const Tokenizer& tokenizer, const SampleOptions& options, const Job& job);

}  // namespace sinkscope
