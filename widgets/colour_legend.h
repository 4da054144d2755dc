#pragma once

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QWidget>

#include "widgets/colour_map.h"

namespace sinkscope {

/** A level colour bar between the values that it runs from and to, and its name behind them. */
struct LevelColourBar {
  ColourScale scale = {};
  QString label;
  QFont font;
  QColor text;

  /** All of it, one line high. */
  double width(const QPaintDevice *device) const;
  /** Draws it into a box from the left; a name that is too long is elided. */
  void paint(QPainter &painter, const QRectF &box) const;
};

/** The same as a widget: what the colours of the chips mean. Shows nothing without a label. */
class ColourLegend : public QWidget {
  Q_OBJECT

 public:
  explicit ColourLegend(QWidget *parent = nullptr);

  void setScale(const ColourScale &scale, const QString &label);
  QString label() const { return label_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent *event) override;

 private:
  LevelColourBar bar() const;

  ColourScale scale_;
  QString label_;
};

}  // namespace sinkscope
