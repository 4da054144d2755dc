#include <cmath>

#include "widgets/figure.h"

namespace sinkscope {

namespace {

FigureArray numbers(const QString &name, std::vector<double> values) {
  return {name, {values.size()}, std::move(values)};
}

FigureArray numbers(const QString &name, const Matrix &matrix) {
  return {name,
          {static_cast<std::size_t>(matrix.rows), static_cast<std::size_t>(matrix.columns)},
          {matrix.values.begin(), matrix.values.end()}};
}

FigureArray texts(const QString &name, const QStringList &list) {
  return {name, {static_cast<std::size_t>(list.size())}, {}, list};
}

FigureArray counted(const QString &name, int first, int count, double pitch = 1) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(first + i * pitch);
  return numbers(name, values);
}

/** "map_0", or "map" where there is one only. */
QString numbered(const char *name, std::size_t index, std::size_t count) {
  return count == 1 ? QString::fromLatin1(name) : QStringLiteral("%1_%2").arg(QLatin1String(name)).arg(index);
}

}  // namespace

std::vector<FigureArray> arraysOf(const GridFigure &figure) {
  return {numbers(QStringLiteral("share"), figure.shares),
          counted(QStringLiteral("layer"), figure.firstLayer, figure.shares.rows),
          counted(QStringLiteral("head"), figure.firstHead, figure.shares.columns),
          numbers(QStringLiteral("eps"), std::vector<double>{figure.eps})};
}

std::vector<FigureArray> arraysOf(const HeadFigure &figure) {
  const Matrix &image = figure.image;
  const double pitch =
      image.columns > 0 && figure.tokenCount > 0 ? static_cast<double>(figure.tokenCount) / image.columns : 1;
  std::vector<FigureArray> arrays{numbers(QStringLiteral("attention"), image),
                                  counted(QStringLiteral("query"), figure.firstQuery, image.rows, pitch),
                                  counted(QStringLiteral("key"), figure.firstKey, image.columns, pitch)};
  if (!figure.tokens.isEmpty()) arrays.push_back(texts(QStringLiteral("token"), figure.tokens));
  if (!figure.bars.empty()) {
    arrays.push_back(
        numbers(QStringLiteral("output_norm"), std::vector<double>(figure.bars.begin(), figure.bars.end())));
  }
  return arrays;
}

std::vector<FigureArray> arraysOf(const CurveFigure &figure) {
  const std::vector<Curve> &curves = figure.data.curves;
  QStringList names;
  std::vector<FigureArray> arrays;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const Curve &curve = curves[i];
    names << curve.name;
    std::vector<double> x;
    for (std::size_t point = 0; point < curve.size(); ++point) x.push_back(curve.xAt(point));
    const auto part = [&](const std::vector<double> &values) {
      return std::vector<double>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(curve.size()));
    };
    arrays.push_back(numbers(numbered("x", i, curves.size()), x));
    arrays.push_back(numbers(numbered("y", i, curves.size()), part(curve.y)));
    if (!curve.banded()) continue;
    arrays.push_back(numbers(numbered("lower", i, curves.size()), part(curve.lower)));
    arrays.push_back(numbers(numbered("upper", i, curves.size()), part(curve.upper)));
  }
  arrays.push_back(texts(QStringLiteral("curve"), names));
  return arrays;
}

std::vector<FigureArray> arraysOf(const ScatterFigure &figure) {
  const Scatter &data = figure.data;
  std::vector<FigureArray> arrays{numbers(QStringLiteral("x"), data.x), numbers(QStringLiteral("y"), data.y)};
  if (!data.classOf.empty()) {
    arrays.push_back(
        numbers(QStringLiteral("class_of"), std::vector<double>(data.classOf.begin(), data.classOf.end())));
    QStringList names;
    for (const PointClass &shown : data.classes) names << shown.name;
    arrays.push_back(texts(QStringLiteral("class"), names));
  }
  if (!data.labels.isEmpty()) arrays.push_back(texts(QStringLiteral("point"), data.labels));
  return arrays;
}

std::vector<FigureArray> arraysOf(const LayerMapFigure &figure) {
  std::vector<FigureArray> arrays;
  QStringList titles;
  for (std::size_t i = 0; i < figure.maps.size(); ++i) {
    const LayerMapData &map = figure.maps[i];
    QStringList rows;
    QStringList columns;
    for (int row = 0; row < map.values.rows; ++row) rows << map.rowLabel(row);
    for (int column = 0; column < map.values.columns; ++column) columns << map.columnLabel(column);
    titles << map.title;
    arrays.push_back(numbers(numbered("map", i, figure.maps.size()), map.values));
    arrays.push_back(texts(numbered("row", i, figure.maps.size()), rows));
    arrays.push_back(texts(numbered("column", i, figure.maps.size()), columns));
  }
  arrays.push_back(texts(QStringLiteral("title"), titles));
  return arrays;
}

std::vector<FigureArray> arraysOf(const TokenFramesFigure &figure) {
  std::vector<FigureArray> arrays;
  QStringList titles;
  for (std::size_t i = 0; i < figure.strips.size(); ++i) {
    const TokenFramesFigure::Strip &strip = figure.strips[i];
    titles << strip.title;
    arrays.push_back(numbers(numbered("value", i, figure.strips.size()), strip.values));
    arrays.push_back(texts(numbered("token", i, figure.strips.size()), strip.tokens));
  }
  arrays.push_back(texts(QStringLiteral("frame"), figure.frames));
  arrays.push_back(texts(QStringLiteral("title"), titles));
  return arrays;
}

}  // namespace sinkscope
