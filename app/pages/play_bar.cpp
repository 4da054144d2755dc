#include "app/pages/play_bar.h"

#include "app/appearance.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSignalBlocker>

namespace sinkscope {
namespace {

constexpr int kStepMs = 220;

}  // namespace

PlayBar::PlayBar(QWidget* parent)
    : QWidget(parent),
      button_(new QToolButton(this)),
      slider_(new QSlider(Qt::Horizontal, this)),
      legend_(new ColourLegend(this)) {
  button_->setText(tr("Play"));
  button_->setCheckable(true);
  button_->setToolTip(tr("Draw the spread layer by layer"));
  slider_->setAccessibleName(tr("Layer"));
  slider_->setFixedWidth(50 * kGrid);
  slider_->setRange(1, 1);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpacing);
  for (QWidget* part : std::initializer_list<QWidget*>{button_, slider_, legend_}) row->addWidget(part);
  playing_.setInterval(kStepMs);
  connect(&playing_, &QTimer::timeout, this, &PlayBar::step);
  connect(button_, &QToolButton::toggled, this, &PlayBar::play);
  connect(slider_, &QSlider::valueChanged, this, [this](int value) { emit placeChanged(value - 1); });
  followStyle();
}

void PlayBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::StyleChange) followStyle();
}

void PlayBar::followStyle() {
  const bool moves = isAnimated(*this);
  if (!moves) button_->setChecked(false);
  button_->setVisible(moves);
}

void PlayBar::setPlaces(int places, int place) {
  button_->setChecked(false);
  const QSignalBlocker quiet(slider_);
  slider_->setRange(1, places);
  slider_->setValue(place + 1);
}

void PlayBar::play(bool on) {
  button_->setText(on ? tr("Pause") : tr("Play"));
  if (!on) return playing_.stop();
  if (slider_->value() == slider_->maximum()) slider_->setValue(slider_->minimum());
  playing_.start();
}

void PlayBar::step() {
  slider_->setValue(slider_->value() + 1);
  if (slider_->value() == slider_->maximum()) button_->setChecked(false);
}

}  // namespace sinkscope
