#pragma once

#include <QByteArray>
#include <QString>
#include <utility>
#include <vector>

#include "widgets/figure.h"

namespace sinkscope {

/** What a figure's file says of itself. */
struct FigureMetadata {
  QString title;
  QString description;
  /** The figure's facts and its style, by name; "Created" is ISO 8601. */
  std::vector<std::pair<QString, QString>> facts;

  QString fact(const QString &name) const;
  /** All of it as lines, "name: value". */
  QString text() const;
};
FigureMetadata metadataOf(const FigureDrawing &drawing, const FigureStyle &style);

/** The metadata as XMP's <rdf:RDF>, for PDF and SVG. */
QString rdfOf(const FigureMetadata &metadata);

/** A figure as the bytes of a file. Fonts are embedded. */
QByteArray pdfOf(const FigureDrawing &drawing, const FigureStyle &style);
QByteArray svgOf(const FigureDrawing &drawing, const FigureStyle &style);
QByteArray pngOf(const FigureDrawing &drawing, const FigureStyle &style, double dpi);
QByteArray tiffOf(const FigureDrawing &drawing, const FigureStyle &style, double dpi);
QByteArray texOf(const FigureDrawing &drawing, const FigureStyle &style);

}  // namespace sinkscope
