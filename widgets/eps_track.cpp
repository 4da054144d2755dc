#include "widgets/eps_track.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr double kHandle = 7;       // radius
constexpr double kSnap = 4;         // pixels
constexpr double kFineStep = 0.01;  // of the arrow keys
constexpr double kPageStep = 0.1;
constexpr double kPrecision = 0.005;

}  // namespace

const std::vector<EpsMark> &epsMarks() {
  static const std::vector<EpsMark> marks = {{0.3, EpsTrack::tr("0.3 Gu")}, {0.8, EpsTrack::tr("0.8 paper")}};
  return marks;
}

double EpsScale::toValue(double pixel) const {
  if (!(right > left)) return 0;
  for (const EpsMark &mark : epsMarks()) {
    if (std::abs(toPixel(mark.value) - pixel) <= kSnap) return mark.value;
  }
  const double value = std::clamp((pixel - left) / (right - left), 0.0, 1.0);
  return std::round(value / kPrecision) * kPrecision;
}

EpsTrack::EpsTrack(QWidget *parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("eps"));
  setToolTip(tr("The threshold eps: a head is a sink when its share exceeds it"));
  setAccessibleDescription(tr("%1; the arrow keys move it by 0.01, Page Up and Page Down by 0.1").arg(value_));
}

void EpsTrack::setValue(double value) {
  if (value == value_) return;
  value_ = value;
  setAccessibleDescription(tr("%1; the arrow keys move it by 0.01, Page Up and Page Down by 0.1").arg(value_));
  update();
}

void EpsTrack::choose(double value) {
  const double wanted = std::clamp(value, 0.0, 1.0);
  if (wanted == value_) return;
  setValue(wanted);
  emit valueChanged(wanted);
}

EpsScale EpsTrack::scale() const {
  return {kHandle + 2, width() - kHandle - 2};
}

double EpsTrack::lineY() const {
  return kHandle + 3;
}

QRectF EpsTrack::markRect(int index) const {
  const EpsMark &mark = epsMarks()[static_cast<std::size_t>(index)];
  const QFontMetricsF metrics(themeFor(this).caption, this);
  const double width = std::ceil(metrics.horizontalAdvance(mark.label)) + 2;
  const double left = std::clamp(scale().toPixel(mark.value) - width / 2, 0.0, std::max(0.0, this->width() - width));
  return {left, lineY() + kHandle + 2, width, std::ceil(metrics.height())};
}

QSize EpsTrack::sizeHint() const {
  return {240, static_cast<int>(std::ceil(markRect(0).bottom()))};
}

QSize EpsTrack::minimumSizeHint() const {
  // Narrower than this, the labels of the marks would meet.
  const double labels = markRect(0).width() + markRect(1).width();
  return {static_cast<int>(std::max(140.0, labels + 3 * kSpacing)), sizeHint().height()};
}

void EpsTrack::mousePressEvent(QMouseEvent *event) {
  if (event->button() != Qt::LeftButton) return;
  for (std::size_t i = 0; i < epsMarks().size(); ++i) {
    if (markRect(static_cast<int>(i)).contains(event->position())) return choose(epsMarks()[i].value);
  }
  choose(scale().toValue(event->position().x()));
}

void EpsTrack::mouseMoveEvent(QMouseEvent *event) {
  if (event->buttons() & Qt::LeftButton) choose(scale().toValue(event->position().x()));
}

void EpsTrack::wheelEvent(QWheelEvent *event) {
  const double steps = event->angleDelta().y() / 120.0;
  choose(std::round((value_ + steps * kFineStep) * 1000) / 1000);
  event->accept();
}

void EpsTrack::keyPressEvent(QKeyEvent *event) {
  double step = 0;
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
      step = -kFineStep;
      break;
    case Qt::Key_Right:
    case Qt::Key_Up:
      step = kFineStep;
      break;
    case Qt::Key_PageDown:
      step = -kPageStep;
      break;
    case Qt::Key_PageUp:
      step = kPageStep;
      break;
    case Qt::Key_Home:
      return choose(0);
    case Qt::Key_End:
      return choose(1);
    default:
      return QWidget::keyPressEvent(event);
  }
  // Rounded, so that ten steps of 0.01 are 0.1 and not a hair less.
  choose(std::round((value_ + step) * 1000) / 1000);
}

void EpsTrack::paintEvent(QPaintEvent *) {
  const Theme theme = themeFor(this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const EpsScale along = scale();
  const double y = lineY();
  const double x = along.toPixel(value_);
  painter.setPen(QPen(theme.line, 4, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(QPointF(along.left, y), QPointF(along.right, y));
  // What lies above eps is the sink's.
  painter.setPen(QPen(theme.accent, 4, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(QPointF(x, y), QPointF(along.right, y));
  painter.setFont(theme.caption);
  for (std::size_t i = 0; i < epsMarks().size(); ++i) {
    const double at = along.toPixel(epsMarks()[i].value);
    painter.setPen(QPen(theme.mutedText, 1));
    painter.drawLine(QPointF(at, y + 4), QPointF(at, y + kHandle + 1));
    painter.setPen(value_ == epsMarks()[i].value ? theme.text : theme.mutedText);
    painter.drawText(markRect(static_cast<int>(i)), Qt::AlignCenter | Qt::TextDontClip, epsMarks()[i].label);
  }
  painter.setPen(QPen(theme.selection, 2));
  painter.setBrush(theme.surface);
  painter.drawEllipse(QPointF(x, y), kHandle - 1, kHandle - 1);
  if (hasFocus()) {
    painter.setBrush(theme.selection);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(x, y), 3, 3);
  }
}

}  // namespace sinkscope
