#pragma once

#include <QImage>
#include <QString>
#include <QStringList>

#include "widgets/matrix.h"

namespace sinkscope {

/** Perceptually ordered colour maps; Diverging runs from blue over near-white (0.5) to red. */
enum class ColourMap { Viridis, Cividis, Magma, Diverging };

/** The opaque colour of a value in 0..1; values outside are clamped, NaN is transparent. */
QRgb colourAt(ColourMap map, double value);

/** The name of a map, as shown and as `colourMapNamed` takes it. */
QString colourMapName(ColourMap map);

/** The names of all maps, in the order of the enumeration. */
QStringList colourMapNames();

/** Those that run from little to much: all but the diverging one, which has a middle. */
QStringList sequentialColourMapNames();

/** The map of that name (case does not matter); Viridis when there is none. */
ColourMap colourMapNamed(const QString &name);

/** How values become positions on a colour map. */
struct ColourScale {
  ColourMap map = ColourMap::Viridis;
  double minimum = 0;
  double maximum = 1;
  bool logarithmic = false;
  double floor = 1e-4;  ///< what the logarithmic scale begins at when the minimum is not above 0

  /** 0..1, clamped; NaN stays NaN. */
  double position(double value) const;
  QRgb colour(double value) const { return colourAt(map, position(value)); }
  /** The value at a position: the inverse of `position`. */
  double valueAt(double position) const;
};

/** One pixel a cell, row 0 on top; cells without a value are transparent. */
QImage imageOf(const Matrix &matrix, const ColourScale &scale);

/** The luminance of a colour as WCAG 2 has it, 0..1. */
double luminance(QRgb colour);

/** Black or white, whichever is easier to read on a ground of this colour. */
QRgb inkOn(QRgb ground);

}  // namespace sinkscope
