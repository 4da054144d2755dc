#include <QBuffer>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgGenerator>
#include <stdexcept>

#include "widgets/figure.h"
#include "widgets/whole_file.h"

namespace sinkscope {

namespace {

const QString kCreator = QStringLiteral("Sinkscope");

QString titleOf(const FigureDrawing &drawing, const FigureStyle &style) {
  return style.title.isEmpty() ? drawing.title : style.title;
}

/** What readers show as the document's properties: Qt's own fields hold a title, but no description. */
QByteArray xmpOf(const FigureDrawing &drawing, const FigureStyle &style) {
  return QStringLiteral(
             "<?xpacket begin='\uFEFF' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
             "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
             "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'"
             " xmlns:xmp='http://ns.adobe.com/xap/1.0/'>\n"
             "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>%1</rdf:li></rdf:Alt></dc:title>\n"
             "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>%2</rdf:li></rdf:Alt></dc:description>\n"
             "<xmp:CreatorTool>%3</xmp:CreatorTool>\n"
             "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end='w'?>\n")
      .arg(titleOf(drawing, style).toHtmlEscaped(), drawing.description.toHtmlEscaped(), kCreator)
      .toUtf8();
}

QByteArray pdfOf(const FigureDrawing &drawing, const FigureStyle &style) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  const QSizeF size = figureSize(drawing, style);
  writer.setPageSize(QPageSize(size, QPageSize::Point, QString(), QPageSize::ExactMatch));
  writer.setPageMargins(QMarginsF(0, 0, 0, 0));
  writer.setTitle(titleOf(drawing, style));
  writer.setCreator(kCreator);
  writer.setDocumentXmpMetadata(xmpOf(drawing, style));
  QPainter painter(&writer);
  painter.setRenderHint(QPainter::LosslessImageRendering);  // JPEG would bleed one cell into the next
  painter.scale(writer.width() / size.width(), writer.height() / size.height());
  drawing.draw(painter, style, size);
  painter.end();
  return bytes;
}

QByteArray svgOf(const FigureDrawing &drawing, const FigureStyle &style) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  const QSizeF size = figureSize(drawing, style);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(72);
  generator.setSize(size.toSize());
  generator.setViewBox(QRectF(QPointF(0, 0), size));
  generator.setTitle(titleOf(drawing, style).toHtmlEscaped());
  generator.setDescription(drawing.description.toHtmlEscaped());
  QPainter painter(&generator);
  drawing.draw(painter, style, size);
  painter.end();
  // The generator knows whole points only, and smooths its images by default.
  QString text = QString::fromUtf8(bytes);
  static const QRegularExpression extent(QStringLiteral("<svg width=\"[^\"]*\" height=\"[^\"]*\""));
  text.replace(extent, QStringLiteral("<svg width=\"%1mm\" height=\"%2mm\"")
                           .arg(size.width() * 25.4 / 72, 0, 'f', 3)
                           .arg(size.height() * 25.4 / 72, 0, 'f', 3));
  static const QRegularExpression family(QStringLiteral("font-family=\"([^\",]+)\""));
  text.replace(family, QStringLiteral("font-family=\"\\1, sans-serif\""));
  text.replace(QStringLiteral("<image "), QStringLiteral("<image style=\"image-rendering:pixelated\" "));
  return text.toUtf8();
}

QByteArray pngOf(const FigureDrawing &drawing, const FigureStyle &style, double dpi) {
  QImage image = renderFigure(drawing, style, dpi);
  image.setText(QStringLiteral("Title"), titleOf(drawing, style));
  image.setText(QStringLiteral("Description"), drawing.description);
  image.setText(QStringLiteral("Software"), kCreator);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

}  // namespace

void exportFigure(const FigureDrawing &drawing, const FigureStyle &style, const QString &path, double dpi) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (suffix == QLatin1String("pdf")) {
    bytes = pdfOf(drawing, style);
  } else if (suffix == QLatin1String("svg")) {
    bytes = svgOf(drawing, style);
  } else if (suffix == QLatin1String("png")) {
    bytes = pngOf(drawing, style, dpi);
  } else {
    throw std::runtime_error(QStringLiteral("%1: a figure ends in .pdf, .svg or .png").arg(path).toStdString());
  }
  writeWholeFile(path, bytes, QStringLiteral("the figure"));
}

}  // namespace sinkscope
