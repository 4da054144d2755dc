#pragma once

#include <QColor>
#include <QFont>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QRectF>

#include "widgets/figure.h"

namespace sinkscope {

/** The inks of a printed figure: dark on white. */
namespace ink {
inline const QColor text{0x1a, 0x1a, 0x1a};
inline const QColor muted{0x4a, 0x4a, 0x4a};
inline const QColor line{0x80, 0x80, 0x80};
inline const QColor grid{0xdd, 0xdd, 0xdd};
inline const QColor empty{0xec, 0xec, 0xec};
inline const QColor sink{0xe8, 0x95, 0x0a};
inline const QColor sinkText{0x8f, 0x55, 0x00};
}  // namespace ink

constexpr double kPointsPerMm = 72 / 25.4;

/** Of a curve's width: that of a faint one, and the radius of a disc on its points. */
constexpr double kFaintWidth = 0.42;
constexpr double kDiscRadius = 1.17;

/** A white page with the panel's letter and the title on top and the conventions below; `body` is what is left for the
 * drawing.
 */
class FigurePage {
 public:
  FigurePage(QPainter &painter, const FigureStyle &style, const QSizeF &size, const QString &conventions);

  QPainter &painter;
  const FigureStyle &style;
  QFont font;             ///< of the style's size in points, whatever the device's resolution is
  QFontMetricsF metrics;  ///< of that font on the device
  double line = 0;        ///< its height
  double gap = 0;         ///< the unit of distances, a third of the height
  QRectF body;

  /** One line, centred in a box and elided to its width; `turned` reads upwards along the box's height. */
  void text(const QRectF &box, const QString &text, const QColor &colour, bool turned = false) const;
  /** What the title and the conventions add to a drawing's height, gaps included. */
  static double extraHeight(const FigureStyle &style, double width, const QString &conventions);
  /** What the margins take of a page's width, and of its height. */
  static double margins();
  /** A device on which points are points, to measure texts for a page that is not there yet. */
  static QImage measuringDevice();
  /** A font of this many points on the painter's device. */
  static QFont fontOf(const QPaintDevice *device, const FigureStyle &style, double points);
};

/**
 * Draws a picture of cells exactly: few of them as rectangles, many as one image, enlarged without smoothing first for
 * viewers that would blur it.
 */
void drawCells(QPainter &painter, const QRectF &target, const QImage &cells);

}  // namespace sinkscope
