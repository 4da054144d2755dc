#include "core/runs/fields.h"

#include <cmath>
#include <limits>

namespace sinkscope::runs {
namespace {

struct Flat {
  std::size_t width = 0;  // predictions a token
  Array<double, 2> probability;
  std::vector<std::string> bytes;  // [token * width]
};

Flat flatten(const std::vector<std::vector<Prediction>>& rows) {
  Flat flat;
  for (const auto& row : rows) flat.width = std::max(flat.width, row.size());
  flat.probability = Array<double, 2>({rows.size(), flat.width}, std::numeric_limits<double>::quiet_NaN());
  flat.bytes.resize(rows.size() * flat.width);
  for (std::size_t t = 0; t < rows.size(); ++t)
    for (std::size_t i = 0; i < rows[t].size(); ++i) {
      flat.probability(t, i) = rows[t][i].probability;
      flat.bytes[t * flat.width + i] = rows[t][i].bytes;
    }
  return flat;
}

}  // namespace

void predictions(FieldWriter& fields, const std::string& prefix, const std::vector<std::vector<Prediction>>& rows) {
  const Flat flat = flatten(rows);
  const std::string each = prefix + "_rank", all = prefix + "_entry";
  fields.value((prefix + "_count").c_str(), std::uint64_t{flat.width});
  if (flat.width == 0) return;
  fields.axis(each.c_str(), flat.width);
  fields.axis(all.c_str(), flat.bytes.size());
  fields.array((prefix + "_probability").c_str(), std::array{"token", each.c_str()}, flat.probability);
  fields.texts(prefix.c_str(), all.c_str(), flat.bytes);
}

void predictions(FieldReader& fields, const std::string& prefix, std::vector<std::vector<Prediction>>& rows) {
  const std::string each = prefix + "_rank", all = prefix + "_entry";
  std::uint64_t width = 0;
  fields.value((prefix + "_count").c_str(), width);
  if (width == 0) return;
  Flat flat;
  fields.axis(each.c_str(), width);
  fields.array((prefix + "_probability").c_str(), std::array{"token", each.c_str()}, flat.probability);
  const std::size_t tokens = flat.probability.extent(0);
  fields.axis(all.c_str(), tokens * width);
  fields.texts(prefix.c_str(), all.c_str(), flat.bytes);
  flat.bytes.resize(tokens * width);
  rows.resize(tokens);
  for (std::size_t t = 0; t < tokens; ++t)
    for (std::size_t i = 0; i < width; ++i)
      if (!std::isnan(flat.probability(t, i))) rows[t].push_back({flat.bytes[t * width + i], flat.probability(t, i)});
}

}  // namespace sinkscope::runs
