#pragma once

#include <QFile>
#include <QPainter>
#include <QRectF>
#include <QStringList>
#include <QXmlStreamReader>
#include <vector>

#include "tests/widgets/text_recorder.h"
#include "widgets/figure.h"

namespace sinkscope {

inline QByteArray contentOf(const QString &path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/** What an SVG file holds. */
struct Svg {
  QString width;
  QStringList texts;
  std::vector<QRectF> images;
};

inline Svg parse(const QByteArray &bytes) {
  Svg svg;
  QXmlStreamReader reader(bytes);
  while (!reader.atEnd()) {
    if (!reader.readNextStartElement() && reader.tokenType() != QXmlStreamReader::StartElement) continue;
    const QXmlStreamAttributes attributes = reader.attributes();
    const auto number = [&](const char *name) { return attributes.value(QLatin1String(name)).toDouble(); };
    if (reader.name() == QLatin1String("svg")) svg.width = attributes.value(QLatin1String("width")).toString();
    if (reader.name() == QLatin1String("image")) {
      svg.images.emplace_back(number("x"), number("y"), number("width"), number("height"));
    }
    if (reader.name() == QLatin1String("text")) svg.texts << reader.readElementText().trimmed();
  }
  return svg;
}

/** The texts of a figure. */
inline std::vector<DrawnText> textsOf(const FigureDrawing &figure, const FigureStyle &style) {
  TextRecorder recorder;
  QPainter painter(&recorder);
  figure.draw(painter, style, figureSize(figure, style));
  painter.end();
  return recorder.texts;
}

/** Which text leaves the page or meets another; empty when none does. */
inline QString clashOf(const std::vector<DrawnText> &texts, const QSizeF &size) {
  const QRectF page(QPointF(0, 0), size);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const DrawnText &text = texts[i];
    if (!page.contains(text.box.boundingRect())) return text.text + QStringLiteral(" leaves the page");
    for (std::size_t j = 0; j < i; ++j) {
      const DrawnText &other = texts[j];
      if (text.box.intersects(other.box)) return QStringLiteral("\"%1\" meets \"%2\"").arg(text.text, other.text);
    }
  }
  return {};
}

}  // namespace sinkscope
