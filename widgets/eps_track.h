#pragma once

#include <QRectF>
#include <QWidget>
#include <vector>

namespace sinkscope {

/** Where values stand on the track, and which a pointer means. Plain numbers. */
struct EpsScale {
  double left = 0;
  double right = 1;

  double toPixel(double value) const { return left + value * (right - left); }
  /** The value at a pixel, 0..1 in steps of 0.005 (or a pixel's worth where that is coarser); within 4 pixels of a mark
   * it is the mark. */
  double toValue(double pixel) const;
};

/** A marked value: 0.3 (Gu) or 0.8 (paper). */
struct EpsMark {
  double value = 0;
  QString label;
};

const std::vector<EpsMark> &epsMarks();

/** The track of the eps slider: a line from 0 to 1 with a handle and the marks below it. */
class EpsTrack : public QWidget {
  Q_OBJECT

 public:
  explicit EpsTrack(QWidget *parent = nullptr);

  double value() const { return value_; }
  /** Sends no signal: only the user's own changes do. */
  void setValue(double value);
  EpsScale scale() const;
  /** Where a mark's label stands; a click on it sets its value. */
  QRectF markRect(int index) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void valueChanged(double value);

 protected:
  void paintEvent(QPaintEvent *event) override;
  void mousePressEvent(QMouseEvent *event) override;
  void mouseMoveEvent(QMouseEvent *event) override;
  void wheelEvent(QWheelEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;

 private:
  void choose(double value);
  double lineY() const;

  double value_ = 0.3;
};

}  // namespace sinkscope
