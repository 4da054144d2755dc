#include "widgets/curve_plot.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <ranges>

#include "widgets/plot_parts.h"

namespace sinkscope {

namespace {

constexpr double kNear = 24;               // pixels from a curve that still mean it
constexpr std::size_t kMostInReadout = 8;  // curves that are all read at once

QString shortNumber(double value) {
  return std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'g', 3);
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/** The point of a curve at that x, or its size. */
std::size_t pointAt(const Curve &curve, double x) {
  const auto places = std::views::iota(std::size_t{0}, curve.size());
  const auto found = std::ranges::lower_bound(places, x, {}, [&](std::size_t i) { return curve.xAt(i); });
  return found != places.end() && curve.xAt(*found) == x ? *found : curve.size();
}

}  // namespace

CurvePlot::CurvePlot(QWidget *parent) : QWidget(parent), plot_(new QCustomPlot(this)) {
  auto *layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(plot_);
  preparePlot(*plot_);
  plot_->setAutoAddPlottableToLegend(false);
  plot_->installEventFilter(this);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Curves"));
  rebuild();
}

void CurvePlot::setCurves(Curves curves) {
  curves_ = std::move(curves);
  if (lit_ >= static_cast<int>(curves_.curves.size())) lit_ = -1;
  hovered_ = -1;  // the next move of the pointer is news again
  hoveredX_ = kNone;
  rebuild();
}

void CurvePlot::highlight(int curve) {
  const int wanted = curve >= 0 && curve < static_cast<int>(curves_.curves.size()) ? curve : -1;
  if (wanted == lit_) return;
  lit_ = wanted;
  light();
}

void CurvePlot::highlightX(double x) {
  if (same(x, litX_)) return;
  litX_ = x;
  light();
}

void CurvePlot::setLeftRoom(int pixels) {
  plot_->axisRect()->setMinimumMargins(QMargins(pixels, 0, 0, 0));
  redraw(*plot_);
}

QString CurvePlot::readout() const {
  return readout_ && readout_->visible() ? readout_->text() : QString();
}

QString CurvePlot::readoutAt(double x) const {
  QStringList lines;
  const auto value = [&](const Curve &curve) {
    const std::size_t at = pointAt(curve, x);
    if (at == curve.size()) return;
    QString text = tr("%1: %2").arg(curve.name, shortNumber(curve.y[at]));
    if (curve.banded()) text += tr(" (%1 to %2)").arg(shortNumber(curve.lower[at]), shortNumber(curve.upper[at]));
    lines << text;
  };
  if (!std::isnan(x)) {
    lines << tr("%1 %2").arg(curves_.x.title, QString::number(x, 'g', 6));
    if (curves_.curves.size() <= kMostInReadout) {
      for (const Curve &curve : curves_.curves) value(curve);
    } else if (lit_ >= 0) {
      value(curves_.curves[static_cast<std::size_t>(lit_)]);
    }
  } else if (lit_ >= 0 && curves_.curves.size() > kMostInReadout) {
    lines << curves_.curves[static_cast<std::size_t>(lit_)].name;
  }
  return lines.join(QLatin1Char('\n'));
}

int CurvePlot::curveAt(const QPointF &position) const {
  double nearest = kNear;
  int found = -1;
  for (std::size_t i = 0; i < graphs_.size(); ++i) {
    const double distance = graphs_[i]->selectTest(position, false);
    if (distance < 0 || distance >= nearest) continue;
    nearest = distance;
    found = static_cast<int>(i);
  }
  return found;
}

double CurvePlot::xAt(const QPointF &position) const {
  if (xs_.empty() || !plot_->axisRect()->rect().contains(position.toPoint())) return kNone;
  const auto pixels = [&](double x) { return std::abs(plot_->xAxis->coordToPixel(x) - position.x()); };
  return *std::min_element(xs_.begin(), xs_.end(), [&](double a, double b) { return pixels(a) < pixels(b); });
}

void CurvePlot::hover(int curve, double x) {
  if (curve == hovered_ && same(x, hoveredX_)) return;
  hovered_ = curve;
  hoveredX_ = x;
  lit_ = curve;
  litX_ = x;
  light();
  emit hovered(curve, x);
}

void CurvePlot::keyPressEvent(QKeyEvent *event) {
  const int last = static_cast<int>(curves_.curves.size()) - 1;
  const auto at = std::lower_bound(xs_.begin(), xs_.end(), litX_);
  int place = std::isnan(litX_) || at == xs_.end() ? -1 : static_cast<int>(at - xs_.begin());
  int curve = lit_;
  switch (event->key()) {
    case Qt::Key_Left:
      --place;
      break;
    case Qt::Key_Right:
      ++place;
      break;
    case Qt::Key_Up:
      --curve;
      break;
    case Qt::Key_Down:
      ++curve;
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      emit clicked(lit_, litX_);
      return;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (xs_.empty()) return;
  hover(std::clamp(curve, 0, last),
        xs_[static_cast<std::size_t>(std::clamp(place, 0, static_cast<int>(xs_.size()) - 1))]);
}

bool CurvePlot::eventFilter(QObject *object, QEvent *event) {
  if (object == plot_ && event->type() == QEvent::MouseMove) {
    const QPointF position = static_cast<QMouseEvent *>(event)->position();
    const double x = xAt(position);
    hover(std::isnan(x) ? -1 : curveAt(position), x);
  } else if (object == plot_ && event->type() == QEvent::Leave) {
    hover(-1, kNone);
  } else if (object == plot_ && event->type() == QEvent::MouseButtonPress) {
    const auto *press = static_cast<QMouseEvent *>(event);
    const double x = xAt(press->position());
    if (press->button() == Qt::LeftButton && !std::isnan(x)) emit clicked(curveAt(press->position()), x);
  }
  return QWidget::eventFilter(object, event);
}

}  // namespace sinkscope
