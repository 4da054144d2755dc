#pragma once

// Private to core/catalogue: conditions on the index's table `run`.

#include "core/catalogue/run_query.h"
#include "core/catalogue/sqlite.h"

#include <string>
#include <variant>
#include <vector>

namespace sinkscope {

/// What rows must meet, with a `?` for each value.
class SqlCondition {
 public:
  /// Below one of them.
  void addFolders(const std::vector<std::string>& folders);
  void addWords(const std::vector<std::string>& words);
  void addFilter(const RunFilter& filter);

  const std::string& sql() const { return sql_; }
  /// Gives the values to a statement whose first parameters are those of the condition.
  void bindTo(sqlite::Statement& statement) const;

 private:
  void add(const std::string& more) { sql_.append(sql_.empty() ? "" : " AND ").append(more); }
  void addContains(RunColumn column, const std::string& value);

  std::string sql_;
  std::vector<std::variant<std::string, double>> values_;
};

}  // namespace sinkscope
