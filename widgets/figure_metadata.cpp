#include <QStringList>

#include "widgets/figure_formats.h"

namespace sinkscope {

namespace {

/** A fact's name as an element is called: "Model SHA-256" becomes "ModelSHA256". */
QString elementOf(const QString &name) {
  QString element;
  for (const QChar c : name) {
    if (c.isLetterOrNumber()) element += c;
  }
  return element;
}

}  // namespace

QString FigureMetadata::fact(const QString &name) const {
  for (const auto &[key, value] : facts) {
    if (key == name) return value;
  }
  return {};
}

QString FigureMetadata::text() const {
  QStringList lines{title, description};
  for (const auto &[name, value] : facts) lines << QStringLiteral("%1: %2").arg(name, value);
  lines.removeAll(QString());
  return lines.join('\n') + '\n';
}

FigureMetadata metadataOf(const FigureDrawing &drawing, const FigureStyle &style) {
  FigureMetadata metadata{style.title.isEmpty() ? drawing.title : style.title, drawing.description, drawing.facts};
  metadata.facts.emplace_back(QStringLiteral("Style"), styleJson(style));
  return metadata;
}

QString rdfOf(const FigureMetadata &metadata) {
  QString text = QStringLiteral(
                     "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
                     "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'"
                     " xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:sinkscope='urn:sinkscope:figure:1'>\n"
                     "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>%1</rdf:li></rdf:Alt></dc:title>\n"
                     "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>%2</rdf:li></rdf:Alt></dc:description>\n"
                     "<xmp:CreatorTool>Sinkscope</xmp:CreatorTool>\n")
                     .arg(metadata.title.toHtmlEscaped(), metadata.description.toHtmlEscaped());
  for (const auto &[name, value] : metadata.facts) {
    text += QStringLiteral("<sinkscope:%1>%2</sinkscope:%1>\n").arg(elementOf(name), value.toHtmlEscaped());
  }
  return text + QStringLiteral("</rdf:Description></rdf:RDF>");
}

}  // namespace sinkscope
