#include "core/analysis/perturbation.h"

#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Mean over [begin, end) of a row, what is NaN left out.
double meanOf(std::span<const float> row, std::size_t begin, std::size_t end) {
  double sum = 0.0;
  std::size_t count = 0;
  for (std::size_t t = begin; t < end; ++t) {
    if (std::isnan(row[t])) continue;
    sum += row[t];
    ++count;
  }
  return count ? sum / static_cast<double>(count) : kNaN;
}

}  // namespace

std::string_view changeNormName(ChangeNorm norm) {
  switch (norm) {
    case ChangeNorm::L2:
      return "l2";
    case ChangeNorm::Relative:
      return "relative";
    case ChangeNorm::Infinity:
      return "infinity";
    case ChangeNorm::Cosine:
      return "cosine";
  }
  return {};
}

ChangeNorm changeNormNamed(std::string_view name) {
  const auto found = std::ranges::find(kChangeNorms, name, changeNormName);
  if (found == kChangeNorms.end())
    throw Error("There is no norm \"" + std::string(name) + "\"; there are l2, relative, infinity and cosine.");
  return *found;
}

Alignment align(const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t begin = 0, common = 0;
  while (begin < shorter && before[begin] == after[begin]) ++begin;
  if (begin == before.size() && begin == after.size())
    throw Error("Both prompts have the same tokens: there is no change to follow.");
  while (common < shorter - begin && before[before.size() - 1 - common] == after[after.size() - 1 - common]) ++common;
  return {begin, before.size() - common, after.size() - common};
}

Array<float, 2> changes(const PerturbMap& map, ChangeNorm norm) {
  switch (norm) {
    case ChangeNorm::L2:
      return map.l2;
    case ChangeNorm::Infinity:
      return map.infinity;
    case ChangeNorm::Cosine:
      return map.cosine;
    case ChangeNorm::Relative:
      break;
  }
  Array<float, 2> relative(map.l2.shape());
  std::ranges::transform(map.l2.values(), map.norm.values(), relative.data(),
                         [](float change, float whole) { return change == 0.0f ? 0.0f : change / whole; });
  return relative;
}

std::vector<double> meanChange(const PerturbMap& map, ChangeNorm norm) {
  const Array<float, 2> change = changes(map, norm);
  std::vector<double> result;
  for (std::size_t place = 0; place < change.extent(0); ++place)
    result.push_back(meanOf(change.row(place), map.alignment.end, map.tokens()));
  return result;
}

std::vector<double> spread(const PerturbMap& map, ChangeNorm norm) {
  const Array<float, 2> change = changes(map, norm);
  std::vector<double> result = meanChange(map, norm);
  for (std::size_t place = 0; place < result.size(); ++place)
    result[place] /= meanOf(change.row(place), map.alignment.begin, map.alignment.end);
  return result;
}

std::vector<std::string> placeNames(std::size_t places) {
  std::vector<std::string> names{"embedding"};
  for (std::size_t layer = 0; layer + 2 < places; ++layer) names.push_back(std::to_string(layer));
  names.push_back("final norm");
  return names;
}

}  // namespace sinkscope
