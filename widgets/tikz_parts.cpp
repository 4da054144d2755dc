#include "widgets/tikz_parts.h"

#include <QHash>
#include <cmath>

#include "widgets/figure_page.h"

namespace sinkscope::tikz {

namespace {

constexpr double kLeading = 1.2;

}  // namespace

QString number(double value) {
  return std::isfinite(value) ? QString::number(value, 'g', 7) : QStringLiteral("nan");
}

QString rgb(const QColor &colour) {
  return QStringLiteral("{rgb,255:red,%1;green,%2;blue,%3}").arg(colour.red()).arg(colour.green()).arg(colour.blue());
}

QString fontOf(const FigureStyle &style) {
  return QStringLiteral("\\fontsize{%1}{%2}\\selectfont").arg(number(style.fontPt), number(style.fontPt * kLeading));
}

QSizeF sizeOf(const FigureStyle &style, double aspect) {
  const double width = style.widthMm * kPointsPerMm;
  return {width, width * (style.aspect > 0 ? style.aspect : aspect)};
}

QString begin(const FigureStyle &style) {
  QString lines = QStringLiteral(
      "%% Needs \\usepackage{pgfplots}, \\pgfplotsset{compat=1.18} and \\usepgfplotslibrary{groupplots};\n"
      "%% tokens beyond Latin letters need LuaLaTeX and a font that has them.\n"
      "\\begin{tikzpicture}[font=%1]\n");
  lines.replace(QStringLiteral("%%"), QStringLiteral("%"));
  return lines.arg(fontOf(style));
}

QString end(const FigureStyle &style) {
  QString lines;
  if (!style.panel.isEmpty()) {
    lines = QStringLiteral("\\node[anchor=north west, font=%1\\bfseries] at (current bounding box.north west) {%2};\n")
                .arg(fontOf(style), text(style.panel));
  }
  return lines + QStringLiteral("\\end{tikzpicture}\n");
}

QString axisOptions(const FigureStyle &style, const QSizeF &size) {
  QString options = QStringLiteral("  width=%1pt, height=%2pt, tick label style={/pgf/number format/1000 sep={}},\n")
                        .arg(number(size.width()), number(size.height()));
  if (!style.title.isEmpty()) options += QStringLiteral("  title={%1},\n").arg(text(style.title));
  return options;
}

QString text(const QString &words) {
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
  for (const QChar c : words) {
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

}  // namespace sinkscope::tikz
