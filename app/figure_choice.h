#pragma once

#include <optional>
#include <string>

namespace sinkscope {

/// What the figures of a result take besides it; what is not set is as the page looked when the run was saved, or as a
/// page shows it at first.
struct FigureChoice {
  std::optional<double> epsilon = {};
  std::optional<bool> includeQuery0 = {};
  std::string norm = {};     ///< of a change, by `changeNormName`
  std::string measure = {};  ///< of a collapse, by `collapseMeasureName`
  int prompt = 0;            ///< whose head is drawn, where there are several
  /// The head; else the saved one, else the one that rests most on the first token.
  std::optional<int> layer = {}, head = {};
};

}  // namespace sinkscope
