#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "widgets/figure_page.h"
#include "widgets/figure_tikz.h"
#include "widgets/tikz_parts.h"

namespace sinkscope {

namespace {

constexpr int kStops = 33;         // of a colour map: PGFPlots mixes between them
constexpr int kMostCells = 20000;  // that TeX sets in some seconds and in its own memory
constexpr int kMostFramedCells = 1500;
constexpr int kMostLabels = 40;  // along an axis

QString colourMapOptions(const ColourScale &scale) {
  QString stops;
  for (int i = 0; i < kStops; ++i) {
    const QColor colour = QColor::fromRgb(colourAt(scale.map, static_cast<double>(i) / (kStops - 1)));
    stops += QStringLiteral(" rgb255=(%1,%2,%3)").arg(colour.red()).arg(colour.green()).arg(colour.blue());
  }
  return QStringLiteral("  colormap={%1}{%2},\n").arg(colourMapName(scale.map).toLower(), stops.trimmed());
}

/** What a map of cells is, whichever figure it is of. */
struct Cells {
  Matrix values;
  ColourScale scale;
  QString scaleLabel;
  QString title;
  QString xTitle;
  QString yTitle;
  QStringList xLabels;  // one a column; empty: numbers from `firstX` on
  QStringList yLabels;
  double firstX = 0;
  double firstY = 0;
  double pitch = 1;  // of the numbers, where there are no labels
  QString over;      // drawn upon the cells
};

/** A value as the colour bar counts it: its logarithm where the scale is logarithmic. */
double metaOf(const ColourScale &scale, double value) {
  if (std::isnan(value)) return value;
  const double held = scale.valueAt(scale.position(value));
  return scale.logarithmic ? std::log10(held) : held;
}

QString ticks(QChar which, const QStringList &labels, int count) {
  if (labels.isEmpty()) return {};
  const int step = (count + kMostLabels - 1) / kMostLabels;
  QStringList places;
  QStringList texts;
  for (int i = 0; i < count; i += step) {
    places << QString::number(i);
    texts << '{' + tikz::text(labels[i]) + '}';
  }
  QString text =
      QStringLiteral("  %1tick={%2}, %1ticklabels={%3},\n").arg(which).arg(places.join(','), texts.join(','));
  if (which == 'x') text += QStringLiteral("  x tick label style={rotate=90, anchor=east},\n");
  return text;
}

QString frame(double left, double top, double right, double bottom, const QColor &colour) {
  return QStringLiteral("\\draw[color=%1, line width=0.8pt] (axis cs:%2,%3) rectangle (axis cs:%4,%5);\n")
      .arg(tikz::rgb(colour), tikz::number(left), tikz::number(top), tikz::number(right), tikz::number(bottom));
}

QString optionsOf(const Cells &cells, bool withBar) {
  const int columns = cells.values.columns;
  const int rows = cells.values.rows;
  QString text = QStringLiteral("  xlabel={%1}, ylabel={%2}, y dir=reverse, axis on top,\n")
                     .arg(tikz::text(cells.xTitle), tikz::text(cells.yTitle));
  if (!cells.title.isEmpty()) text += QStringLiteral("  title={%1},\n").arg(tikz::text(cells.title));
  text +=
      QStringLiteral("  xmin=%1, xmax=%2, ymin=%3, ymax=%4, tick align=outside, tick pos=left,\n")
          .arg(tikz::number(cells.firstX - 0.5 * cells.pitch),
               tikz::number(cells.firstX + (columns - 0.5) * cells.pitch),
               tikz::number(cells.firstY - 0.5 * cells.pitch), tikz::number(cells.firstY + (rows - 0.5) * cells.pitch));
  text += ticks('x', cells.xLabels, columns) + ticks('y', cells.yLabels, rows);
  text += colourMapOptions(cells.scale);
  text += QStringLiteral("  point meta min=%1, point meta max=%2,\n")
              .arg(tikz::number(metaOf(cells.scale, cells.scale.valueAt(0))),
                   tikz::number(metaOf(cells.scale, cells.scale.valueAt(1))));
  if (withBar) {
    const QString label = cells.scale.logarithmic ? QStringLiteral("$\\log_{10}$ ") + tikz::text(cells.scaleLabel)
                                                  : tikz::text(cells.scaleLabel);
    text += QStringLiteral("  colorbar, colorbar style={ylabel={%1}},\n").arg(label);
  }
  return text;
}

QString plotOf(const Cells &cells) {
  const Matrix &values = cells.values;
  QString text = QStringLiteral(
                     "\\addplot[matrix plot*, point meta=explicit, mesh/cols=%1, mesh/rows=%2, unbounded coords=jump] "
                     "coordinates {\n")
                     .arg(values.columns)
                     .arg(values.rows);
  for (int row = 0; row < values.rows; ++row) {
    for (int column = 0; column < values.columns; ++column) {
      text +=
          QStringLiteral("(%1,%2)[%3]")
              .arg(tikz::number(cells.firstX + column * cells.pitch), tikz::number(cells.firstY + row * cells.pitch),
                   tikz::number(metaOf(cells.scale, values.at(row, column))));
    }
    text += '\n';
  }
  return text + QStringLiteral("};\n") + cells.over;
}

QString mapsOf(const std::vector<Cells> &maps, const FigureStyle &style, double aspect) {
  long count = 0;
  for (const Cells &cells : maps) count += static_cast<long>(cells.values.rows) * cells.values.columns;
  if (count > kMostCells) {
    throw std::runtime_error(QStringLiteral("This figure has %1 cells, more than the %2 that TeX sets: crop it, or "
                                            "write it as pdf.")
                                 .arg(count)
                                 .arg(kMostCells)
                                 .toStdString());
  }
  QSizeF size = tikz::sizeOf(style, aspect);
  QString text = tikz::begin(style);
  if (maps.size() == 1) {
    text += QStringLiteral("\\begin{axis}[\n") + tikz::axisOptions(style, size) + optionsOf(maps.front(), true) +
            QStringLiteral("]\n") + plotOf(maps.front()) + QStringLiteral("\\end{axis}\n");
  } else {
    size.setWidth(size.width() / static_cast<double>(maps.size()));
    text +=
        QStringLiteral("\\begin{groupplot}[group style={group size=%1 by 1, horizontal sep=1.5em},\n")
            .arg(maps.size()) +
        QStringLiteral("  width=%1pt, height=%2pt,\n]\n").arg(tikz::number(size.width()), tikz::number(size.height()));
    for (const Cells &cells : maps) {
      text += QStringLiteral("\\nextgroupplot[\n") + optionsOf(cells, &cells == &maps.back()) + QStringLiteral("]\n") +
              plotOf(cells);
    }
    text += QStringLiteral("\\end{groupplot}\n");
  }
  return text + tikz::end(style);
}

}  // namespace

QString tikzOf(const GridFigure &figure, const FigureStyle &style) {
  Cells cells;
  cells.values = figure.shares;
  if (figure.sorted) {
    for (int row = 0; row < cells.values.rows; ++row) {
      const auto begin = cells.values.values.begin() + static_cast<std::ptrdiff_t>(row) * cells.values.columns;
      std::sort(begin, begin + cells.values.columns,
                [](float a, float b) { return a > b || (!std::isnan(a) && std::isnan(b)); });
    }
  }
  cells.scale.map = style.colourMap;
  cells.scaleLabel = figure.scaleLabel;
  cells.xTitle = figure.sorted ? QStringLiteral("heads by falling share") : QStringLiteral("head");
  cells.yTitle = QStringLiteral("layer");
  cells.firstX = figure.sorted ? 0 : figure.firstHead;
  cells.firstY = figure.firstLayer;
  if (figure.shares.rows * figure.shares.columns <= kMostFramedCells) {
    for (int row = 0; row < cells.values.rows; ++row) {
      for (int column = 0; column < cells.values.columns; ++column) {
        if (!(cells.values.at(row, column) > figure.eps)) continue;
        const double x = cells.firstX + column;
        const double y = cells.firstY + row;
        cells.over += frame(x - 0.45, y - 0.45, x + 0.45, y + 0.45, ink::sink);
      }
    }
  }
  return mapsOf({cells}, style, 0.6);
}

QString tikzOf(const HeadFigure &figure, const FigureStyle &style) {
  Cells cells;
  cells.values = figure.image;
  cells.scale = {style.colourMap, figure.scaleMinimum, figure.scaleMaximum, figure.logarithmic};
  cells.scaleLabel = figure.scaleLabel;
  cells.xTitle = figure.xTitle;
  cells.yTitle = figure.yTitle;
  const int tokens = figure.tokenCount > 0 ? figure.tokenCount : figure.image.columns;
  if (tokens == figure.image.columns && figure.tokens.size() >= figure.firstKey + tokens) {
    cells.xLabels = figure.tokens.mid(figure.firstKey, tokens);
    cells.yLabels = figure.tokens.mid(figure.firstQuery, figure.image.rows);
  } else {
    cells.pitch = figure.image.columns > 0 ? static_cast<double>(tokens) / figure.image.columns : 1;
    cells.firstX = figure.firstKey;
    cells.firstY = figure.firstQuery;
  }
  if (figure.sinkColumn) {
    const double left = cells.firstX - 0.5 * cells.pitch;
    const double top = cells.firstY - 0.5 * cells.pitch;
    cells.over = frame(left, top, left + cells.pitch, top + figure.image.rows * cells.pitch, ink::sink);
  }
  return mapsOf({cells}, style, 0.85);
}

QString tikzOf(const LayerMapFigure &figure, const FigureStyle &style) {
  std::vector<Cells> maps;
  for (const LayerMapData &map : figure.maps) {
    Cells cells;
    cells.values = map.values;
    cells.scale = figure.scale;
    cells.scale.map = style.colourMap;
    cells.scaleLabel = figure.scaleLabel;
    cells.title = map.title;
    cells.xTitle = figure.xTitle;
    cells.yTitle = maps.empty() ? figure.yTitle : QString();
    for (int column = 0; column < map.values.columns; ++column) cells.xLabels << map.columnLabel(column);
    for (int row = 0; row < map.values.rows; ++row) cells.yLabels << (maps.empty() ? map.rowLabel(row) : QString());
    for (const auto &[column, colour] : {std::pair(map.sink, ink::sink), {map.marked, ink::text}}) {
      if (column >= 0) cells.over += frame(column - 0.5, -0.5, column + 0.5, map.values.rows - 0.5, colour);
    }
    maps.push_back(cells);
  }
  return mapsOf(maps, style, 0.6);
}

}  // namespace sinkscope
