#pragma once

#include "core/analysis/intervention.h"
#include "core/analysis/provenance.h"
#include "core/analysis/sink_metric.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

/// The question of the Intervene page and of `sinkscope ablate`: what becomes of the model when it is changed?
struct AblationRequest {
  std::string model;                 ///< a demo model's name, a file or a folder
  std::vector<std::string> prompts;  ///< UTF-8
  bool bos = true;                   ///< put <bos> first
  std::size_t tokenLimit = 64;       ///< cut to T after special tokens, before an intervention adds one; 0: no limit
  std::vector<Intervention> interventions;
  std::uint64_t seed = 1;  ///< of the swapped token, of noise and of shuffling
  std::string device = "cpu";

  bool operator==(const AblationRequest&) const = default;
};

/// What a prompt is, and the swap that the spread is measured with: one token of the text, the middle one, becomes a
/// random one of like frequency.
struct AblationPrompt {
  std::string prompt;
  std::vector<Token> tokens;  ///< untouched, <bos> included
  std::int64_t swapPosition = 0;
  std::int64_t swapId = 0;
};

/// What was measured of one model, untouched or changed. Losses are natural-log per token, of the text's tokens that
/// the untouched model predicts too (an added <bos> is none).
struct AblationOutcome {
  std::vector<double> loss;        ///< [prompt]: mean
  std::vector<double> divergence;  ///< [prompt]: KL(untouched || changed) of the predictions of the same tokens, mean
  std::vector<double> lossAt;      ///< [position]: mean over the prompts of the loss of the token there; NaN of none
  Array<float, 3> share;     ///< [prompt, layer, head]: alpha_0, the mean weight on key 0 of the queries that see it
  Array<float, 3> bosShare;  ///< the same of <bos>, where something stands before it; else empty
  /// [prompt, place]: mean relative change `||v' - v|| / ||v||` of the tokens behind the swapped one, and that over the
  /// change of the swapped one; places as in `PerturbMap`. NaN where nothing stands behind it.
  Array<double, 2> change, spread;
};

struct AblationResult : Provenance {
  AblationRequest request;
  std::string bosText;  ///< name of the model's <bos>, empty when it has none
  std::vector<AblationPrompt> prompts;
  AblationOutcome untouched;
  std::vector<AblationOutcome> changed;  ///< one an intervention of the request

  SinkConventions conventions(double epsilon) const;  ///< query 0 is included
};

/// Fraction of (prompt, layer, head) with a share above `epsilon`; thresholded per prompt.
double sinkRate(const Array<float, 3>& share, double epsilon);
/// Of all prompts, layers and heads.
double meanShare(const Array<float, 3>& share);
/// Mean over prompts of a head's share: [layer, head].
Array<double, 2> meanHeadShares(const Array<float, 3>& share);
/// Mean of the values that are not NaN; NaN of none.
double meanOf(std::span<const double> values);
/// Mean over prompts: [place].
std::vector<double> meanOverPrompts(const Array<double, 2>& values);

/// Runs every prompt through the untouched model and through each changed one. Throws `Error` where there is no prompt,
/// one has fewer than two tokens, or an intervention names what the model has not.
AblationResult ablate(const Model& model, const Tokenizer& tokenizer, const AblationRequest& request, const Job& job);

}  // namespace sinkscope
