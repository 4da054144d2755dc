#include "app/head_scatter.h"

#include <QObject>

namespace sinkscope {

HeadClassBounds headBounds(double epsilon) {
  HeadClassBounds bounds;
  bounds.rest = epsilon;
  return bounds;
}

QString className(HeadClass headClass) {
  switch (headClass) {
    case HeadClass::Active:
      return QObject::tr("active");
    case HeadClass::NoOp:
      return QObject::tr("no-op");
    case HeadClass::Broadcast:
      return QObject::tr("broadcast");
  }
  return {};
}

Scatter headScatter(const Array<double, 2>& rest, const Array<double, 2>& drain, const HeadClassBounds& bounds) {
  Scatter data;
  for (std::size_t layer = 0; layer < rest.extent(0); ++layer)
    for (std::size_t head = 0; head < rest.extent(1); ++head) {
      data.x.push_back(rest(layer, head));
      data.y.push_back(drain(layer, head));
      data.classOf.push_back(static_cast<int>(headClass(rest(layer, head), drain(layer, head), bounds)));
      data.labels << QObject::tr("layer %1, head %2").arg(layer).arg(head);
    }
  // The square of the second role stays apart from the others' discs where there is no colour.
  data.classes = {
      {QObject::tr("%1: α₀ ≤ %2").arg(className(HeadClass::Active)).arg(bounds.rest, 0, 'g', 3), ColourRole::Muted},
      {QObject::tr("%1: drain < %2").arg(className(HeadClass::NoOp)).arg(bounds.drain), ColourRole::Sink},
      {QObject::tr("%1: drain ≥ %2").arg(className(HeadClass::Broadcast)).arg(bounds.drain), ColourRole::Second}};
  data.xAxis = {.title = QObject::tr("rest on token 0, α₀"), .minimum = 0.0, .maximum = 1.04};
  data.yAxis = {.title = QObject::tr("drain ‖W_O v₀‖ / median ‖W_O v‖"), .logarithmic = true};
  data.xBounds = {bounds.rest};
  data.yBounds = {bounds.drain};
  return data;
}

QString headLine(std::size_t layer, std::size_t head, double rest, double drain, const HeadClassBounds& bounds) {
  return QObject::tr("layer %1, head %2: α₀ %3, drain %4: %5")
      .arg(layer)
      .arg(head)
      .arg(rest, 0, 'f', 3)
      .arg(drain, 0, 'g', 3)
      .arg(className(headClass(rest, drain, bounds)));
}

}  // namespace sinkscope
