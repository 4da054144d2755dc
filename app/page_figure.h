#pragma once

#include "widgets/figure.h"
#include "widgets/figure_crop.h"
#include "widgets/npz_file.h"

#include <QString>
#include <functional>
#include <vector>

namespace sinkscope {

/// A figure of a page, ready to be exported.
struct PageFigure {
  QString name;  ///< the suggested file name, without suffix
  FigureDrawing drawing;
  /// Writes the numbers of the part that is shown, as a table (.csv) or as arrays (.npz).
  std::function<void(const QString& path, const FigureCrop& crop)> writeData;
  std::vector<FigureDrawing> frames = {};  ///< as it moves, where it does: pictures of one size
};

/// A figure under its names: the suggested file name, and title and description of the file.
template <typename Figure>
PageFigure pageFigure(const QString& name, const QString& title, const QString& description, const Figure& figure) {
  PageFigure made{name, drawing(figure), {}, {}};
  made.writeData = [figure](const QString& path, const FigureCrop& crop) {
    const Figure part = cropped(figure, crop);
    if (path.endsWith(QLatin1String(".npz")))
      writeNpz(path, arraysOf(part));
    else
      writeCsv(path, part);
  };
  made.drawing.title = title;
  made.drawing.description = description;
  return made;
}

inline PageFigure pageFigure(const QString& name, const QString& title, const QString& description,
                             const ProfileFigure& figure) {
  return pageFigure(name, title, description, curveFigure(figure));
}

}  // namespace sinkscope
