#include "core/catalogue/run_comparison.h"

#include "core/runs/run_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace sinkscope {
namespace {

using Numbers = RunComparison::Numbers;
using Value = RunComparison::Value;

/// What belongs to the file and not to what was found out.
bool isAside(const std::string& path) {
  return path == "/summary" || path.starts_with("/summary/") || path == "/labels";
}

std::map<std::string, std::string> valuesOf(const RunData& data) {
  std::map<std::string, std::string> values;
  for (const RunEntry& entry : data.entries())
    for (const auto& [name, value] : entry.attributes)
      if (!isAside(entry.path)) values[entry.path + (entry.path == "/" ? "" : "/") + name] = value;
  return values;
}

std::map<std::string, RunEntry> datasetsOf(const RunData& data) {
  std::map<std::string, RunEntry> datasets;
  for (const RunEntry& entry : data.datasets())
    if (!isAside(entry.path)) datasets[entry.path] = entry;
  return datasets;
}

template <typename T>
std::set<std::string> namesOf(const std::map<std::string, T>& a, const std::map<std::string, T>& b) {
  std::set<std::string> names;
  for (const auto* both : {&a, &b})
    for (const auto& one : *both) names.insert(one.first);
  return names;
}

std::uint64_t elementsOf(const RunEntry& dataset) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : dataset.shape) count *= extent;
  return count;
}

std::vector<std::uint64_t> placeOf(std::size_t element, const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> place(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    place[axis] = element % shape[axis];
    element /= shape[axis];
  }
  return place;
}

void compareNumbers(const std::vector<double>& a, const std::vector<double>& b, Numbers& found) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    ++found.different;
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) {
      ++found.unlike;
      continue;
    }
    if (const double difference = std::abs(a[i] - b[i]); difference > found.largest || found.at.empty()) {
      found.largest = difference;
      found.at = placeOf(i, found.a);
    }
  }
}

void compareTables(const RunTable& a, const RunTable& b, std::vector<Numbers>& found) {
  for (const RunTable::Column& column : a.columns) {
    Numbers one{a.path + (column.name.empty() ? "" : " " + column.name), a.shape, {}};
    const auto other = std::ranges::find(b.columns, column.name, &RunTable::Column::name);
    if (other != b.columns.end()) one.b = b.shape;
    if (one.isComparable() && other != b.columns.end()) {
      compareNumbers(column.numbers, other->numbers, one);
      for (std::size_t i = 0; i < column.texts.size(); ++i)
        if (i >= other->texts.size() || column.texts[i] != other->texts[i]) ++one.different;
    }
    found.push_back(std::move(one));
  }
  for (const RunTable::Column& column : b.columns)
    if (std::ranges::find(a.columns, column.name, &RunTable::Column::name) == a.columns.end())
      found.push_back({b.path + " " + column.name, {}, b.shape});
}

}  // namespace

bool RunComparison::isSame() const {
  return std::ranges::all_of(numbers, &Numbers::isSame) && std::ranges::all_of(texts, &Value::isSame);
}

RunComparison compareRuns(const std::filesystem::path& a, const std::filesystem::path& b, const Job& job,
                          std::uint64_t mostElements) {
  const RunData first(a), second(b);
  RunComparison comparison;
  const auto values = valuesOf(first), others = valuesOf(second);
  const auto valueIn = [](const std::map<std::string, std::string>& all, const std::string& name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string() : found->second;
  };
  for (const std::string& name : namesOf(values, others))
    comparison.values.push_back({name, valueIn(values, name), valueIn(others, name)});
  const auto mine = datasetsOf(first), theirs = datasetsOf(second);
  const std::set<std::string> names = namesOf(mine, theirs);
  std::size_t done = 0;
  for (const std::string& name : names) {
    job.progress("comparing " + name, static_cast<double>(done++) / static_cast<double>(names.size()));
    const auto one = mine.find(name), other = theirs.find(name);
    const bool inBoth = one != mine.end() && other != theirs.end();
    if (RunData::isText(one != mine.end() ? one->second : other->second)) {
      comparison.texts.push_back({name, one != mine.end() ? first.text(one->second) : "",
                                  other != theirs.end() ? second.text(other->second) : ""});
    } else if (inBoth) {
      if (one->second.shape == other->second.shape && elementsOf(one->second) > mostElements) {
        comparison.numbers.push_back({name, one->second.shape, other->second.shape});
        comparison.numbers.back().isTooLarge = true;
      } else if (one->second.shape == other->second.shape)
        compareTables(first.table(one->second), second.table(other->second), comparison.numbers);
      else
        comparison.numbers.push_back({name, one->second.shape, other->second.shape});
    } else if (one != mine.end()) {
      comparison.numbers.push_back({name, one->second.shape, {}});
    } else {
      comparison.numbers.push_back({name, {}, other->second.shape});
    }
  }
  return comparison;
}

}  // namespace sinkscope
