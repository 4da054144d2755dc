#include "app/change_figures.h"

#include <QObject>

namespace sinkscope {
namespace {

/// How far below its largest value a logarithmic map still tells changes apart.
constexpr double kDepth = 1e-3;

}  // namespace

QString changeNormTitle(ChangeNorm norm) {
  switch (norm) {
    case ChangeNorm::L2:
      return QObject::tr("change ‖Δv‖");
    case ChangeNorm::Relative:
      return QObject::tr("relative change ‖Δv‖ / ‖v‖");
    case ChangeNorm::Infinity:
      return QObject::tr("largest component of Δv");
    case ChangeNorm::Cosine:
      return QObject::tr("1 − cos(v, v′)");
  }
  return {};
}

ColourScale changeScale(double largest, bool logarithmic) {
  ColourScale scale;
  scale.maximum = largest;
  scale.minimum = logarithmic ? kDepth * largest : 0.0;
  scale.logarithmic = logarithmic;
  return scale;
}

double largestOf(const std::vector<LayerMapData>& maps) {
  double most = 0.0;
  for (const LayerMapData& map : maps)
    for (const float value : map.values.values)
      if (value > most) most = value;
  return most > 0.0 ? most : 1.0;
}

std::vector<double> layerAxis(std::size_t places) {
  std::vector<double> x(places);
  for (std::size_t place = 0; place < places; ++place) x[place] = static_cast<double>(place) - 1.0;
  return x;
}

QString layerNote(std::size_t places) {
  return QObject::tr(" · layer −1: embedding, %1: final norm").arg(places - 2);
}

QString placeWords(std::size_t place, std::size_t places) {
  if (place == 0) return QObject::tr("at the embedding");
  return place + 1 == places ? QObject::tr("after the final norm") : QObject::tr("after layer %1").arg(place - 1);
}

ColourRole roleOf(Condition condition, std::size_t index) {
  return condition == Condition::Bos ? ColourRole::Sink : curveRole(index);
}

}  // namespace sinkscope
