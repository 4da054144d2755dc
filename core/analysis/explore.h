#pragma once

#include "core/analysis/prediction.h"
#include "core/analysis/provenance.h"
#include "core/analysis/sink_metric.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/process_group.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope {

/// The question the Explore page and `sinkscope analyze` ask: where does this model rest on these prompts?
struct ExploreRequest {
  std::string model;                 ///< a demo model's name, a file or a folder
  std::vector<std::string> prompts;  ///< UTF-8
  bool bos = true;                   ///< put <bos> first
  bool chat = false;                 ///< each is a user's message, read in the markup of the model's chat template
  std::size_t tokenLimit = 64;       ///< cut to T after special tokens; 0: no limit
  Keep keep = Keep::Attention;
  std::uint64_t budgetBytes = std::uint64_t{4} << 30;  ///< of kept attention
  /// Of the arrays over tokens of all prompts, see `PromptResult`.
  std::uint64_t arrayBudgetBytes = std::uint64_t{256} << 20;
  std::string device = "cpu";

  bool operator==(const ExploreRequest&) const = default;
};

/// Everything measured on one prompt. Plain arrays, no tensors.
///
/// Where the arrays [layer, head, token] of all prompts would take more than their budget, only the first prompt has
/// them. The others are summaries: shares of key 0, and a number a head in place of entropies and norms.
struct PromptResult {
  std::string prompt;
  std::vector<Token> tokens;
  PromptShares shares;           ///< alpha_k
  Array<float, 3> rowEntropy;    ///< [layer, head, query], natural log; empty in a summary
  Array<float, 3> valueNorm;     ///< [layer, key head, token]; empty in a summary
  Array<float, 3> outputNorm;    ///< [layer, head, token]: ||W_O^h v||; empty in a summary
  Array<float, 2> meanEntropy;   ///< [layer, head]: mean of `rowEntropy`; of a summary only
  Array<float, 2> drain;         ///< [layer, head]: value drain; of a summary only
  Array<float, 2> residualNorm;  ///< [layer + 1, token]
  std::vector<float> tokenLoss;  ///< [token - 1]
  std::vector<Prediction> next;  ///< five most likely

  double loss() const;  ///< mean of tokenLoss; NaN when empty
  bool isSummary() const { return shares.length > 0; }
  Array<double, 2> valueDrain() const;                          ///< [layer, head]; NaN when it was not measured
  double entropyOf(std::size_t layer, std::size_t head) const;  ///< mean over the queries; NaN when not measured
};

/// The answer. Immutable; shared between threads as `shared_ptr<const ExploreResult>`.
struct ExploreResult : Provenance {
  ExploreRequest request;
  std::string bosText;  ///< name of the model's <bos>, empty when it has none
  std::vector<PromptResult> prompts;
  std::string note;  ///< what was left out and why (budget), else empty

  std::vector<PromptShares> shares() const;  ///< of key 0 alone
  SinkConventions conventions(double epsilon, bool includeQuery0 = true) const;
  /// (layer, head) with the largest share on the first token, averaged over the prompts.
  std::pair<int, int> strongestHead() const;
};

/// A result with the attention of its prompts when that was kept (one trace a prompt, else none). The traces hold
/// nothing that the result holds.
struct Exploration {
  std::shared_ptr<const ExploreResult> result;
  std::vector<std::shared_ptr<const Trace>> traces;
};

/// Runs the request on a loaded model, prompt after prompt. Processes of a group share the prompts, and all have the
/// whole result in the end; none of them keeps attention.
Exploration explore(const Model& model, const Tokenizer& tokenizer, const ExploreRequest& request, const Job& job,
                    ProcessGroup& group = *singleProcess());

}  // namespace sinkscope
