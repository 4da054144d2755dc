#include "app/commands/runs_report.h"

#include "app/commands/json_values.h"
#include "app/commands/table_text.h"
#include "core/shape.h"

#include <algorithm>
#include <array>
#include <ostream>

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr std::array kListed{RunColumn::Date,     RunColumn::Kind, RunColumn::Model, RunColumn::Bos, RunColumn::Tokens,
                             RunColumn::SinkRate, RunColumn::Loss, RunColumn::Name,  RunColumn::Tags};
constexpr std::size_t kWidest = 32, kLast = 60;  // characters of a column, and of the last one

/// At most so many characters of the first line.
std::string shortened(std::string text, std::size_t width) {
  text = text.substr(0, text.find_first_of("\r\n"));
  if (charactersIn(text) <= width) return text;
  std::size_t at = 0;
  for (std::size_t characters = 0; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && characters++ == width - 1) break;
  return text.substr(0, at) + "…";
}

/// "2026-01-02 03:04", UTC.
std::string minutes(std::string created) {
  created = created.substr(0, 16);
  std::ranges::replace(created, 'T', ' ');
  return created;
}

std::string cellOf(const RunRow& run, RunColumn column) {
  const std::string text = column == RunColumn::Date ? minutes(run.card.created) : textOf(run, column);
  return text.empty() ? "–" : shortened(text, kWidest);
}

void fillCommon(json& report, const std::filesystem::path& path, const RunCard& card) {
  report["path"] = path.string();
  report["kind"] = card.kind;
  report["date"] = card.created;
  report["seconds"] = jsonNumber(card.seconds);
  report["model"] = card.summary.model;
  report["prompts"] = card.summary.prompts;
  report["bos"] = card.summary.bos;
  report["tokens"] = card.summary.tokens == 0 ? json(nullptr) : json(card.summary.tokens);
  report["sinkRate"] = jsonNumber(card.summary.sinkRate);
  report["loss"] = jsonNumber(card.summary.loss);
  report["tags"] = card.labels.tags;
  report["note"] = card.labels.note;
}

std::string shapeOr(const std::vector<std::uint64_t>& shape) {
  return shape.empty() ? "none" : shapeText(shape);
}

/// How two arrays differ, in words.
std::string differenceOf(const RunComparison::Numbers& numbers) {
  if (!numbers.isComparable()) return shapeOr(numbers.a) + " | " + shapeOr(numbers.b);
  if (numbers.isSame()) return "same";
  std::string words = "largest difference " + number(numbers.largest);
  for (std::size_t axis = 0; axis < numbers.at.size(); ++axis)
    words.append(axis == 0 ? " at [" : ", ").append(std::to_string(numbers.at[axis]));
  if (!numbers.at.empty()) words += "]";
  words += ", " + std::to_string(numbers.different) + " elements differ";
  if (numbers.unlike > 0) words += ", " + std::to_string(numbers.unlike) + " a number in one alone";
  return words;
}

}  // namespace

void printRuns(std::ostream& out, const std::vector<RunRow>& runs) {
  std::array<std::size_t, kListed.size()> widths{};
  for (std::size_t i = 0; i < kListed.size(); ++i) {
    widths[i] = charactersIn(std::string(infoOf(kListed[i]).title));
    for (const RunRow& run : runs) widths[i] = std::max(widths[i], charactersIn(cellOf(run, kListed[i])));
  }
  const auto print = [&](std::size_t i, const std::string& text) {
    out << (infoOf(kListed[i]).isNumber ? padded(text, widths[i]) : paddedRight(text, widths[i])) << "  ";
  };
  for (std::size_t i = 0; i < kListed.size(); ++i) print(i, std::string(infoOf(kListed[i]).title));
  out << "prompt\n";
  for (const RunRow& run : runs) {
    for (std::size_t i = 0; i < kListed.size(); ++i) print(i, cellOf(run, kListed[i]));
    out << (run.problem.empty() ? shortened(run.card.summary.text, kLast) : run.problem) << '\n';
  }
}

