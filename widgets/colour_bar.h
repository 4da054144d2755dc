#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <limits>

#include "widgets/colour_map.h"

namespace sinkscope {

/** An upright colour bar: the scale's colours, its ticks on the right, and beyond them its name, turned. */
struct ColourBar {
  ColourScale scale = {};
  QString label;
  QFont font;
  QColor text;
  double mark = std::numeric_limits<double>::quiet_NaN();  ///< a value with a mark across the bar, such as eps
  QColor markColour = Qt::black;

  /** The width of it all, given the coloured part: a name longer than that is high takes two lines. */
  double width(const QSizeF &bar, const QPaintDevice *device) const;
  /** Draws it; `bar` is the coloured part. */
  void paint(QPainter &painter, const QRectF &bar) const;
};

}  // namespace sinkscope
