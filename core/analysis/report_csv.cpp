#include "core/analysis/published.h"
#include "core/analysis/report_tables.h"

#include <charconv>
#include <cmath>

namespace sinkscope {
namespace {

std::string csvText(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

/// The shortest text that reads back as the same number; empty for none.
std::string number(double value) {
  if (std::isnan(value)) return {};
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// What the rows of one condition begin and end with.
struct Rows {
  std::string source, model, layers, heads, bos, tokensMin, tokensMax, prompts;
  std::string& text;

  void add(const char* measure, const std::string& epsilon, const std::string& layer, const MeanInterval& value) {
    for (const std::string& cell : {source, model, layers, heads, bos, std::string(measure), epsilon, layer,
                                    number(value.mean), number(value.low), number(value.high), tokensMin, tokensMax})
      text += csvText(cell) + ',';
    text += prompts + '\n';
  }
  void addLayers(const char* measure, const std::string& epsilon, std::span<const double> values) {
    for (std::size_t layer = 0; layer < values.size(); ++layer)
      add(measure, epsilon, std::to_string(layer), {values[layer]});
  }
};

void addCondition(Rows& rows, const ReportCondition& condition, const std::vector<double>& epsilons) {
  for (std::size_t e = 0; e < epsilons.size(); ++e) rows.add("sink_rate", number(epsilons[e]), {}, condition.rate[e]);
  rows.add("share", {}, {}, condition.share);
  rows.add("loss", {}, {}, condition.loss);
  rows.add("spread", {}, {}, condition.spread);
  for (std::size_t e = 0; e < epsilons.size(); ++e)
    rows.addLayers("sink_rate", number(epsilons[e]), condition.rateByLayer.row(e));
  rows.addLayers("share", {}, condition.shareByLayer);
  rows.addLayers("row_entropy", {}, condition.entropyByLayer);
  rows.addLayers("spread", {}, condition.spreadByLayer);
}

}  // namespace

std::string reportCsv(const ReportResult& result) {
  std::string text =
      "source,model,layers,heads,bos,measure,epsilon,layer,mean,low,high,tokens_min,tokens_max,prompts\n";
  for (const ModelReport& model : result.models)
    for (const ReportCondition& condition : model.conditions) {
      Rows rows{"measured",
                model.model.name,
                std::to_string(model.model.config.layers),
                std::to_string(model.model.config.heads),
                condition.bos ? "true" : "false",
                std::to_string(condition.tokensMin),
                std::to_string(condition.tokensMax),
                std::to_string(result.request.prompts.size()),
                text};
      addCondition(rows, condition, result.request.epsilons);
    }
  for (const PublishedRate& one : kPublishedRates) {
    const std::string tokens = std::to_string(kPublishedTokens);
    const auto known = [](std::int64_t value) { return value == 0 ? std::string() : std::to_string(value); };
    Rows rows{std::string(one.source),
              std::string(one.model),
              known(one.layers),
              known(one.heads),
              {},
              tokens,
              tokens,
              std::to_string(one.prompts),
              text};
    rows.add("sink_rate", number(one.epsilon), {}, {one.rate});
  }
  return text;
}

}  // namespace sinkscope
