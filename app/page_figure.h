#pragma once

#include "widgets/figure.h"

#include <QString>
#include <functional>
#include <vector>

namespace sinkscope {

/// A figure of a page, ready to be exported.
struct PageFigure {
  QString name;  ///< the suggested file name, without suffix
  FigureDrawing drawing;
  std::function<void(const QString& path)> writeCsv;
  std::vector<FigureDrawing> frames = {};  ///< as it moves, where it does: pictures of one size
};

/// A figure under its names: the suggested file name, and title and description of the file.
template <typename Figure>
PageFigure pageFigure(const QString& name, const QString& title, const QString& description, const Figure& figure) {
  PageFigure made{name, drawing(figure), [figure](const QString& path) { writeCsv(path, figure); }, {}};
  made.drawing.title = title;
  made.drawing.description = description;
  return made;
}

}  // namespace sinkscope
