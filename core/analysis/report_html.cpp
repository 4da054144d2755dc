#include "core/analysis/report_tables.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace sinkscope {
namespace {

const char* const kStyle = R"(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1d1f21; --faint: #6b7075; --line: #d9dcdf; --sink: #b26a00; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #17191b; --ink: #e6e7e8; --faint: #9a9fa4; --line: #34383c; --sink: #f0a830; }
}
body { margin: 32px auto; max-width: 1040px; padding: 0 24px; background: var(--paper); color: var(--ink);
  font: 14px/20px system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px; } h2 { font-size: 16px; line-height: 24px; margin: 32px 0 8px; }
p, figcaption, summary { color: var(--faint); font-size: 12px; line-height: 16px; max-width: 800px; }
summary { cursor: pointer; margin: 8px 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; border-top: 2px solid var(--ink); border-bottom: 2px solid var(--ink); }
th, td { padding: 4px 16px 4px 0; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; border-bottom: 1px solid var(--ink); } th.group { text-align: center; border: 0; }
tr.published td { color: var(--faint); } tr.section td { border-top: 1px solid var(--line); font-size: 12px; color: var(--faint); }
.profiles { display: flex; flex-wrap: wrap; gap: 24px; } figure { margin: 0; } figcaption { margin: 0 0 4px 44px; }
svg text { fill: var(--faint); font-size: 11px; } svg .axis { stroke: var(--line); fill: none; }
svg .with { stroke: var(--sink); } svg .without { stroke: var(--ink); stroke-dasharray: 5 4; }
svg .with, svg .without { fill: none; stroke-width: 1.75; } svg .with text, svg .without text { stroke: none; }
)";

std::string htmlText(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

/// A row of the columns' groups; empty where there are none.
std::string groupsOf(const std::vector<ReportTable::Column>& columns) {
  std::string cells;
  bool any = false;
  for (std::size_t begin = 0, end = 0; begin < columns.size(); begin = end) {
    const std::string& group = columns[begin].group;
    for (end = begin + 1; end < columns.size() && columns[end].group == group; ++end) {
    }
    any = any || !group.empty();
    cells += "<th class=\"group\" colspan=\"" + std::to_string(end - begin) + "\">" + htmlText(group) + "</th>";
  }
  return any ? "<tr>" + cells + "</tr>\n" : std::string();
}

std::string tableOf(const ReportTable& table) {
  std::string text = "<div class=\"wide\"><table>\n<thead>" + groupsOf(table.columns) + "<tr>";
  for (const ReportTable::Column& column : table.columns) text += "<th>" + htmlText(column.heading) + "</th>";
  text += "</tr></thead>\n<tbody>\n";
  auto section = table.sections.begin();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (section != table.sections.end() && section->first == row) {
      text += "<tr class=\"section\"><td colspan=\"" + std::to_string(table.columns.size()) + "\">" +
              htmlText(section->second) + "</td></tr>\n";
      ++section;
    }
    text += table.modelOf[row] < 0 ? "<tr class=\"published\">" : "<tr>";
    for (const std::string& cell : table.rows[row]) text += "<td>" + htmlText(cell) + "</td>";
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n<p>" + htmlText(table.note) + "</p>\n";
}

std::string coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

// Of a profile's drawing, in CSS pixels.
constexpr double kWidth = 312, kHeight = 156, kLeft = 44, kRight = 304, kTop = 8, kBottom = 132;

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor + "\">" +
         htmlText(text) + "</text>";
}

std::string curve(std::span<const double> values, double most, const char* style) {
  std::string points;
  for (std::size_t layer = 0; layer < values.size(); ++layer) {
    if (!std::isfinite(values[layer])) continue;
    const double at = values.size() < 2 ? 0.5 : static_cast<double>(layer) / static_cast<double>(values.size() - 1);
    points += coordinate(kLeft + at * (kRight - kLeft)) + ',' +
              coordinate(kBottom - values[layer] / most * (kBottom - kTop)) + ' ';
  }
  return "<polyline class=\"" + std::string(style) + "\" points=\"" + points + "\"/>";
}

/// One measure over the layers, a curve a condition: with <bos> in the colour of the sink, without dashed.
std::string profile(const ModelReport& model, const LayerMeasure& measure) {
  double most = measure.fraction ? 1.0 : 0.0;
  for (const ReportCondition& condition : model.conditions)
    for (const double value : measure.values(condition))
      if (!measure.fraction && std::isfinite(value)) most = std::max(most, value);
  if (most == 0.0) most = 1.0;
  char top[32];
  std::snprintf(top, sizeof top, "%.3g", most);
  std::string text = "<figure><figcaption>" + htmlText(measure.title) + "</figcaption><svg width=\"" +
                     coordinate(kWidth) + "\" height=\"" + coordinate(kHeight) + "\" role=\"img\" aria-label=\"" +
                     htmlText(measure.title) + "\"><path class=\"axis\" d=\"M" + coordinate(kLeft) + " " +
                     coordinate(kTop) + "V" + coordinate(kBottom) + "H" + coordinate(kRight) + "\"/>" +
                     label(kLeft - 6, kTop + 8, "end", top) + label(kLeft - 6, kBottom, "end", "0") +
                     label(kLeft, kBottom + 16, "middle", "0") +
                     label(kRight, kBottom + 16, "end", std::to_string(model.model.config.layers - 1)) +
                     label((kLeft + kRight) / 2, kBottom + 16, "middle", "layer");
  for (const ReportCondition& condition : model.conditions)
    text += curve(measure.values(condition), most, condition.bos ? "with" : "without");
  return text + "</svg></figure>\n";
}

std::string profilesOf(const ReportResult& result, std::size_t index) {
  const ModelReport& model = result.models[index];
  std::string text = "<h2>" + htmlText("Layers of " + shownName(model)) + "</h2>\n<div class=\"profiles\">\n";
  for (const LayerMeasure& measure : layerMeasures(result.request)) text += profile(model, measure);
  std::string key;
  for (const ReportCondition& condition : model.conditions)
    key += (key.empty() ? "" : "; ") + conditionText(model, condition) + (condition.bos ? ": amber" : ": dashed");
  return text + "</div>\n<p>" + htmlText(key) + ".</p>\n<details><summary>As numbers</summary>\n" +
         tableOf(profileTable(result, index)) + "</details>\n";
}

}  // namespace

std::string reportHtml(const ReportResult& result) {
  const ModelReport& first = result.models.front();
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\" />\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
      "<title>Attention sinks</title>\n<style>" +
      std::string(kStyle) + "</style></head>\n<body>\n<h1>Attention sinks</h1>\n<p>" +
      htmlText(first.created + " · " + first.program + " · torch " + first.torch) + "</p>\n";
  for (const ReportTable& table : {sinkTable(result), bosTable(result)})
    text += "<h2>" + htmlText(table.title) + "</h2>\n" + tableOf(table);
  for (std::size_t model = 0; model < result.models.size(); ++model) text += profilesOf(result, model);
  return text + "</body></html>\n";
}

}  // namespace sinkscope
