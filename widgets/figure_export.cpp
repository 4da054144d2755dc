#include <QFileInfo>
#include <stdexcept>

#include "widgets/figure.h"
#include "widgets/figure_formats.h"
#include "widgets/whole_file.h"

namespace sinkscope {

QByteArray texOf(const FigureDrawing &drawing, const FigureStyle &style) {
  QString comment;
  for (const QString &line : metadataOf(drawing, style).text().split('\n', Qt::SkipEmptyParts)) {
    comment += QStringLiteral("% ") + line + '\n';
  }
  return (comment + drawing.tikz(style)).toUtf8();
}

void exportFigure(const FigureDrawing &drawing, const FigureStyle &style, const QString &path, double dpi) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  try {
    if (suffix == QLatin1String("pdf")) {
      bytes = pdfOf(drawing, style);
    } else if (suffix == QLatin1String("svg")) {
      bytes = svgOf(drawing, style);
    } else if (suffix == QLatin1String("png")) {
      bytes = pngOf(drawing, style, dpi);
    } else if (suffix == QLatin1String("tiff") || suffix == QLatin1String("tif")) {
      bytes = tiffOf(drawing, style, dpi);
    } else if (suffix == QLatin1String("tex")) {
      bytes = texOf(drawing, style);
    } else {
      throw std::runtime_error("a figure ends in .pdf, .svg, .png, .tiff or .tex");
    }
  } catch (const std::runtime_error &error) {
    throw std::runtime_error(path.toStdString() + ": " + error.what());
  }
  writeWholeFile(path, bytes, QStringLiteral("the figure"));
}

}  // namespace sinkscope
