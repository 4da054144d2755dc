#include "app/commands/perturb_report.h"

#include "app/commands/json_values.h"
#include "app/commands/table_text.h"

#include <ostream>
#include <span>

namespace sinkscope {
namespace {

using nlohmann::json;

/// Of single precision, as `jsonArray` is of double.
json listOf(std::span<const float> values) {
  json list = json::array();
  for (const float value : values) list.push_back(jsonNumber(value));
  return list;
}

json predictionsOf(const std::vector<std::vector<Prediction>>& rows) {
  json list = json::array();
  for (const std::vector<Prediction>& row : rows) {
    json next = json::array();
    for (const Prediction& one : row)
      next.push_back({{"text", visibleText(one.bytes)}, {"probability", one.probability}});
    list.push_back(std::move(next));
  }
  return list;
}

json mapOf(const PerturbMap& map, const std::string& bos) {
  json attention = json::array();
  for (std::size_t layer = 0; layer < map.attention.extent(0); ++layer) {
    json heads = json::array();
    for (std::size_t head = 0; head < map.attention.extent(1); ++head)
      heads.push_back(listOf(map.attention.row(layer, head)));
    attention.push_back(std::move(heads));
  }
  json change, means, spreads;
  for (const ChangeNorm norm : kChangeNorms) {
    const std::string name(changeNormName(norm));
    change[name] = jsonArray(changes(map, norm));
    means[name] = jsonArray(meanChange(map, norm));
    spreads[name] = jsonArray(spread(map, norm));
  }
  return {
      {"condition", conditionName(map.condition)},
      {"title", conditionTitle(map.condition, bos)},
      {"tokens", jsonTokens(map.before)},
      {"otherTokens", jsonTokens(map.after)},
      {"changed", {{"begin", map.alignment.begin}, {"end", map.alignment.end}, {"otherEnd", map.alignment.otherEnd}}},
      {"places", placeNames(map.places())},
      {"change", std::move(change)},
      {"meanChange", std::move(means)},
      {"spread", std::move(spreads)},
      {"alpha0", jsonArray(map.alpha0)},
      {"otherAlpha0", jsonArray(map.otherAlpha0)},
      {"attentionChange", std::move(attention)},
      {"divergence", listOf(map.divergence)},
      {"next", predictionsOf(map.next)},
      {"otherNext", predictionsOf(map.otherNext)}};
}

constexpr std::size_t kNameWidth = 10, kColumn = 12;

}  // namespace

void printPerturbation(std::ostream& out, const PerturbResult& result, ChangeNorm norm) {
  const PerturbMap& first = result.maps.front();
  const auto words = [](const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
    std::string text;
    for (std::size_t t = begin; t < end; ++t) text += visibleText(tokens[t]);
    return text;
  };
  const Alignment& a = first.alignment;
  out << result.model.name << ": " << words(first.before, a.begin, a.end) << " → "
      << words(first.after, a.begin, a.otherEnd) << " at position " << a.begin << " of " << first.tokens() << '\n';
  if (!result.note.empty()) out << result.note << '\n';
  out << "\nchange of the residual stream, " << changeNormName(norm)
      << "; mean: of the tokens behind the change; S: mean over the change's own\n\n";
  std::vector<std::vector<double>> means, spreads;
  std::string head = padded("layer", kNameWidth), under = padded("", kNameWidth);
  for (const PerturbMap& map : result.maps) {
    means.push_back(meanChange(map, norm));
    spreads.push_back(spread(map, norm));
    head += "  " + padded(conditionTitle(map.condition, result.bosText), 2 * kColumn);
    under += "  " + padded("mean", kColumn) + padded("S", kColumn);
  }
  out << head << '\n' << under << '\n';
  const std::vector<std::string> names = placeNames(first.places());
  for (std::size_t place = 0; place < names.size(); ++place) {
    out << padded(names[place], kNameWidth);
    for (std::size_t i = 0; i < result.maps.size(); ++i)
      out << "  " << padded(number(means[i][place]), kColumn) << padded(number(spreads[i][place]), kColumn);
    out << '\n';
  }
  out << '\n';
  for (const PerturbMap& map : result.maps) {
    const std::size_t last = map.tokens() - 1;
    out << conditionTitle(map.condition, result.bosText) << ": next token ";
    const auto likeliest = [](const std::vector<Prediction>& next) {
      return next.empty() ? std::string("–")
                          : visibleText(next.front().bytes) + " (" + number(next.front().probability) + ")";
    };
    out << likeliest(map.next[last]) << " → " << likeliest(map.otherNext[last]) << ", KL "
        << number(map.divergence[last]) << " nats\n";
  }
}

std::string perturbJson(const PerturbResult& result) {
  json maps = json::array();
  for (const PerturbMap& map : result.maps) maps.push_back(mapOf(map, result.bosText));
  return json({{"model", result.model.name},
               {"bos", result.bosText},
               {"note", result.note},
               {"program", result.program},
               {"seconds", result.seconds},
               {"maps", std::move(maps)}})
      .dump(2);
}

}  // namespace sinkscope
