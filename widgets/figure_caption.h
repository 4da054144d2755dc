#pragma once

#include <QString>

#include "widgets/figure.h"

namespace sinkscope {

/**
 * Writes what must be said under a figure beside its file: `NAME.txt` with title, conventions and where the numbers
 * come from, and `NAME.caption.tex` with the same as a LaTeX \\caption. Returns both paths. Throws std::runtime_error
 * with one sentence that names the file.
 */
QStringList writeCaption(const FigureDrawing &drawing, const FigureStyle &style, const QString &figurePath);

}  // namespace sinkscope
