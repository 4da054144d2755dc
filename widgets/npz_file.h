#pragma once

#include <QString>
#include <vector>

#include "widgets/figure.h"

namespace sinkscope {

/**
 * Writes arrays as NumPy's .npz, which `numpy.load` opens: float64, or fixed-width Unicode for texts. The same arrays
 * give the same bytes. Throws std::runtime_error with one sentence that names the file.
 */
void writeNpz(const QString &path, const std::vector<FigureArray> &arrays);

}  // namespace sinkscope
