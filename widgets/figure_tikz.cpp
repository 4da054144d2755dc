#include "widgets/figure_tikz.h"

#include <QHash>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "widgets/figure_page.h"
#include "widgets/token_strip.h"

namespace sinkscope {

namespace {

constexpr double kPointsPerMm = 72 / 25.4;
constexpr int kStops = 33;         // of a colour map: PGFPlots mixes between them
constexpr int kMostCells = 20000;  // that TeX sets in some seconds and in its own memory
constexpr int kMostFramedCells = 1500;
constexpr int kMostLabels = 40;  // along an axis
constexpr double kLeading = 1.2;

QString number(double value) {
  return std::isfinite(value) ? QString::number(value, 'g', 7) : QStringLiteral("nan");
}

QString rgb(const QColor &colour) {
  return QStringLiteral("{rgb,255:red,%1;green,%2;blue,%3}").arg(colour.red()).arg(colour.green()).arg(colour.blue());
}

QString fontOf(const FigureStyle &style) {
  return QStringLiteral("\\fontsize{%1}{%2}\\selectfont").arg(number(style.fontPt), number(style.fontPt * kLeading));
}

/** What a page of the style leaves for the axes, in points: (width, height). */
QSizeF sizeOf(const FigureStyle &style, double aspect) {
  const double width = style.widthMm * kPointsPerMm;
  return {width, width * (style.aspect > 0 ? style.aspect : aspect)};
}

QString begin(const FigureStyle &style) {
  QString text = QStringLiteral(
      "%% Needs \\usepackage{pgfplots}, \\pgfplotsset{compat=1.18} and \\usepgfplotslibrary{groupplots};\n"
      "%% tokens beyond Latin letters need LuaLaTeX and a font that has them.\n"
      "\\begin{tikzpicture}[font=%1]\n");
  text.replace(QStringLiteral("%%"), QStringLiteral("%"));
  return text.arg(fontOf(style));
}

QString end(const FigureStyle &style) {
  QString text;
  if (!style.panel.isEmpty()) {
    text = QStringLiteral("\\node[anchor=north west, font=%1\\bfseries] at (current bounding box.north west) {%2};\n")
               .arg(fontOf(style), texText(style.panel));
  }
  return text + QStringLiteral("\\end{tikzpicture}\n");
}

QString lineStyle(Qt::PenStyle line) {
  switch (line) {
    case Qt::DashLine:
      return QStringLiteral("dashed");
    case Qt::DotLine:
      return QStringLiteral("densely dotted");
    case Qt::DashDotLine:
    case Qt::DashDotDotLine:
      return QStringLiteral("dash dot");
    default:
      return QStringLiteral("solid");
  }
}

QString penOptions(const Curve &curve, const FigureStyle &style) {
  const QPen pen = curvePen(curve.role, false);
  const double width = curve.role == ColourRole::Faint ? 0.42 * style.linePt : style.linePt;
  QString options = QStringLiteral("color=%1, line width=%2pt").arg(rgb(pen.color()), number(width));
  if (curve.line) {
    options += QStringLiteral(", ") + lineStyle(*curve.line);
  } else if (pen.style() == Qt::CustomDashLine) {
    QStringList pattern;  // in widths of the pen
    for (qsizetype i = 0; i < pen.dashPattern().size(); ++i) {
      pattern << QStringLiteral("%1 %2pt").arg(i % 2 == 0 ? QStringLiteral("on") : QStringLiteral("off"),
                                               number(pen.dashPattern()[i] * width));
    }
    options += QStringLiteral(", dash pattern=") + pattern.join(' ');
  } else {
    options += QStringLiteral(", ") + lineStyle(pen.style());
  }
  if (curve.marked)
    options += QStringLiteral(", mark=*, mark size=%1pt, mark options={solid}").arg(number(1.17 * width));
  return options;
}

/** What all axes share. */
QString axisOptions(const FigureStyle &style, const QSizeF &size) {
  QString text = QStringLiteral("  width=%1pt, height=%2pt, tick label style={/pgf/number format/1000 sep={}},\n")
                     .arg(number(size.width()), number(size.height()));
  if (!style.title.isEmpty()) text += QStringLiteral("  title={%1},\n").arg(texText(style.title));
  return text;
}

QString axisOptions(QChar which, const PlotAxis &axis, const AxisScale &scale) {
  QString text = QStringLiteral("  %1label={%2}, %1min=%3, %1max=%4,\n")
                     .arg(which)
                     .arg(texText(axis.title), number(scale.low), number(scale.high));
  if (axis.logarithmic) text += QStringLiteral("  %1mode=log,\n").arg(which);
  return text;
}

QString legendOptions(const FigureStyle &style) {
  const char *const places[] = {"at={(0,1.02)}, anchor=south west, legend columns=-1, draw=none",
                                "at={(1.02,1)}, anchor=north west, draw=none",
                                "at={(0.02,0.98)}, anchor=north west",
                                "at={(0.98,0.98)}, anchor=north east",
                                "at={(0.02,0.02)}, anchor=south west",
                                "at={(0.98,0.02)}, anchor=south east",
                                ""};
  return QStringLiteral("  legend style={%1}, legend cell align=left,\n")
      .arg(QLatin1String(places[static_cast<int>(style.legend)]));
}

QString bandOf(const Curve &curve) {
  QString text = QStringLiteral("\\addplot[draw=none, fill=%1, fill opacity=0.18, forget plot] coordinates {")
                     .arg(rgb(curvePen(curve.role, false).color()));
  const auto point = [&](std::size_t i, double y) {
    if (std::isfinite(y)) text += QStringLiteral("(%1,%2)").arg(number(curve.xAt(i)), number(y));
  };
  for (std::size_t i = 0; i < curve.size(); ++i) point(i, curve.upper[i]);
  for (std::size_t i = curve.size(); i-- > 0;) point(i, curve.lower[i]);
  return text + QStringLiteral("} -- cycle;\n");
}

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
    texts << '{' + texText(labels[i]) + '}';
  }
  QString text =
      QStringLiteral("  %1tick={%2}, %1ticklabels={%3},\n").arg(which).arg(places.join(','), texts.join(','));
  if (which == 'x') text += QStringLiteral("  x tick label style={rotate=90, anchor=east},\n");
  return text;
}

