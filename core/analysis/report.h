#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/perturbation.h"
#include "core/analysis/provenance.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sinkscope {

/// The question of the Report page and `sinkscope report`: the paper's Table 1 (arXiv 2504.02732), and what <bos>
/// does, on models and prompts of one's own.
struct ReportRequest {
  std::vector<std::string> models;   ///< demo models' names, files or folders
  std::string promptsName;           ///< what a table calls the prompts
  std::vector<std::string> prompts;  ///< UTF-8
  std::size_t tokenLimit = 64;       ///< cut to T after special tokens; 0: no limit
  std::vector<double> epsilons{0.3, 0.8};
  std::size_t resamples = 2000;  ///< of the bootstrap
  std::uint64_t seed = 1;        ///< of the swaps and of the bootstrap
  std::string device = "cpu";

  bool operator==(const ReportRequest&) const = default;
};

/// One model on all prompts, with <bos> or without. Query 0 is included everywhere. Intervals are over the prompts.
struct ReportCondition {
  bool bos = true;
  std::size_t tokensMin = 0, tokensMax = 0;  ///< of the prompts, after cutting

  Array<double, 2> promptRate;      ///< [epsilon, prompt]: fraction of the heads whose alpha_0 is above eps
  std::vector<double> promptShare;  ///< [prompt]: mean alpha_0 of the heads
  std::vector<double> promptLoss;   ///< [prompt]: mean loss of its tokens, nats; NaN of one token
  /// [prompt]: spread of one swapped token, `mean_{t > p} ||dv_t|| / ||dv_p||` of the residual stream after the last
  /// layer; NaN of a prompt of fewer than four tokens.
  std::vector<double> promptSpread;

  std::vector<MeanInterval> rate;  ///< [epsilon]
  MeanInterval share, loss, spread;

  Array<double, 2> rateByLayer;        ///< [epsilon, layer]
  std::vector<double> shareByLayer;    ///< [layer]
  std::vector<double> entropyByLayer;  ///< [layer]: mean over heads and queries of a row's entropy, nats
  std::vector<double> spreadByLayer;   ///< [layer]: after each layer
};

struct ModelReport : Provenance {
  std::string bosText;                      ///< name of the model's <bos>, empty when it has none
  bool addsBos = false;                     ///< whether its tokenizer puts <bos> first by itself
  std::vector<ReportCondition> conditions;  ///< with <bos> first, where the model has one; then without
};

struct ReportResult {
  ReportRequest request;
  std::vector<ModelReport> models;
};

/// The swap by which a prompt's spread is measured, of the text's tokens without <bos>: drawn from the first half, but
/// not the first token, so that the sink stays and tokens follow; its place is taken by a token about as frequent.
/// None of a text of fewer than four tokens.
std::optional<Swap> drawnSwap(const Tokenizer& tokenizer, const std::vector<Token>& text, std::uint64_t seed);

/// One model that is loaded. For each prompt and condition one pass, and one more with the swap; attention is looked at
/// by columns, and nothing of a prompt outlives it but its numbers. Throws `Error` for a prompt without tokens.
ModelReport reportModel(const Model& model, const Tokenizer& tokenizer, const ReportRequest& request, const Job& job);

/// A model in memory with its tokenizer.
struct ReportModel {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
};

/// All models, one after the other: one is in memory at a time. Before the first is loaded, all are looked for.
/// `onModel` is shown the result so far when a model is done; `load` loads a model by its name, where it is not to be
/// read from its file each time. Throws `Error` for what cannot be measured.
ReportResult reportModels(const ReportRequest& request, const Job& job,
                          const std::function<void(const ReportResult&)>& onModel = {},
                          const std::function<ReportModel(const std::string& model, const Job&)>& load = {});

}  // namespace sinkscope
