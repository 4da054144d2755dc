#pragma once

#include "core/analysis/condition.h"
#include "core/analysis/provenance.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

/// How much do swapped tokens disturb the model's predictions, how does that depend on where they stand, and on the
/// sink being there? The question of `sinkscope robustness`.
struct RobustnessRequest {
  std::string model;                 ///< a demo model's name, a file or a folder
  std::vector<std::string> prompts;  ///< UTF-8
  std::vector<Condition> conditions{Condition::Bos, Condition::NoBos, Condition::ZeroedValue};
  std::size_t tokenLimit = 64;  ///< texts are cut so that they have T tokens behind <bos>; 0: no limit
  std::size_t swaps = 8;        ///< a prompt, each of one token by a random one of like frequency
  std::uint64_t seed = 1;
  std::string device = "cpu";

  bool operator==(const RobustnessRequest&) const = default;
};

/// The tokens that were swapped, one a swap. Never the last of its text, for nothing known is predicted behind it. All
/// [swap].
struct RobustnessSwaps {
  std::vector<std::int64_t> prompt;
  std::vector<std::int64_t> position;  ///< in the text's tokens, an added <bos> not counted
  std::vector<std::int64_t> id;        ///< what takes the token's place

  std::size_t size() const { return position.size(); }
  bool operator==(const RobustnessSwaps&) const = default;
};

/// What the swaps do under one condition.
struct RobustnessOutcome {
  Condition condition = Condition::Bos;
  double loss = 0.0;  ///< of the unchanged prompts, nats a token, mean over the tokens that have one before them
  std::vector<double>
      divergence;  ///< [swap]: mean KL(unchanged || swapped) of the predictions from the swapped token on
  std::vector<double> lossChange;  ///< [swap]: of the tokens behind the swapped one, mean
};

struct RobustnessResult : Provenance {
  RobustnessRequest request;
  std::string bosText;
  RobustnessSwaps swaps;  ///< the same under all conditions
  std::vector<RobustnessOutcome> outcomes;
};

/// Mean and its standard error over the swaps of a range of positions.
struct PositionBin {
  std::int64_t begin = 0, end = 0;  ///< positions [begin, end)
  std::size_t count = 0;
  double mean = 0.0, standardError = 0.0;  ///< the error is NaN of fewer than two
};
/// `values` [swap] over at most `bins` ranges of equal width; empty ones are left out.
std::vector<PositionBin> binned(const RobustnessResult& result, const std::vector<double>& values, std::size_t bins);

/// Prompt after prompt; all swaps of a prompt go through the model together. Throws `Error` where there is no prompt or
/// one has fewer than two tokens of text.
RobustnessResult robustness(const Model& model, const Tokenizer& tokenizer, const RobustnessRequest& request,
                            const Job& job);

}  // namespace sinkscope
