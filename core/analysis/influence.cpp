#include "core/analysis/influence.h"

#include "core/analysis/jacobian.h"
#include "core/analysis/path_sums.h"
#include "core/byte_text.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

namespace sinkscope {
namespace {

constexpr double kPathShare = 0.1;  // of the time, before the measurement

// Arrays of numbers a query and token: two of path sums and two of norms, and each once more in the result.
constexpr double kArrays = 8;

/// The only query's rows of [start, query, token].
Array<double, 2> onlyQuery(const Array<double, 3>& rows) {
  Array<double, 2> result({rows.extent(0), rows.extent(2)});
  std::ranges::copy(rows.values(), result.data());
  return result;
}

/// The only start's rows of [start, query, token]; of nothing, nothing.
Array<double, 2> onlyStart(const Array<double, 3>& rows) {
  if (rows.empty()) return {};
  Array<double, 2> result({rows.extent(1), rows.extent(2)});
  std::ranges::copy(rows.values(), result.data());
  return result;
}

std::vector<std::int64_t> count(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> result;
  for (std::int64_t n = from; n < to; ++n) result.push_back(n);
  return result;
}

/// Values at the keys that each query sees, one row after the other.
std::vector<double> causal(const Array<double, 2>& matrix) {
  std::vector<double> result;
  for (std::size_t query = 0; query < matrix.extent(0); ++query)
    for (const double value : matrix.row(query).first(query + 1)) result.push_back(value);
  return result;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin + 1; end < order.size() && values[order[end]] == values[order[begin]];) ++end;
    for (std::size_t i = begin; i < end; ++i) result[order[i]] = static_cast<double>(begin + end - 1) / 2.0;
  }
  return result;
}

void addRow(InfluenceResult& result, const PathSums& paths, const JacobianNorms& norms) {
  result.bound = onlyQuery(paths.bound);
  result.rollout = onlyQuery(paths.rollout);
  result.withoutSink = withoutSink(result.bound);
  result.sinkLogRatio = sinkLogRatio(result.bound);
  result.measured = onlyQuery(norms.norm);
  if (!norms.standardError.empty()) result.standardError = onlyQuery(norms.standardError);
}

void addMatrix(InfluenceResult& result, const PathSums& paths, const JacobianNorms& norms) {
  result.all = {onlyStart(paths.bound), onlyStart(paths.rollout), onlyStart(norms.norm),
                onlyStart(norms.standardError)};
}

void correlate(InfluenceResult& result) {
  const InfluenceMatrix& all = result.all;
  if (!all.measured.empty()) {
    const std::vector<double> measured = causal(all.measured);
    result.boundCorrelation = spearman(causal(all.bound), measured);
    result.rolloutCorrelation = spearman(causal(all.rollout), measured);
    return;
  }
  const std::size_t seen = static_cast<std::size_t>(result.query) + 1;
  result.boundCorrelation = spearman(result.bound.row(0).first(seen), result.measured.row(0).first(seen));
  result.rolloutCorrelation = spearman(result.rollout.row(0).first(seen), result.measured.row(0).first(seen));
}

void checkMemory(const ModelConfig& config, const InfluenceRequest& request, std::int64_t tokens) {
  const std::uint64_t bytes = influenceBytes(config, request, tokens);
  if (bytes <= request.budgetBytes) return;
  throw Error("Influence " + std::string(request.allQueries ? "of every token on every other" : "on a token") + " of " +
              std::to_string(tokens) + " takes " + mebibytes(bytes) + " of memory, more than the budget of " +
              mebibytes(request.budgetBytes) + ": cut the prompt to fewer tokens" +
              (request.allQueries ? " or leave the full matrix out." : "."));
}

/// The same question about the same text under the other condition: query and token limit count <bos>.
InfluenceRequest under(InfluenceRequest request, bool bos) {
  if (request.bos == bos) return request;
  request.bos = bos;
  const std::int64_t shift = bos ? 1 : -1;
  if (request.query && (*request.query += shift) < 0)
    throw Error("Token 0 is <bos> itself; a comparison without it needs a later token.");
  if (!bos && request.tokenLimit == 1)
    throw Error("One token is <bos> alone; a comparison without it needs a limit of more tokens.");
  if (request.tokenLimit > 0) request.tokenLimit += static_cast<std::size_t>(shift);
  return request;
}

}  // namespace