QString frame(double left, double top, double right, double bottom, const QColor &colour) {
  return QStringLiteral("\\draw[color=%1, line width=0.8pt] (axis cs:%2,%3) rectangle (axis cs:%4,%5);\n")
      .arg(rgb(colour), number(left), number(top), number(right), number(bottom));
}

QString optionsOf(const Cells &cells, bool withBar) {
  const int columns = cells.values.columns;
  const int rows = cells.values.rows;
  QString text = QStringLiteral("  xlabel={%1}, ylabel={%2}, y dir=reverse, axis on top,\n")
                     .arg(texText(cells.xTitle), texText(cells.yTitle));
  if (!cells.title.isEmpty()) text += QStringLiteral("  title={%1},\n").arg(texText(cells.title));
  text += QStringLiteral("  xmin=%1, xmax=%2, ymin=%3, ymax=%4, tick align=outside, tick pos=left,\n")
              .arg(number(cells.firstX - 0.5 * cells.pitch), number(cells.firstX + (columns - 0.5) * cells.pitch),
                   number(cells.firstY - 0.5 * cells.pitch), number(cells.firstY + (rows - 0.5) * cells.pitch));
  text += ticks('x', cells.xLabels, columns) + ticks('y', cells.yLabels, rows);
  text += colourMapOptions(cells.scale);
  text += QStringLiteral("  point meta min=%1, point meta max=%2,\n")
              .arg(number(metaOf(cells.scale, cells.scale.valueAt(0))),
                   number(metaOf(cells.scale, cells.scale.valueAt(1))));
  if (withBar) {
    const QString label = cells.scale.logarithmic ? QStringLiteral("$\\log_{10}$ ") + texText(cells.scaleLabel)
                                                  : texText(cells.scaleLabel);
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
      text += QStringLiteral("(%1,%2)[%3]")
                  .arg(number(cells.firstX + column * cells.pitch), number(cells.firstY + row * cells.pitch),
                       number(metaOf(cells.scale, values.at(row, column))));
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
  QSizeF size = sizeOf(style, aspect);
  QString text = begin(style);
  if (maps.size() == 1) {
    text += QStringLiteral("\\begin{axis}[\n") + axisOptions(style, size) + optionsOf(maps.front(), true) +
            QStringLiteral("]\n") + plotOf(maps.front()) + QStringLiteral("\\end{axis}\n");
  } else {
    size.setWidth(size.width() / static_cast<double>(maps.size()));
    text += QStringLiteral("\\begin{groupplot}[group style={group size=%1 by 1, horizontal sep=1.5em},\n")
                .arg(maps.size()) +
            QStringLiteral("  width=%1pt, height=%2pt,\n]\n").arg(number(size.width()), number(size.height()));
    for (const Cells &cells : maps) {
      text += QStringLiteral("\\nextgroupplot[\n") + optionsOf(cells, &cells == &maps.back()) + QStringLiteral("]\n") +
              plotOf(cells);
    }
    text += QStringLiteral("\\end{groupplot}\n");
  }
  return text + end(style);
}

QString markOf(ColourRole role) {
  // The shapes of `markerPath`, as far as TikZ has them.
  const char *const marks[] = {
      "*", "*", "square*", "triangle*", "*", "*", "triangle*, mark options={rotate=180}", "diamond*", "+", "*"};
  return QLatin1String(marks[static_cast<std::size_t>(role) % std::size(marks)]);
}

}  // namespace

