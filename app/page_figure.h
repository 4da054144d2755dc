#pragma once

#include "widgets/figure.h"

#include <QString>
#include <functional>

namespace sinkscope {

/// A figure of a page, ready to be exported.
struct PageFigure {
  QString name;  ///< the suggested file name, without suffix
  FigureDrawing drawing;
  std::function<void(const QString& path)> writeCsv;
};

}  // namespace sinkscope
