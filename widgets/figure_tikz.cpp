#include "widgets/figure_tikz.h"

#include <algorithm>
#include <cmath>

#include "widgets/figure_page.h"
#include "widgets/tikz_parts.h"

namespace sinkscope {

namespace {

constexpr double kLeading = 1.2;

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
  const double width = curve.role == ColourRole::Faint ? kFaintWidth * style.linePt : style.linePt;
  QString options = QStringLiteral("color=%1, line width=%2pt").arg(tikz::rgb(pen.color()), tikz::number(width));
  if (curve.line) {
    options += QStringLiteral(", ") + lineStyle(*curve.line);
  } else if (pen.style() == Qt::CustomDashLine) {
    QStringList pattern;  // in widths of the pen
    for (qsizetype i = 0; i < pen.dashPattern().size(); ++i) {
      pattern << QStringLiteral("%1 %2pt").arg(i % 2 == 0 ? QStringLiteral("on") : QStringLiteral("off"),
                                               tikz::number(pen.dashPattern()[i] * width));
    }
    options += QStringLiteral(", dash pattern=") + pattern.join(' ');
  } else {
    options += QStringLiteral(", ") + lineStyle(pen.style());
  }
  if (curve.marked)
    options += QStringLiteral(", mark=*, mark size=%1pt, mark options={solid}").arg(tikz::number(kDiscRadius * width));
  return options;
}

QString axisOptions(QChar which, const PlotAxis &axis, const AxisScale &scale) {
  QString text = QStringLiteral("  %1label={%2}, %1min=%3, %1max=%4,\n")
                     .arg(which)
                     .arg(tikz::text(axis.title), tikz::number(scale.low), tikz::number(scale.high));
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
                     .arg(tikz::rgb(curvePen(curve.role, false).color()));
  const auto point = [&](std::size_t i, double y) {
    if (std::isfinite(y)) text += QStringLiteral("(%1,%2)").arg(tikz::number(curve.xAt(i)), tikz::number(y));
  };
  for (std::size_t i = 0; i < curve.size(); ++i) point(i, curve.upper[i]);
  for (std::size_t i = curve.size(); i-- > 0;) point(i, curve.lower[i]);
  return text + QStringLiteral("} -- cycle;\n");
}

QString markOf(ColourRole role) {
  // The shapes of `markerPath`, as far as TikZ has them.
  const char *const marks[] = {
      "*", "*", "square*", "triangle*", "*", "*", "triangle*, mark options={rotate=180}", "diamond*", "+", "*"};
  return QLatin1String(marks[static_cast<std::size_t>(role) % std::size(marks)]);
}

}  // namespace

QString tikzOf(const CurveFigure &figure, const FigureStyle &style) {
  const Curves &data = figure.data;
  const AxisScale x = data.xScale();
  QString text = tikz::begin(style) + QStringLiteral("\\begin{axis}[\n") +
                 tikz::axisOptions(style, tikz::sizeOf(style, 0.6)) + axisOptions('x', data.x, x) +
                 axisOptions('y', data.y, data.yScale()) + legendOptions(style) +
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
                .arg(tikz::rgb(level.sink ? ink::sinkText : ink::muted), tikz::number(x.low), tikz::number(x.high),
                     tikz::text(level.name), tikz::number(level.value));
  }
  for (const std::size_t index : data.drawingOrder()) {
    const Curve &curve = data.curves[index];
    const bool inLegend =
        style.legend != LegendPlace::None && std::find(named.begin(), named.end(), index) != named.end();
    text += QStringLiteral("\\addplot[%1%2] coordinates {\n")
                .arg(penOptions(curve, style), inLegend ? QString() : QStringLiteral(", forget plot"));
    for (std::size_t i = 0; i < curve.size(); ++i) {
      text +=
          QStringLiteral("(%1,%2)%3").arg(tikz::number(curve.xAt(i)), tikz::number(curve.y[i]), i % 8 == 7 ? "\n" : "");
    }
    text += QStringLiteral("};\n");
    if (inLegend) text += QStringLiteral("\\addlegendentry{%1}\n").arg(tikz::text(curve.name));
  }
  return text + QStringLiteral("\\end{axis}\n") + tikz::end(style);
}

