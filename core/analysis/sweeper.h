#pragma once

#include "core/analysis/sweep.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <functional>

namespace sinkscope {

/// Swaps every token of the text in turn, from the first. `soFar` is told after every batch of swaps, when it is the
/// same number of them under all conditions; the result it sees is the one that grows. Throws `Error` for a prompt
/// without tokens, too many tokens or no draws, `Stopped` within a batch.
SweepResult sweep(const Model& model, const Tokenizer& tokenizer, const SweepRequest& request, const Job& job,
                  const std::function<void(const SweepResult&)>& soFar = {});

}  // namespace sinkscope
