#pragma once

#include "core/analysis/provenance.h"
#include "core/analysis/rank_measures.h"
#include "core/analysis/sink_metric.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sinkscope {

/// The question the Collapse page and `sinkscope collapse` ask: do the tokens of this prompt become alike with depth?
struct CollapseRequest {
  std::string model;            ///< a demo model's name, a file or a folder
  std::string prompt;           ///< UTF-8
  bool bos = true;              ///< put <bos> first
  std::size_t tokenLimit = 64;  ///< cut to T after special tokens; 0: no limit
  std::string device = "cpu";

  bool operator==(const CollapseRequest&) const = default;
};

/// The answer. Places are those of the residual stream, before the final norm: 0 the embedding, l + 1 after layer l.
struct CollapseResult : Provenance {
  CollapseRequest request;
  std::string bosText;  ///< name of the model's <bos>, empty when it has none
  std::vector<Token> tokens;

  RankCurves all;           ///< [place], of all tokens
  RankCurves withoutFirst;  ///< [place], of all but token 0, whose norm can outweigh the others together
  /// [place]: `||v[T-1] - v[T-2]||`, representational collapse; NaN of one token.
  std::vector<double> lastDistance;     ///< L2
  std::vector<double> lastDistanceMax;  ///< inf-norm
  std::vector<double> firstNorm;        ///< [place]: ||v[0]||
  std::vector<double> firstNormRatio;   ///< [place]: over the median of ||v[t]||, t > 0; NaN of one token
  Array<double, 2> rowEntropy;          ///< [layer, head]: mean over the queries of the row's entropy, nats
  /// [layer, head]: value drain of token 0, `||W_O v_0|| / median_t>0 ||W_O v_t||`; NaN of one token.
  Array<double, 2> drain;
  PromptShares shares;  ///< alpha_k; `sinkRateByLayer` of it is the sink rate on the same axis

  /// Mean over heads of `rowEntropy`: [layer].
  std::vector<double> rowEntropyByLayer() const;
};

/// One forward pass that keeps nothing but its measures. Throws `Error` when the prompt has no tokens.
CollapseResult collapse(const Model& model, const Tokenizer& tokenizer, const CollapseRequest& request, const Job& job);

/// A prompt under one condition, or with <bos> and without: what the Collapse page shows and a run file holds.
struct CollapseRun : Provenance {
  std::vector<CollapseResult> results;  ///< one a condition; their requests differ in `bos` alone
};

/// `collapse` once a condition, `withBos[i]` in the place of the request's own. Throws as it does.
CollapseRun collapseUnder(const Model& model, const Tokenizer& tokenizer, const CollapseRequest& request,
                          const std::vector<bool>& withBos, const Job& job);

}  // namespace sinkscope
