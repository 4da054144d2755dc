#pragma once

// Private to core/runs: how runs keep conditions.

#include "core/analysis/condition.h"
#include "core/runs/fields.h"

#include <sstream>
#include <string>
#include <vector>

namespace sinkscope::runs {

/// "bos,no-bos"
inline std::string conditionList(const std::vector<Condition>& conditions) {
  std::string list;
  for (const Condition condition : conditions) {
    if (!list.empty()) list.push_back(',');
    list.append(conditionName(condition));
  }
  return list;
}
inline std::vector<Condition> conditionsOf(const std::string& list) {
  std::vector<Condition> conditions;
  std::istringstream names(list);
  for (std::string name; std::getline(names, name, ',');) conditions.push_back(conditionNamed(name));
  return conditions;
}

template <typename Fields, typename List>
void conditions(Fields& fields, List& list) {
  as<std::string>(fields, "conditions", list, conditionList, conditionsOf);
}

template <typename Fields, typename One>
void condition(Fields& fields, One& one) {
  as<std::string>(
      fields, "condition", one, [](Condition value) { return conditionName(value); },
      [](const std::string& name) { return conditionNamed(name); });
}

}  // namespace sinkscope::runs