void printRun(std::ostream& out, const std::filesystem::path& path, const RunCard& card) {
  const RunSummary& summary = card.summary;
  const auto line = [&](const char* title, const std::string& text) {
    if (!text.empty() && text != "–") out << paddedRight(title, 12) << text << '\n';
  };
  line("file", path.string());
  line("name", card.labels.name);
  line("kind", card.kind);
  line("date", card.created);
  line("took", card.seconds > 0.0 ? number(card.seconds) + " s" : "");
  line("model", summary.model);
  line("<bos>", summary.bos);
  line("T", summary.tokens > 0 ? std::to_string(summary.tokens) : "");
  line("sink rate", number(summary.sinkRate) + (std::isnan(summary.sinkRate) ? "" : " (ε 0.3)"));
  line("loss", number(summary.loss) + (std::isnan(summary.loss) ? "" : " nats a token"));
  line("tags", tagList(card.labels.tags));
  line("note", card.labels.note);
  line("prompts", std::to_string(summary.prompts));
  if (!summary.text.empty()) out << '\n' << summary.text << '\n';
}

void printComparison(std::ostream& out, const RunComparison& comparison, bool all) {
  std::size_t same = 0, width = 0;
  for (const RunComparison::Value& value : comparison.values) {
    if (value.isSame()) ++same;
    if (all || !value.isSame()) width = std::max(width, charactersIn(value.field));
  }
  for (const RunComparison::Value& value : comparison.values)
    if (all || !value.isSame())
      out << (value.isSame() ? "  " : "≠ ") << paddedRight(value.field, width) << "  " << shortened(value.a, kLast)
          << (value.isSame() ? "" : " | " + shortened(value.b, kLast)) << '\n';
  out << same << " of " << comparison.values.size() << " settings and other values are the same.\n";
  for (const RunComparison::Value& text : comparison.texts)
    if (!text.isSame())
      out << "≠ " << text.field << "  " << shortened(text.a, kLast) << " | " << shortened(text.b, kLast) << '\n';
  out << '\n';
  same = width = 0;
  for (const RunComparison::Numbers& numbers : comparison.numbers) {
    if (numbers.isSame()) ++same;
    if (all || !numbers.isSame()) width = std::max(width, charactersIn(numbers.path));
  }
  for (const RunComparison::Numbers& numbers : comparison.numbers)
    if (all || !numbers.isSame())
      out << (numbers.isSame() ? "  " : "≠ ") << paddedRight(numbers.path, width) << "  " << differenceOf(numbers)
          << '\n';
  out << same << " of " << comparison.numbers.size() << " arrays are the same.\n";
}

json jsonOf(const RunRow& run) {
  json report{{"name", run.name()}, {"bytes", run.size}, {"prompt", run.card.summary.text}, {"problem", run.problem}};
  fillCommon(report, run.path, run.card);
  return report;
}

json jsonOf(const std::filesystem::path& path, const RunCard& card) {
  json report{{"name", runName(path, card.labels)}, {"text", card.summary.text}};
  fillCommon(report, path, card);
  return report;
}

json jsonOf(const RunComparison& comparison) {
  json report{
      {"same", comparison.isSame()}, {"values", json::array()}, {"texts", json::array()}, {"arrays", json::array()}};
  const auto values = [&](const char* name, const std::vector<RunComparison::Value>& list) {
    for (const RunComparison::Value& value : list)
      report[name].push_back({{"field", value.field}, {"a", value.a}, {"b", value.b}, {"same", value.isSame()}});
  };
  values("values", comparison.values);
  values("texts", comparison.texts);
  for (const RunComparison::Numbers& numbers : comparison.numbers)
    report["arrays"].push_back({{"path", numbers.path},
                                {"a", numbers.a},
                                {"b", numbers.b},
                                {"same", numbers.isSame()},
                                {"different", numbers.different},
                                {"unlike", numbers.unlike},
                                {"largest", numbers.isComparable() ? json(numbers.largest) : json(nullptr)},
                                {"at", numbers.at}});
  return report;
}

}  // namespace sinkscope
