#include "widgets/figure_crop.h"

#include <algorithm>
#include <cmath>

namespace sinkscope {

namespace {

using Part = std::pair<int, int>;  // first, how many

/** All of `count` where a range leaves none. */
Part partOf(const FigureRange &range, int count) {
  const Part part = range.of(count);
  return part.second > 0 ? part : Part(0, count);
}

Matrix partOf(const Matrix &matrix, const Part &rows, const Part &columns) {
  Matrix part{rows.second, columns.second, {}};
  part.values.reserve(static_cast<std::size_t>(rows.second) * static_cast<std::size_t>(columns.second));
  for (int row = rows.first; row < rows.first + rows.second; ++row) {
    for (int column = columns.first; column < columns.first + columns.second; ++column) {
      part.values.push_back(matrix.at(row, column));
    }
  }
  return part;
}

/** The rows of a map that are layers within the range: numbered ones, or by their index where they have no names. */
Part layersOf(const LayerMapData &map, const FigureRange &range) {
  const Part all(0, map.values.rows);
  if (range.whole()) return all;
  int first = -1;
  int last = -1;
  for (int row = 0; row < map.values.rows; ++row) {
    bool isNumber = false;
    const int layer = map.rowLabel(row).toInt(&isNumber);
    if (!isNumber || !range.has(layer)) continue;
    if (first < 0) first = row;
    last = row;
  }
  return first < 0 ? all : Part(first, last - first + 1);
}

/** Where a marked column stands in a part; -1 outside. */
int within(int index, const Part &part) {
  return index >= part.first && index < part.first + part.second ? index - part.first : -1;
}

void cut(LayerMapData &map, const Part &rows, const Part &columns) {
  QStringList rowNames;
  QStringList columnNames;
  for (int row = rows.first; row < rows.first + rows.second; ++row) rowNames << map.rowLabel(row);
  for (int column = columns.first; column < columns.first + columns.second; ++column) {
    columnNames << map.columnLabel(column);
  }
  map.values = partOf(map.values, rows, columns);
  map.rows = rowNames;
  map.columns = columnNames;
  map.marked = within(map.marked, columns);
  map.sink = within(map.sink, columns);
}

/** The part of curves over layers or tokens. */
FigureRange rangeOf(const QString &xTitle, const FigureCrop &crop) {
  if (xTitle == QLatin1String("layer")) return crop.layers;
  return xTitle == QLatin1String("token") || xTitle == QLatin1String("position") ? crop.tokens : FigureRange();
}

}  // namespace

GridFigure cropped(GridFigure figure, const FigureCrop &crop) {
  const Part layers = partOf(crop.layers, figure.shares.rows);
  const Part heads = partOf(crop.heads, figure.shares.columns);
  figure.shares = partOf(figure.shares, layers, heads);
  figure.firstLayer += layers.first;
  figure.firstHead += heads.first;
  return figure;
}

HeadFigure cropped(HeadFigure figure, const FigureCrop &crop) {
  if (crop.tokens.whole() || figure.image.empty()) return figure;
  const int tokens = figure.tokenCount > 0 ? figure.tokenCount : figure.image.columns;
  const double pitch = static_cast<double>(tokens) / figure.image.columns;
  const auto cells = [&](int firstToken, int count) {
    const Part wanted =
        partOf({crop.tokens.first - firstToken, crop.tokens.last < 0 ? -1 : crop.tokens.last - firstToken},
               qRound(count * pitch));
    const int begin = static_cast<int>(std::floor(wanted.first / pitch));
    const int end = static_cast<int>(std::ceil((wanted.first + wanted.second) / pitch));
    return Part(begin, std::min(end, count) - begin);
  };
  const Part rows = cells(figure.firstQuery, figure.image.rows);
  const Part columns = cells(figure.firstKey, figure.image.columns);
  figure.image = partOf(figure.image, rows, columns);
  figure.firstQuery += qRound(rows.first * pitch);
  figure.firstKey += qRound(columns.first * pitch);
  figure.tokenCount = qRound(columns.second * pitch);
  figure.sinkColumn = figure.sinkColumn && figure.firstKey == 0;
  return figure;
}

CurveFigure cropped(CurveFigure figure, const FigureCrop &crop) {
  const FigureRange range = rangeOf(figure.data.x.title, crop);
  double last = -1;
  for (const Curve &curve : figure.data.curves) {
    for (std::size_t i = 0; i < curve.size(); ++i) last = std::max(last, curve.xAt(i));
  }
  const auto [first, count] = range.of(static_cast<int>(last) + 1);
  if (range.whole() || count == 0) return figure;
  // A single one stands in the middle.
  const double half = count == 1 ? 0.5 : 0;
  figure.data.x.minimum = first - half;
  figure.data.x.maximum = first + count - 1 + half;
  return figure;
}

ScatterFigure cropped(ScatterFigure figure, const FigureCrop &) {
  return figure;
}

LayerMapFigure cropped(LayerMapFigure figure, const FigureCrop &crop) {
  const FigureRange &columns = figure.xTitle == QLatin1String("head") ? crop.heads : crop.tokens;
  if (crop.layers.whole() && columns.whole()) return figure;
  for (LayerMapData &map : figure.maps) {
    cut(map, layersOf(map, crop.layers), partOf(columns, map.values.columns));
  }
  return figure;
}

TokenFramesFigure cropped(TokenFramesFigure figure, const FigureCrop &crop) {
  std::vector<int> shown;
  for (const int frame : figure.shown) {
    bool isNumber = false;
    const int layer = figure.frames[frame].toInt(&isNumber);
    if (crop.layers.whole() || (isNumber && crop.layers.has(layer))) shown.push_back(frame);
  }
  if (!shown.empty()) figure.shown = shown;
  for (TokenFramesFigure::Strip &strip : figure.strips) {
    const Part tokens = partOf(crop.tokens, strip.values.columns);
    strip.values = partOf(strip.values, {0, strip.values.rows}, tokens);
    strip.tokens = strip.tokens.mid(tokens.first, tokens.second);
    strip.marked = within(strip.marked, tokens);
    strip.sink = within(strip.sink, tokens);
  }
  return figure;
}

}  // namespace sinkscope
