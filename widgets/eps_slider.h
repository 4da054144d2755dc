#pragma once

#include <QWidget>

class QDoubleSpinBox;

namespace sinkscope {

class EpsTrack;

/** The threshold eps of the sink metric, 0..1, with the values that papers use marked: 0.3 (Gu) and 0.8 (paper). */
class EpsSlider : public QWidget {
  Q_OBJECT

 public:
  explicit EpsSlider(QWidget *parent = nullptr);

  double epsilon() const;
  /** Clamped to 0..1; emits `epsilonChanged` when the value changes. */
  void setEpsilon(double eps);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void epsilonChanged(double eps);

 private:
  double epsilon_ = 0.3;
  EpsTrack *track_;
  QDoubleSpinBox *box_;
};

}  // namespace sinkscope
