#include "core/analysis/toy.h"

#include "core/error.h"

#include <cmath>
#include <numeric>
#include <string>

namespace sinkscope {
namespace {

void check(const ToySettings& settings) {
  if (settings.perturbed == 0 || settings.perturbed >= settings.tokens)
    throw Error("The toy has no token " + std::to_string(settings.perturbed) + " to perturb; 1 to " +
                std::to_string(settings.tokens - 1) + " is expected (token 0 is the sink).");
  if (settings.sinkShare && !(*settings.sinkShare >= 0.0 && *settings.sinkShare <= 1.0))
    throw Error("A sink's share of " + std::to_string(*settings.sinkShare) + " is none; 0 to 1 is expected.");
}

}  // namespace

ToyChange toyChange(const ToySettings& settings) {
  check(settings);
  const std::size_t tokens = settings.tokens, layers = settings.layers;
  ToyChange result{Array<double, 2>({layers + 1, tokens}), Array<double, 2>({layers + 1, tokens})};
  result.change(0, settings.perturbed) = result.relative(0, settings.perturbed) = 1.0;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    double before = 0.0;  // sum of the changes of tokens 1 ... query; token 0's is always 0
    for (std::size_t query = 1; query < tokens; ++query) {
      before += result.change(layer, query);
      const double weight = settings.sinkShare ? (1.0 - *settings.sinkShare) / static_cast<double>(query)
                                               : 1.0 / static_cast<double>(query + 1);
      const double change = result.change(layer, query) + weight * before;
      result.change(layer + 1, query) = change;
      result.relative(layer + 1, query) = change / std::pow(1.0 + weight, static_cast<double>(layer + 1));
    }
  }
  return result;
}

std::vector<double> meanToyChanges(const ToyChange& change, std::size_t perturbed) {
  std::vector<double> means;
  for (std::size_t layer = 0; layer < change.relative.extent(0); ++layer) {
    const auto behind = change.relative.row(layer).subspan(perturbed + 1);
    means.push_back(std::accumulate(behind.begin(), behind.end(), 0.0) / static_cast<double>(behind.size()));
  }
  return means;
}

double meanToyChange(const ToyChange& change, std::size_t perturbed) {
  return meanToyChanges(change, perturbed).back();
}

}  // namespace sinkscope
