#pragma once

#include "core/analysis/provenance.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sinkscope {

/// The question the Influence page and `sinkscope influence` ask: how much does each token of a prompt influence one
/// token deeper in the model, by the paper's bound and measured?
struct InfluenceRequest {
  std::string model;            ///< a demo model's name, a file or a folder
  std::string prompt;           ///< UTF-8
  bool bos = true;              ///< put <bos> first
  std::size_t tokenLimit = 64;  ///< cut to T after special tokens; 0: no limit

  std::int64_t from = 0;              ///< influence of the stream after so many layers (0: the embedding) ...
  std::optional<std::int64_t> to;     ///< ... on that after so many; nothing: after the last
  std::optional<std::int64_t> query;  ///< position of the influenced token, <bos> counted; nothing: the last
  bool finalNorm = false;             ///< after the final norm; only where `to` is the last layer
  bool allQueries = false;            ///< also the full matrix, every token influenced by every other
  std::int64_t probes = 64;           ///< random vectors a query for the measurement; 0: exact
  std::uint64_t seed = 0;
  std::uint64_t budgetBytes = std::uint64_t{4} << 30;  ///< of memory; what needs more is refused
  std::string device = "cpu";

  bool operator==(const InfluenceRequest&) const = default;
};

/// Of all queries, from the request's first layer. Empty unless asked for; tokens after the query are -inf or 0.
struct InfluenceMatrix {
  Array<double, 2> bound;          ///< [query, token], natural log
  Array<double, 2> rollout;        ///< [query, token], natural log
  Array<double, 2> measured;       ///< [query, token]
  Array<double, 2> standardError;  ///< [query, token]; empty when exact
};

/// The answer. Immutable. Entry s of a start axis is the influence of the stream after `from + s` layers, so that
/// `to - from - s` layers lie between. Definitions stand at `PathSums` and `JacobianNorms`.
struct InfluenceResult : Provenance {
  InfluenceRequest request;
  std::string bosText;  ///< name of the model's <bos>, empty when it has none
  std::vector<Token> tokens;
  std::int64_t from = 0, to = 0, query = 0;  ///< as the request said, or its defaults

  Array<double, 2> bound;            ///< [start, token]: log of the path sum; -inf where there is no path
  Array<double, 2> rollout;          ///< [start, token]: the same of the rollout
  Array<double, 2> withoutSink;      ///< [start, token]: the bound without the sink's column
  std::vector<double> sinkLogRatio;  ///< [start]: log of what is left of a row of the bound without that column
  Array<double, 2> measured;         ///< [start, token]: ||d v_query / d v_token||_F
  Array<double, 2> standardError;    ///< [start, token]; empty when exact
  InfluenceMatrix all;

  /// Spearman's rank correlation with the measurement from `from`, over the tokens up to the query, or over all pairs
  /// of a query and a token it sees where the full matrix was asked for; NaN of fewer than two.
  double boundCorrelation = 0.0, rolloutCorrelation = 0.0;

  std::int64_t products = 0;       ///< vector-Jacobian products of the measurement: rows of the Jacobian, or probes
  double productsPerSecond = 0.0;  ///< each through all layers of the span

  bool exact() const { return request.probes == 0; }
};

/// Runs the request on a loaded model. Throws `Error` for layers, tokens or memory that there are not.
InfluenceResult influence(const Model& model, const Tokenizer& tokenizer, const InfluenceRequest& request,
                          const Job& job);

/// A prompt under one condition, or with <bos> and without: what the Influence page shows and a run file holds.
struct InfluenceRun : Provenance {
  /// One a condition. Their requests differ in `bos` and in what counts it: query and token limit.
  std::vector<InfluenceResult> results;
};

/// `influence` once a condition on the same tokens of the text, `withBos[i]` in the place of the request's own `bos`.
InfluenceRun influenceUnder(const Model& model, const Tokenizer& tokenizer, const InfluenceRequest& request,
                            const std::vector<bool>& withBos, const Job& job);

/// Bytes that the request takes at most on so many tokens, the model not counted: the trace, products on their way
/// back, and for every query asked about the sums of each thread beside what becomes of them.
std::uint64_t influenceBytes(const ModelConfig& config, const InfluenceRequest& request, std::int64_t tokens);

/// A row of path sums as shares of the row: each over the sum of all. Nothing has a share where there is no path at
/// all.
std::vector<double> rowShares(std::span<const double> logs);

/// Pearson's correlation of the ranks, ties at their mean rank; NaN of fewer than two or where all of one are alike.
double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace sinkscope
