#include <QBuffer>
#include <QRegularExpression>
#include <QSvgGenerator>

#include "widgets/figure_formats.h"
#include "widgets/svg_fonts.h"

namespace sinkscope {

QByteArray svgOf(const FigureDrawing &drawing, const FigureStyle &style) {
  const FigureMetadata metadata = metadataOf(drawing, style);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  const QSizeF size = figureSize(drawing, style);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(72);
  generator.setSize(size.toSize());
  generator.setViewBox(QRectF(QPointF(0, 0), size));
  generator.setTitle(metadata.title.toHtmlEscaped());
  generator.setDescription(metadata.description.toHtmlEscaped());
  QPainter painter(&generator);
  drawing.draw(painter, style, size);
  painter.end();
  // The generator knows whole points only, smooths its images by default and leaves fonts to the reader's machine.
  QString text = QString::fromUtf8(bytes);
  static const QRegularExpression extent(QStringLiteral("<svg width=\"[^\"]*\" height=\"[^\"]*\""));
  text.replace(extent, QStringLiteral("<svg width=\"%1mm\" height=\"%2mm\"")
                           .arg(size.width() * 25.4 / 72, 0, 'f', 3)
                           .arg(size.height() * 25.4 / 72, 0, 'f', 3));
  const QString fonts = embeddedFonts(text);
  static const QRegularExpression family(QStringLiteral("font-family=\"([^\",]+)\""));
  text.replace(family, QStringLiteral("font-family=\"\\1, sans-serif\""));
  text.replace(QStringLiteral("<image "), QStringLiteral("<image style=\"image-rendering:pixelated\" "));
  const qsizetype definitions = text.indexOf(QStringLiteral("<defs>"));
  const QString head = QStringLiteral("<metadata>%1</metadata>\n%2")
                           .arg(rdfOf(metadata), fonts.isEmpty() ? QString() : "<style>\n" + fonts + "</style>\n");
  if (definitions >= 0) text.insert(definitions, head);
  return text.toUtf8();
}

}  // namespace sinkscope
