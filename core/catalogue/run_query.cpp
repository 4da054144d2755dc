#include "core/catalogue/run_query.h"

#include "core/error.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace sinkscope {
namespace {

using Test = RunFilter::Test;

/// The longer ones first, so that none is taken for the beginning of another.
constexpr std::array<std::pair<std::string_view, Test>, 7> kTests{{{"!=", Test::NotEqual},
                                                                   {"<=", Test::AtMost},
                                                                   {">=", Test::AtLeast},
                                                                   {"=", Test::Equal},
                                                                   {"<", Test::Less},
                                                                   {">", Test::Greater},
                                                                   {"~", Test::Contains}}};

/// A part of what was typed: up to a space that is not in quotes.
struct Part {
  std::string text;                       // without the quotes
  std::size_t plain = std::string::npos;  // where the first quote stood
};

std::vector<Part> partsOf(const std::string& typed) {
  std::vector<Part> parts;
  Part part;
  bool quoted = false, begun = false;
  for (const char c : typed) {
    if (c == '"') {
      if (!begun || part.plain == std::string::npos) part.plain = part.text.size();
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\n')) {
      if (begun) parts.push_back(std::exchange(part, {}));
      begun = false;
    } else {
      part.text += c;
      begun = true;
    }
  }
  if (begun) parts.push_back(part);
  return parts;
}

bool isNumber(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<RunFilter> filterOf(const Part& part) {
  const std::size_t at = part.text.find_first_of("!=<>~");
  if (at == 0 || at == std::string::npos || at >= part.plain) return std::nullopt;
  const std::string_view rest = std::string_view(part.text).substr(at);
  const auto test = std::ranges::find_if(kTests, [&](const auto& one) { return rest.starts_with(one.first); });
  if (test == kTests.end()) return std::nullopt;
  RunFilter filter{runColumnNamed(part.text.substr(0, at)), test->second, std::string(rest.substr(test->first.size()))};
  if (infoOf(filter.column).isNumber && filter.test != Test::Contains && !isNumber(filter.value))
    throw Error("'" + part.text + "' compares a number with '" + filter.value + "', expected a number.");
  return filter;
}

}  // namespace

RunColumn runColumnNamed(std::string_view key) {
  const auto found = std::ranges::find(kRunColumns, key, &RunColumnInfo::key);
  if (found != kRunColumns.end()) return found->column;
  std::string keys;
  for (const RunColumnInfo& info : kRunColumns) keys.append(keys.empty() ? "" : ", ").append(info.key);
  throw Error("'" + std::string(key) + "' is no column of the runs; expected one of " + keys + ".");
}

void addTyped(RunQuery& query, const std::string& typed) {
  for (const Part& part : partsOf(typed)) {
    if (const std::optional<RunFilter> filter = filterOf(part))
      query.filters.push_back(*filter);
    else if (!part.text.empty())
      query.words.push_back(part.text);
  }
}

std::string typedFilter(const RunFilter& filter) {
  const auto test = std::ranges::find(kTests, filter.test, [](const auto& one) { return one.second; });
  std::string typed(infoOf(filter.column).key);
  typed.append(test->first).append("\"").append(filter.value).append("\"");
  return typed;
}

}  // namespace sinkscope