std::uint64_t influenceBytes(const ModelConfig& config, const InfluenceRequest& request, std::int64_t tokens) {
  // In double precision: a hostile config must not wrap around.
  const double trace =
      static_cast<double>(planTrace(config, tokens, Keep::Everything, std::numeric_limits<std::uint64_t>::max()).bytes);
  const double starts = static_cast<double>(request.to.value_or(config.layers) - request.from);
  const double rows = starts + static_cast<double>(request.allQueries ? tokens : 0);
  const double sums = 2.0 * static_cast<double>(at::get_num_threads());  // squares and their squares
  const double products = static_cast<double>(jacobianBytes(config, tokens, request.device == "cpu"));
  return static_cast<std::uint64_t>(trace + products +
                                    rows * static_cast<double>(tokens) * sizeof(double) * (kArrays + sums));
}

std::vector<double> rowShares(std::span<const double> logs) {
  std::vector<double> shares(logs.size());
  const double most = logs.empty() ? 0.0 : std::ranges::max(logs);
  if (!std::isfinite(most)) return shares;
  std::ranges::transform(logs, shares.begin(), [most](double log) { return std::exp(log - most); });
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

double spearman(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks(a), y = ranks(b);
  const double middle = (static_cast<double>(a.size()) - 1.0) / 2.0;
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - middle) * (x[i] - middle);
    yy += (y[i] - middle) * (y[i] - middle);
    xy += (x[i] - middle) * (y[i] - middle);
  }
  return xx > 0.0 && yy > 0.0 ? xy / std::sqrt(xx * yy) : std::numeric_limits<double>::quiet_NaN();
}

InfluenceResult influence(const Model& model, const Tokenizer& tokenizer, const InfluenceRequest& request,
                          const Job& job) {
  const auto began = std::chrono::steady_clock::now();
  InfluenceResult result;
  result.request = request;
  static_cast<Provenance&>(result) = provenanceOf(model);
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());
  result.tokens = tokenizer.encode(request.prompt, {.addBos = request.bos, .limit = request.tokenLimit});
  if (result.tokens.empty()) throw Error("There is nothing to analyse: the prompt has no tokens.");
  const std::int64_t tokens = static_cast<std::int64_t>(result.tokens.size());
  result.from = request.from;
  result.to = request.to.value_or(model.config().layers);
  result.query = request.query.value_or(tokens - 1);
  if (result.from < 0 || result.from >= result.to)
    throw Error("Influence goes from a layer to a later one, not from " + std::to_string(result.from) + " to " +
                std::to_string(result.to) + ".");
  const InfluenceRows row{count(result.from, result.to), result.to, {result.query}};
  check(row, model.config().layers, tokens);
  checkMemory(model.config(), request, tokens);

  const Trace trace =
      capture(model, idsOf(result.tokens), {.keep = Keep::Everything, .statistics = false, .loss = false},
              job.part(0.0, kPathShare / 2));
  const JacobianOptions options{request.probes, request.seed, request.finalNorm};
  const double rowEnd = request.allQueries ? 0.2 : 1.0;
  const PathSums paths = pathSums(trace, row, job.part(kPathShare / 2, kPathShare));
  const JacobianNorms norms = jacobianNorms(model, trace, row, options, job.part(kPathShare, rowEnd));
  addRow(result, paths, norms);
  result.products = norms.products;
  double seconds = norms.seconds;
  if (request.allQueries) {
    const InfluenceRows all{{result.from}, result.to, count(0, tokens)};
    const PathSums allPaths = pathSums(trace, all, job.part(rowEnd, rowEnd + kPathShare));
    const JacobianNorms allNorms = jacobianNorms(model, trace, all, options, job.part(rowEnd + kPathShare, 1.0));
    addMatrix(result, allPaths, allNorms);
    result.products += allNorms.products;
    seconds += allNorms.seconds;
  }
  result.productsPerSecond = static_cast<double>(result.products) / seconds;
  correlate(result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

InfluenceRun influenceUnder(const Model& model, const Tokenizer& tokenizer, const InfluenceRequest& request,
                            const std::vector<bool>& withBos, const Job& job) {
  InfluenceRun run;
  static_cast<Provenance&>(run) = provenanceOf(model);
  const auto count = static_cast<double>(withBos.size());
  for (std::size_t i = 0; i < withBos.size(); ++i) {
    const auto share = static_cast<double>(i) / count;
    run.results.push_back(
        influence(model, tokenizer, under(request, withBos[i]), job.part(share, share + 1.0 / count)));
    run.results.back().created = run.created;
    run.seconds += run.results.back().seconds;
  }
  return run;
}

}  // namespace sinkscope
