#include "widgets/eps_slider.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "widgets/eps_track.h"
#include "widgets/theme.h"

namespace sinkscope {

EpsSlider::EpsSlider(QWidget *parent) : QWidget(parent), track_(new EpsTrack(this)), box_(new QDoubleSpinBox(this)) {
  box_->setRange(0, 1);
  box_->setDecimals(3);
  box_->setSingleStep(0.01);
  box_->setKeyboardTracking(false);
  box_->setAccessibleName(tr("eps"));
  box_->setToolTip(tr("The threshold eps: a head is a sink when its share exceeds it"));
  auto *layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kSpacing);
  layout->addWidget(track_, 1);
  layout->addWidget(box_, 0, Qt::AlignVCenter);
  setFocusProxy(track_);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  box_->setValue(track_->value());
  connect(track_, &EpsTrack::valueChanged, this, &EpsSlider::setEpsilon);
  connect(box_, &QDoubleSpinBox::valueChanged, this, &EpsSlider::setEpsilon);
}

double EpsSlider::epsilon() const {
  return epsilon_;
}

void EpsSlider::setEpsilon(double eps) {
  if (std::isnan(eps)) return;
  const double wanted = std::clamp(eps, 0.0, 1.0);
  if (wanted == epsilon_) return;
  epsilon_ = wanted;
  // The box rounds to its decimals; what it shows must not come back as the value.
  const QSignalBlocker quiet(box_);
  box_->setValue(wanted);
  track_->setValue(wanted);
  emit epsilonChanged(wanted);
}

QSize EpsSlider::sizeHint() const {
  return {260 + box_->sizeHint().width(), track_->sizeHint().height()};
}

QSize EpsSlider::minimumSizeHint() const {
  return {track_->minimumSizeHint().width() + kSpacing + box_->minimumSizeHint().width(), track_->sizeHint().height()};
}

}  // namespace sinkscope
