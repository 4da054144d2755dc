#include "core/catalogue/sql_condition.h"

#include <charconv>

namespace sinkscope {
namespace {

using Test = RunFilter::Test;

std::string likeOf(const std::string& value) {
  std::string pattern = "%";
  for (const char c : value) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

const char* signOf(Test test) {
  switch (test) {
    case Test::Less:
      return "<";
    case Test::AtMost:
      return "<=";
    case Test::Greater:
      return ">";
    case Test::AtLeast:
      return ">=";
    default:
      return "=";
  }
}

}  // namespace

void SqlCondition::addFolders(const std::vector<std::string>& folders) {
  std::string any;
  for (const std::string& folder : folders) {
    any.append(any.empty() ? "" : " OR ").append("(path > ? AND path < ?)");
    values_.emplace_back(folder + '/');
    values_.emplace_back(folder + static_cast<char>('/' + 1));
  }
  add(any.empty() ? "0" : "(" + any + ")");
}

void SqlCondition::addWords(const std::vector<std::string>& words) {
  // Each as the beginning of a word, whatever FTS5 would make of its characters.
  std::string match;
  for (const std::string& word : words) {
    std::string quoted = "\"";
    for (const char c : word) quoted.append(c == '"' ? 2 : 1, c);
    match.append(match.empty() ? "" : " ").append(quoted).append("\"*");
  }
  if (match.empty()) return;
  add("id IN (SELECT rowid FROM words WHERE words MATCH ?)");
  values_.emplace_back(match);
}

void SqlCondition::addContains(RunColumn column, const std::string& value) {
  // The whole prompts are in the table of words.
  add(column == RunColumn::Prompt ? "id IN (SELECT rowid FROM words WHERE text LIKE ? ESCAPE '\\')"
                                  : std::string(infoOf(column).key) + " LIKE ? ESCAPE '\\'");
  values_.emplace_back(likeOf(value));
}

void SqlCondition::addFilter(const RunFilter& filter) {
  if (filter.test == Test::Contains) return addContains(filter.column, filter.value);
  const RunColumnInfo& info = infoOf(filter.column);
  const bool compares = filter.test != Test::Equal && filter.test != Test::NotEqual;
  const std::string column(info.key), sign = signOf(filter.test);
  std::string is = column + " " + sign + " ?";
  if (info.isNumber) {
    double value = 0.0;
    std::from_chars(filter.value.data(), filter.value.data() + filter.value.size(), value);
    values_.emplace_back(value);
  } else {
    if (filter.column == RunColumn::Tags && !filter.value.empty())
      is = "EXISTS (SELECT 1 FROM tag WHERE tag.run = run.id AND tag.name " + sign + " ? COLLATE NOCASE)";
    else
      is.append(" COLLATE NOCASE").append(compares ? " AND " + column + " <> ''" : "");
    values_.emplace_back(filter.value);
  }
  add(filter.test == Test::NotEqual ? "NOT coalesce(" + is + ", 0)" : "(" + is + ")");
}

void SqlCondition::bindTo(sqlite::Statement& statement) const {
  for (std::size_t i = 0; i < values_.size(); ++i)
    std::visit([&](const auto& value) { statement.bind(static_cast<int>(i) + 1, value); }, values_[i]);
}

}  // namespace sinkscope
