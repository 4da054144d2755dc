#pragma once

#include <QColor>
#include <QSizeF>
#include <QString>

#include "widgets/figure_style.h"

namespace sinkscope::tikz {

/** What pieces of PGFPlots source are made of. */
QString number(double value);
QString rgb(const QColor &colour);
QString fontOf(const FigureStyle &style);

/** A text with what TeX would read as commands escaped; mathematical signs as TeX sets them. */
QString text(const QString &words);

/** The page of a style in points; `aspect` where it has none. */
QSizeF sizeOf(const FigureStyle &style, double aspect);

/** The first and the last lines of a picture. */
QString begin(const FigureStyle &style);
QString end(const FigureStyle &style);

/** What all axes share: size, title, how numbers are written. */
QString axisOptions(const FigureStyle &style, const QSizeF &size);

}  // namespace sinkscope::tikz
