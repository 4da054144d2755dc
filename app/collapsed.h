#pragma once

#include "core/analysis/collapse.h"

#include <QMetaType>
#include <QString>
#include <memory>

namespace sinkscope {

/// The collapse measures of a prompt, with <bos> and without, as the window holds them.
struct Collapsed {
  std::shared_ptr<const CollapseRun> run;
  QString file;                         ///< the run file it was read from; empty for a live one
  QString look = QStringLiteral("{}");  ///< how the page looked, of a run
};
using CollapsedPtr = std::shared_ptr<const Collapsed>;

}  // namespace sinkscope