QString tikzOf(const ScatterFigure &figure, const FigureStyle &style) {
  const Scatter &data = figure.data;
  const AxisScale x = data.xScale();
  const AxisScale y = data.yScale();
  QString text = tikz::begin(style) + QStringLiteral("\\begin{axis}[\n") +
                 tikz::axisOptions(style, tikz::sizeOf(style, 0.75)) + axisOptions('x', data.xAxis, x) +
                 axisOptions('y', data.yAxis, y) + legendOptions(style) +
                 QStringLiteral("  grid=major, axis lines=left,\n]\n");
  const auto line = [&](double fromX, double fromY, double toX, double toY, const char *options) {
    text += QStringLiteral("\\draw[%1] (axis cs:%2,%3) -- (axis cs:%4,%5);\n")
                .arg(QLatin1String(options), tikz::number(fromX), tikz::number(fromY), tikz::number(toX),
                     tikz::number(toY));
  };
  for (const double bound : data.xBounds) line(bound, y.low, bound, y.high, "gray");
  for (const double bound : data.yBounds) line(x.low, bound, x.high, bound, "gray");
  for (std::size_t c = 0; c < std::max<std::size_t>(1, data.classes.size()); ++c) {
    const PointClass shown = c < data.classes.size() ? data.classes[c] : PointClass();
    text += QStringLiteral("\\addplot[only marks, mark=%1, mark size=1.4pt, color=%2] coordinates {\n")
                .arg(markOf(shown.role), tikz::rgb(curvePen(shown.role, false).color()));
    for (std::size_t i = 0; i < data.size(); ++i) {
      const std::size_t of = i < data.classOf.size() ? static_cast<std::size_t>(data.classOf[i]) : 0;
      if (of == c && data.shows(i))
        text += QStringLiteral("(%1,%2)\n").arg(tikz::number(data.x[i]), tikz::number(data.y[i]));
    }
    text += QStringLiteral("};\n");
    if (data.classes.size() > 1 && !shown.name.isEmpty() && style.legend != LegendPlace::None) {
      text += QStringLiteral("\\addlegendentry{%1}\n").arg(tikz::text(shown.name));
    }
  }
  if (const auto ends = data.diagonalEnds()) line(ends->first, ends->first, ends->second, ends->second, "dashed");
  return text + QStringLiteral("\\end{axis}\n") + tikz::end(style);
}

QString tikzOf(const TokenFramesFigure &figure, const FigureStyle &style) {
  ColourScale scale = figure.scale;
  scale.map = style.colourMap;
  QString text = tikz::begin(style);
  const double width =
      style.widthMm * kPointsPerMm / static_cast<double>(std::max<std::size_t>(1, figure.strips.size()));
  const double line = style.fontPt * kLeading;
  for (std::size_t s = 0; s < figure.strips.size(); ++s) {
    const TokenFramesFigure::Strip &strip = figure.strips[s];
    text += QStringLiteral("\\node[anchor=north west, align=left, text width=%1pt, inner sep=0] at (%2pt,0) {%\n")
                .arg(tikz::number(0.95 * width), tikz::number(static_cast<double>(s) * width));
    if (!strip.title.isEmpty()) text += tikz::text(strip.title) + QStringLiteral("\\\\[2pt]\n");
    for (const int frameIndex : figure.shown) {
      text += tikz::text(figure.frames[frameIndex]) + QStringLiteral(":\\ %\n");
      for (int token = 0; token < strip.values.columns; ++token) {
        const double value = strip.values.at(frameIndex, token);
        const QColor ground = std::isnan(value) ? ink::empty : QColor::fromRgb(scale.colour(value));
        const QColor edge = token == strip.sink ? ink::sink : token == strip.marked ? ink::text : ground;
        text += QStringLiteral(
                    "\\tikz[baseline=(t.base)]\\node[name=t, fill=%1, draw=%2, inner sep=1.5pt, minimum "
                    "height=%3pt, text=%4, rounded corners=1pt]{\\strut %5};\\allowbreak%\n")
                    .arg(tikz::rgb(ground), tikz::rgb(edge), tikz::number(line),
                         tikz::rgb(QColor::fromRgb(inkOn(ground.rgb()))), tikz::text(strip.tokens[token]));
      }
      text += QStringLiteral("\\\\[1pt]\n");
    }
    text += QStringLiteral("};\n");
  }
  return text + tikz::end(style);
}

}  // namespace sinkscope
