#pragma once

#include "app/page_figure.h"

#include <QString>
#include <filesystem>
#include <optional>
#include <vector>

namespace sinkscope {

/// What the figures of a run take besides its file; what is not set is as its page looked when it was saved.
struct RunFigureOptions {
  std::optional<double> epsilon;
  std::optional<bool> includeQuery0;
  QString norm;                    ///< of a change, by `changeNormName`
  QString measure;                 ///< of a collapse, by `collapseMeasureName`
  int prompt = 0;                  ///< whose head is drawn, where there are several
  std::optional<int> layer, head;  ///< the head; else the saved one, else the one that rests most on the first token
};

/// Every figure of a run file, from the file alone. Throws `Error` for a file that cannot be opened, and for a head
/// that there is none of.
std::vector<PageFigure> runFigures(const std::filesystem::path& run, const RunFigureOptions& options = {});

}  // namespace sinkscope
