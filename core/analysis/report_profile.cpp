#include "core/analysis/report_tables.h"
#include "core/analysis/report_text.h"

namespace sinkscope {

using report_text::fixed;
using report_text::general;

std::vector<LayerMeasure> layerMeasures(const ReportRequest& request) {
  std::vector<LayerMeasure> measures;
  for (std::size_t e = 0; e < request.epsilons.size(); ++e) {
    const std::string epsilon = general(request.epsilons[e]);
    measures.push_back({"sink-rate-" + epsilon, "sink rate (ε " + epsilon + ")", "ε " + epsilon, true,
                        [e](const ReportCondition& condition) { return condition.rateByLayer.row(e); }});
  }
  const auto add = [&](const char* name, const char* title, const char* heading, bool fraction,
                       std::vector<double> ReportCondition::*values) {
    measures.push_back({name, title, heading, fraction,
                        [values](const ReportCondition& condition) { return std::span(condition.*values); }});
  };
  add("share", "mean share α₀", "α₀", true, &ReportCondition::shareByLayer);
  add("row-entropy", "row entropy, nats", "entropy", false, &ReportCondition::entropyByLayer);
  add("spread", "spread", "spread", false, &ReportCondition::spreadByLayer);
  return measures;
}

ReportTable profileTable(const ReportResult& result, std::size_t index) {
  const ModelReport& model = result.models[index];
  ReportTable table;
  table.title = "Layers of " + shownName(model);
  table.columns = {{"layer", ""}};
  const std::vector<LayerMeasure> measures = layerMeasures(result.request);
  for (const ReportCondition& condition : model.conditions)
    for (const LayerMeasure& measure : measures)
      table.columns.push_back({measure.heading, conditionText(model, condition)});
  for (std::int64_t layer = 0; layer < model.model.config.layers; ++layer) {
    std::vector<std::string> row{std::to_string(layer)};
    for (const ReportCondition& condition : model.conditions)
      for (const LayerMeasure& measure : measures)
        row.push_back(fixed(measure.values(condition)[static_cast<std::size_t>(layer)], 3));
    table.rows.push_back(std::move(row));
    table.modelOf.push_back(static_cast<int>(index));
  }
  table.note =
      "Means over heads and prompts. ε: sink rate at that threshold, α₀: mean share (both fractions), entropy: of the "
      "attention rows, nats; spread: of a swapped token, after the layer. " +
      describe(result) + ".";
  return table;
}

}  // namespace sinkscope