QString texText(const QString &text) {
  static const QHash<QChar, QString> signs = {{'\\', QStringLiteral("\\textbackslash{}")},
                                              {'{', QStringLiteral("\\{")},
                                              {'}', QStringLiteral("\\}")},
                                              {'$', QStringLiteral("\\$")},
                                              {'&', QStringLiteral("\\&")},
                                              {'#', QStringLiteral("\\#")},
                                              {'%', QStringLiteral("\\%")},
                                              {'_', QStringLiteral("\\_")},
                                              {'^', QStringLiteral("\\textasciicircum{}")},
                                              {'~', QStringLiteral("\\textasciitilde{}")},
                                              {'<', QStringLiteral("\\textless{}")},
                                              {'>', QStringLiteral("\\textgreater{}")},
                                              {'|', QStringLiteral("\\textbar{}")},
                                              {QChar(u'α'), QStringLiteral("\\ensuremath{\\alpha}")},
                                              {QChar(u'ε'), QStringLiteral("\\ensuremath{\\varepsilon}")},
                                              {QChar(u'Δ'), QStringLiteral("\\ensuremath{\\Delta}")},
                                              {QChar(u'·'), QStringLiteral("\\ensuremath{\\cdot}")},
                                              {QChar(u'×'), QStringLiteral("\\ensuremath{\\times}")},
                                              {QChar(u'→'), QStringLiteral("\\ensuremath{\\to}")},
                                              {QChar(u'↵'), QStringLiteral("\\ensuremath{\\hookleftarrow}")},
                                              {QChar(u'≤'), QStringLiteral("\\ensuremath{\\le}")},
                                              {QChar(u'≥'), QStringLiteral("\\ensuremath{\\ge}")},
                                              {QChar(u'…'), QStringLiteral("\\ldots{}")},
                                              {QChar(u'–'), QStringLiteral("--")}};
  QString tex;
  bool inNorm = false;  // between the bars of a norm, where `_` lowers the next letter
  for (const QChar c : text) {
    if (c == QChar(u'‖')) {
      tex += inNorm ? QStringLiteral("\\Vert$") : QStringLiteral("$\\Vert ");
      inNorm = !inNorm;
    } else if (inNorm && c == '_') {
      tex += c;
    } else if (c >= QChar(u'₀') && c <= QChar(u'₉')) {
      tex += QStringLiteral("\\ensuremath{_%1}").arg(c.unicode() - u'₀');
    } else if (c.category() == QChar::Other_Control) {
      tex += ' ';
    } else {
      tex += signs.value(c, QString(c));
    }
  }
  return inNorm ? tex + '$' : tex;
}

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

QString tikzOf(const CurveFigure &figure, const FigureStyle &style) {
  const Curves &data = figure.data;
  const AxisScale x = data.xScale();
  QString text = begin(style) + QStringLiteral("\\begin{axis}[\n") + axisOptions(style, sizeOf(style, 0.6)) +
                 axisOptions('x', data.x, x) + axisOptions('y', data.y, data.yScale()) + legendOptions(style) +
                 QStringLiteral("  ymajorgrids, axis lines=left, unbounded coords=jump,\n]\n");
  const std::vector<std::size_t> named = data.legend();
  for (const std::size_t index : data.drawingOrder()) {
    if (data.curves[index].banded()) text += bandOf(data.curves[index]);
  }
  for (const Level &level : data.levels) {
    if (std::isnan(level.value)) continue;
    text += QStringLiteral(
                "\\addplot[color=%1, dashed, forget plot] coordinates {(%2,%5)(%3,%5)} "
                "node[pos=1, anchor=south east, color=%1] {%4};\n")
                .arg(rgb(level.sink ? ink::sinkText : ink::muted), number(x.low), number(x.high), texText(level.name),
                     number(level.value));
  }
  for (const std::size_t index : data.drawingOrder()) {
    const Curve &curve = data.curves[index];
    const bool inLegend =
        style.legend != LegendPlace::None && std::find(named.begin(), named.end(), index) != named.end();
    text += QStringLiteral("\\addplot[%1%2] coordinates {\n")
                .arg(penOptions(curve, style), inLegend ? QString() : QStringLiteral(", forget plot"));
    for (std::size_t i = 0; i < curve.size(); ++i) {
      text += QStringLiteral("(%1,%2)%3").arg(number(curve.xAt(i)), number(curve.y[i]), i % 8 == 7 ? "\n" : "");
    }
    text += QStringLiteral("};\n");
    if (inLegend) text += QStringLiteral("\\addlegendentry{%1}\n").arg(texText(curve.name));
  }
  return text + QStringLiteral("\\end{axis}\n") + end(style);
}

