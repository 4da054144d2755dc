#include "widgets/figure_caption.h"

#include <QDir>
#include <QFileInfo>

#include "widgets/figure_formats.h"
#include "widgets/tikz_parts.h"
#include "widgets/whole_file.h"

namespace sinkscope {

QStringList writeCaption(const FigureDrawing &drawing, const FigureStyle &style, const QString &figurePath) {
  const FigureMetadata metadata = metadataOf(drawing, style);
  const QFileInfo figure(figurePath);
  const QString stem = figure.dir().filePath(figure.completeBaseName());
  const QString plain = stem + QStringLiteral(".txt");
  const QString latex = stem + QStringLiteral(".caption.tex");
  writeWholeFile(plain, metadata.text().toUtf8(), QStringLiteral("the caption"));
  QString origin;
  for (const char *name : {"Model", "Run"}) {
    const QString value = metadata.fact(QLatin1String(name));
    if (!value.isEmpty()) origin += QStringLiteral(" %1: \\texttt{%2}.").arg(QLatin1String(name), tikz::text(value));
  }
  const QString conventions = drawing.conventions.isEmpty() ? QString() : ' ' + tikz::text(drawing.conventions) + '.';
  writeWholeFile(
      latex,
      QStringLiteral("\\caption{\\textbf{%1.}%2%3}\n").arg(tikz::text(metadata.title), conventions, origin).toUtf8(),
      QStringLiteral("the caption"));
  return {plain, latex};
}

}  // namespace sinkscope
