#include "core/analysis/report_tables.h"

#include "core/analysis/published.h"
#include "core/analysis/report_text.h"
#include "core/analysis/sink_metric.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <type_traits>

namespace sinkscope {
namespace {

using report_text::fixed;
using report_text::general;
using report_text::kNothing;

std::string withInterval(const MeanInterval& interval, int digits, double scale = 1.0) {
  if (std::isnan(interval.mean)) return kNothing;
  return fixed(scale * interval.mean, digits) + " [" + fixed(scale * interval.low, digits) + ", " +
         fixed(scale * interval.high, digits) + "]";
}

std::string shapeText(std::int64_t layers, std::int64_t heads) {
  return layers == 0 ? std::string(kNothing) : std::to_string(layers) + " × " + std::to_string(heads);
}

std::string lengthsOf(std::size_t least, std::size_t most) {
  return most == least ? std::to_string(least) : std::to_string(least) + "–" + std::to_string(most);
}

std::string intervalNote(const ReportResult& result) {
  return " In brackets: 95 % bootstrap interval over the prompts (" + std::to_string(result.request.resamples) +
         " resamples, seed " + std::to_string(result.request.seed) + ").";
}

/// Which token <bos> is, model by model.
std::string bosNote(const ReportResult& result) {
  std::string note;
  for (const ModelReport& model : result.models) {
    if (model.bosText.empty()) {
      note += " The vocabulary of " + shownName(model) + " has no <bos>.";
    } else if (!model.addsBos) {
      note +=
          " <bos> of " + shownName(model) + " is " + model.bosText + "; its tokenizer does not put it first by itself.";
    } else if (model.bosText != "<bos>") {
      note += " <bos> of " + shownName(model) + " is " + model.bosText + ".";
    }
  }
  return note;
}

/// What a column says of a measured row and of a published one.
struct Column {
  ReportTable::Column title;
  std::function<std::string(const ModelReport&, const ReportCondition&)> measured;
  std::function<std::string(const PublishedRate&)> published = [](const PublishedRate&) {
    return std::string(kNothing);
  };
};
using Columns = std::vector<Column>;

std::string publishedTitle(const PublishedRate& one) {
  return "Published: " + std::string(one.source) + " (ε " + general(one.epsilon) + ", T " +
         std::to_string(kPublishedTokens) + ", " + std::to_string(one.prompts) + " prompts)";
}

/// Whether <bos> was first.
std::string bosText(const ModelReport& model, const ReportCondition& condition) {
  return model.bosText.empty() ? "has none" : condition.bos ? "yes" : "no";
}

Column nameColumn() {
  return {{"model", ""},
          [](const ModelReport& model, const ReportCondition&) { return shownName(model); },
          [](const PublishedRate& one) { return std::string(one.model); }};
}
Column shapeColumn() {
  return {{"L × H", ""},
          [](const ModelReport& model, const ReportCondition&) {
            return shapeText(model.model.config.layers, model.model.config.heads);
          },
          [](const PublishedRate& one) { return shapeText(one.layers, one.heads); }};
}
Column conditionColumn() {
  return {{"<bos>", ""}, bosText};
}
Column lengthColumn() {
  return {{"T", ""},
          [](const ModelReport&, const ReportCondition& condition) {
            return lengthsOf(condition.tokensMin, condition.tokensMax);
          },
          [](const PublishedRate&) { return std::to_string(kPublishedTokens); }};
}
Column promptsColumn() {
  return {
      {"prompts", ""},
      [](const ModelReport&, const ReportCondition& condition) { return std::to_string(condition.promptShare.size()); },
      [](const PublishedRate& one) { return std::to_string(one.prompts); }};
}
Column sourceColumn() {
  return {{"source", ""},
          [](const ModelReport&, const ReportCondition&) { return std::string("measured"); },
          [](const PublishedRate& one) { return std::string(one.authors); }};
}
Column intervalColumn(const char* title, MeanInterval ReportCondition::*value) {
  return {{title, ""},
          [value](const ModelReport&, const ReportCondition& condition) { return withInterval(condition.*value, 3); }};
}
Columns rateColumns(const std::vector<double>& epsilons) {
  Columns columns;
  for (std::size_t e = 0; e < epsilons.size(); ++e)
    columns.push_back({{"ε " + general(epsilons[e]), "sink rate, %"},
                       [e](const ModelReport&, const ReportCondition& condition) {
                         return withInterval(condition.rate[e], 1, 100.0);
                       },
                       [epsilon = epsilons[e]](const PublishedRate& one) {
                         return one.epsilon == epsilon ? fixed(100.0 * one.rate, 2) : std::string(kNothing);
                       }});
  return columns;
}

/// A row a condition; then the published ones, where they are asked for, that have one of the thresholds.
ReportTable tableOf(const std::string& title, const Columns& columns, const ReportResult& result, bool published) {
  ReportTable table;
  table.title = title;
  for (const Column& column : columns) table.columns.push_back(column.title);
  for (std::size_t i = 0; i < result.models.size(); ++i)
    for (const ReportCondition& condition : result.models[i].conditions) {
      table.modelOf.push_back(static_cast<int>(i));
      for (auto& row = table.rows.emplace_back(); const Column& column : columns)
        row.push_back(column.measured(result.models[i], condition));
    }
  for (const PublishedRate& one : kPublishedRates) {
    if (!published || std::ranges::find(result.request.epsilons, one.epsilon) == result.request.epsilons.end())
      continue;
    const std::string section = publishedTitle(one);
    if (table.sections.empty() || table.sections.back().second != section)
      table.sections.emplace_back(table.rows.size(), section);
    table.modelOf.push_back(-1);
    for (auto& row = table.rows.emplace_back(); const Column& column : columns) row.push_back(column.published(one));
  }
  return table;
}

template <typename... Part>
Columns columnsOf(Part&&... parts) {
  Columns columns;
  const auto add = [&](const auto& part) {
    if constexpr (std::is_same_v<std::decay_t<decltype(part)>, Column>)
      columns.push_back(part);
    else
      columns.insert(columns.end(), part.begin(), part.end());
  };
  (add(parts), ...);
  return columns;
}

std::string rateNote(const ReportResult& result) {
  std::string note =
      "Sink rate: per cent of the heads whose mean attention to the first token, α₀, is above ε, per prompt, then "
      "averaged.";
  if (!result.models.empty()) note += " Measured: " + describe(result) + "." + intervalNote(result) + bosNote(result);
  note += " What is published was measured on other texts than these.";
  if (const std::size_t tokens = result.request.tokenLimit; tokens != 0)
    note += " Uniform attention would have a mean share of " + fixed(uniformBaseline(tokens), 3) + " at T " +
            std::to_string(tokens) + ".";
  return note;
}

const char* const kBosNote =
    "Loss: mean over a prompt's tokens, the first is no target. Spread: one token of the first half of each prompt is "
    "swapped for one about as frequent; mean change of the tokens behind it over its own, residual stream after the "
    "last layer.";

}  // namespace

std::string describe(const ReportResult& result) {
  std::size_t least = SIZE_MAX, most = 0;
  for (const ModelReport& model : result.models)
    for (const ReportCondition& condition : model.conditions) {
      least = std::min(least, condition.tokensMin);
      most = std::max(most, condition.tokensMax);
    }
  const std::size_t prompts = result.request.prompts.size();
  return "T " + lengthsOf(least, most) + " · " + std::to_string(prompts) + (prompts == 1 ? " prompt" : " prompts") +
         " (" + result.request.promptsName + ") · query 0 included";
}

std::string wholeHeading(const ReportTable::Column& column) {
  return column.group.empty() ? column.heading : column.group + " (" + column.heading + ")";
}

std::string shownName(const ModelReport& model) {
  const std::filesystem::path name(model.model.name);
  const bool isFile = name.extension() == ".gguf" || name.extension() == ".safetensors";
  return isFile ? name.stem().string() : model.model.name;
}

std::string conditionText(const ModelReport& model, const ReportCondition& condition) {
  if (model.bosText.empty()) return "no <bos> in the vocabulary";
  return (condition.bos ? "with " : "without ") + model.bosText;
}

ReportTable sinkTable(const ReportResult& result) {
  ReportTable table =
      tableOf("Sink rates",
              columnsOf(nameColumn(), shapeColumn(), conditionColumn(), rateColumns(result.request.epsilons),
                        intervalColumn("mean share α₀", &ReportCondition::share)),
              result, true);
  table.note = rateNote(result);
  return table;
}

ReportTable bosTable(const ReportResult& result) {
  ReportTable table =
      tableOf("With <bos> and without",
              columnsOf(nameColumn(), conditionColumn(), intervalColumn("loss, nats", &ReportCondition::loss),
                        rateColumns(result.request.epsilons), intervalColumn("spread", &ReportCondition::spread)),
              result, false);
  table.note = std::string(kBosNote) + " " + describe(result) + "." + intervalNote(result);
  return table;
}

ReportTable wholeTable(const ReportResult& result) {
  ReportTable table = tableOf(
      "Sink rates",
      columnsOf(nameColumn(), shapeColumn(), conditionColumn(), rateColumns(result.request.epsilons),
                intervalColumn("mean share α₀", &ReportCondition::share),
                intervalColumn("loss, nats", &ReportCondition::loss),
                intervalColumn("spread", &ReportCondition::spread), lengthColumn(), promptsColumn(), sourceColumn()),
      result, true);
  table.note = rateNote(result) + " " + kBosNote;
  return table;
}

}  // namespace sinkscope
