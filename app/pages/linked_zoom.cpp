#include "app/pages/linked_zoom.h"

#include <QEvent>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kStep = 1.25;  // of a notch of the wheel
constexpr double kNotch = 120.0;

double shareOf(const QScrollBar* bar) {
  return bar->maximum() > 0 ? static_cast<double>(bar->value()) / bar->maximum() : 0.0;
}

}  // namespace

ZoomArea::ZoomArea(QWidget* view, QWidget* parent) : QScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);  // the view's own keys
  setWidget(view);
  view->setAutoFillBackground(false);
  viewport()->setAutoFillBackground(false);
  view->installEventFilter(this);
  for (const QScrollBar* bar : {horizontalScrollBar(), verticalScrollBar()})
    connect(bar, &QScrollBar::valueChanged, this, &ZoomArea::moved);
}

void ZoomArea::fit() {
  // Measured without bars, or their coming and going would change it.
  widget()->resize((QSizeF(maximumViewportSize()) * factor_).toSize());
}

void ZoomArea::zoomTo(double factor, const QPointF& point, const QPointF& place) {
  factor_ = factor;
  fit();
  horizontalScrollBar()->setValue(qRound(point.x() * widget()->width() - place.x()));
  verticalScrollBar()->setValue(qRound(point.y() * widget()->height() - place.y()));
}

QPointF ZoomArea::scrolled() const {
  return {shareOf(horizontalScrollBar()), shareOf(verticalScrollBar())};
}

void ZoomArea::scrollTo(const QPointF& way) {
  horizontalScrollBar()->setValue(qRound(way.x() * horizontalScrollBar()->maximum()));
  verticalScrollBar()->setValue(qRound(way.y() * verticalScrollBar()->maximum()));
}

void ZoomArea::resizeEvent(QResizeEvent* event) {
  fit();
  QScrollArea::resizeEvent(event);
}

bool ZoomArea::eventFilter(QObject* object, QEvent* event) {
  if (object != widget() || event->type() != QEvent::Wheel) return QScrollArea::eventFilter(object, event);
  const auto* wheel = static_cast<QWheelEvent*>(event);
  if (!(wheel->modifiers() & Qt::ControlModifier)) return false;
  const QPointF at = wheel->position();
  emit zoomWanted(std::pow(kStep, wheel->angleDelta().y() / kNotch),
                  {at.x() / std::max(1, widget()->width()), at.y() / std::max(1, widget()->height())},
                  at + QPointF(widget()->pos()));
  return true;
}

void LinkedZoom::setAreas(std::vector<ZoomArea*> areas) {
  for (ZoomArea* old : areas_) disconnect(old, nullptr, this, nullptr);
  areas_ = std::move(areas);
  for (ZoomArea* area : areas_) {
    connect(area, &ZoomArea::zoomWanted, this, &LinkedZoom::zoomAbout);
    connect(area, &ZoomArea::moved, this, [this, area] { follow(area); });
  }
  zoom(1.0 / factor_);
}

void LinkedZoom::zoom(double times) {
  const QPointF middle = areas_.empty() ? QPointF() : QRectF(areas_.front()->viewport()->rect()).center();
  zoomAbout(times, {0.5, 0.5}, middle);
}

void LinkedZoom::zoomAbout(double times, const QPointF& point, const QPointF& place) {
  factor_ = std::clamp(factor_ * times, 1.0, kMost);
  const bool before = std::exchange(moving_, true);
  for (ZoomArea* area : areas_) area->zoomTo(factor_, point, place);
  moving_ = before;
  emit zoomed(factor_);
}

void LinkedZoom::follow(const ZoomArea* moved) {
  if (std::exchange(moving_, true)) return;
  for (ZoomArea* area : areas_)
    if (area != moved) area->scrollTo(moved->scrolled());
  moving_ = false;
}

}  // namespace sinkscope