QString tikzOf(const ScatterFigure &figure, const FigureStyle &style) {
  const Scatter &data = figure.data;
  const AxisScale x = data.xScale();
  const AxisScale y = data.yScale();
  QString text = begin(style) + QStringLiteral("\\begin{axis}[\n") + axisOptions(style, sizeOf(style, 0.75)) +
                 axisOptions('x', data.xAxis, x) + axisOptions('y', data.yAxis, y) + legendOptions(style) +
                 QStringLiteral("  grid=major, axis lines=left,\n]\n");
  const auto line = [&](double fromX, double fromY, double toX, double toY, const char *options) {
    text += QStringLiteral("\\draw[%1] (axis cs:%2,%3) -- (axis cs:%4,%5);\n")
                .arg(QLatin1String(options), number(fromX), number(fromY), number(toX), number(toY));
  };
  for (const double bound : data.xBounds) line(bound, y.low, bound, y.high, "gray");
  for (const double bound : data.yBounds) line(x.low, bound, x.high, bound, "gray");
  for (std::size_t c = 0; c < std::max<std::size_t>(1, data.classes.size()); ++c) {
    const PointClass shown = c < data.classes.size() ? data.classes[c] : PointClass();
    text += QStringLiteral("\\addplot[only marks, mark=%1, mark size=1.4pt, color=%2] coordinates {\n")
                .arg(markOf(shown.role), rgb(curvePen(shown.role, false).color()));
    for (std::size_t i = 0; i < data.size(); ++i) {
      const std::size_t of = i < data.classOf.size() ? static_cast<std::size_t>(data.classOf[i]) : 0;
      if (of == c && data.shows(i)) text += QStringLiteral("(%1,%2)\n").arg(number(data.x[i]), number(data.y[i]));
    }
    text += QStringLiteral("};\n");
    if (data.classes.size() > 1 && !shown.name.isEmpty() && style.legend != LegendPlace::None) {
      text += QStringLiteral("\\addlegendentry{%1}\n").arg(texText(shown.name));
    }
  }
  if (const auto ends = data.diagonalEnds()) line(ends->first, ends->first, ends->second, ends->second, "dashed");
  return text + QStringLiteral("\\end{axis}\n") + end(style);
}

QString tikzOf(const TokenFramesFigure &figure, const FigureStyle &style) {
  ColourScale scale = figure.scale;
  scale.map = style.colourMap;
  QString text = begin(style);
  const double width =
      style.widthMm * kPointsPerMm / static_cast<double>(std::max<std::size_t>(1, figure.strips.size()));
  const double line = style.fontPt * kLeading;
  for (std::size_t s = 0; s < figure.strips.size(); ++s) {
    const TokenFramesFigure::Strip &strip = figure.strips[s];
    text += QStringLiteral("\\node[anchor=north west, align=left, text width=%1pt, inner sep=0] at (%2pt,0) {%\n")
                .arg(number(0.95 * width), number(static_cast<double>(s) * width));
    if (!strip.title.isEmpty()) text += texText(strip.title) + QStringLiteral("\\\\[2pt]\n");
    for (const int frameIndex : figure.shown) {
      text += texText(figure.frames[frameIndex]) + QStringLiteral(":\\ %\n");
      for (int token = 0; token < strip.values.columns; ++token) {
        const double value = strip.values.at(frameIndex, token);
        const QColor ground = std::isnan(value) ? ink::empty : QColor::fromRgb(scale.colour(value));
        const QColor edge = token == strip.sink ? ink::sink : token == strip.marked ? ink::text : ground;
        text += QStringLiteral(
                    "\\tikz[baseline=(t.base)]\\node[name=t, fill=%1, draw=%2, inner sep=1.5pt, minimum "
                    "height=%3pt, text=%4, rounded corners=1pt]{\\strut %5};\\allowbreak%\n")
                    .arg(rgb(ground), rgb(edge), number(line), rgb(QColor::fromRgb(inkOn(ground.rgb()))),
                         texText(strip.tokens[token]));
      }
      text += QStringLiteral("\\\\[1pt]\n");
    }
    text += QStringLiteral("};\n");
  }
  return text + end(style);
}

}  // namespace sinkscope
