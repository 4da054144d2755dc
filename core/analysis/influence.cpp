#include "core/analysis/influence.h"

#include "core/analysis/jacobian.h"
#include "core/analysis/path_sums.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

namespace sinkscope {
namespace {

constexpr double kPathShare = 0.1;  // of the time, before the measurement

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

}  // namespace

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

}  // namespace sinkscope
