#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QStringList>
#include <vector>

#include "widgets/heatmap_window.h"

namespace sinkscope {

/**
 * The tokens along the two axes of a heatmap: keys below, turned where they would not fit level, and queries on the
 * left; thinned until no two overlap. Lengths follow the font, so that it serves pixels and points alike.
 */
struct TokenAxes {
  HeatmapWindow window;
  QRectF plot;
  QStringList tokens;  ///< empty: positions
  QFont font;
  QColor text;
  QColor line;
  QColor sinkText;
  double queryExtent = 0;  ///< the room of a label on the left: longer ones are elided to it
  double keyExtent = 0;    ///< the same below
  bool marksSink = true;
  int sink = 0;     ///< the token whose label is amber where `marksSink`
  int marked = -1;  ///< the token whose label is in `markedText`
  QColor markedText;
  int litQuery = -1;  ///< always has its label, on a ground of its own; its neighbours give way
  int litKey = -1;
  QColor litGround;
  QColor litInk;

  /** The width of the widest label, at most `maximum`. */
  static double widest(const QStringList &tokens, int count, const QFontMetricsF &metrics, double maximum);
  /** Sets both extents to those of the labels that are shown now, at most `maximum`: for a drawing that stays as it is.
   */
  void fitLabels(double maximum, const QPaintDevice *device);
  /** The room that the labels take left of and below the plot, ticks included. */
  double leftRoom(const QPaintDevice *device) const;
  double bottomRoom(bool level, const QPaintDevice *device) const;

  /** The tokens that get a label, by axis. */
  std::vector<int> shownQueries(const QPaintDevice *device) const;
  std::vector<int> shownKeys(const QPaintDevice *device) const;
  /** Whether the key labels fit level. */
  bool level(const QPaintDevice *device) const;

  void paint(QPainter &painter) const;
  /** The two axes alone. */
  void paintQueries(QPainter &painter) const;
  void paintKeys(QPainter &painter) const;

 private:
  QString label(int token) const;
  QColor inkOf(int token) const;
  double queryRoom(const QPaintDevice *device) const;
  double keyRoom(const QPaintDevice *device) const;
  double queryPitch() const;
  double keyPitch() const;
  void paintQuery(QPainter &painter, int token, const QColor &ink, const QColor *ground) const;
  void paintKey(QPainter &painter, int token, bool level, const QColor &ink, const QColor *ground) const;
};

/** One bar a key, from the floor of `area` up; the longest of all keys fills it. Token 0 has a colour of its own. */
void paintKeyBars(QPainter &painter, const QRectF &area, const HeatmapWindow &window, const std::vector<float> &bars,
                  const QColor &colour, const QColor &sinkColour);

/** The largest of the bars that is a number, 0 when there is none. */
float longestBar(const std::vector<float> &bars);

/** Frames a token's column where it is in view: token 0's in amber is the sink's. */
void paintColumnFrame(QPainter &painter, const QRectF &plot, const HeatmapWindow &window, int token, double width,
                      const QColor &colour);

}  // namespace sinkscope
