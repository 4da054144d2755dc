#include "widgets/colour_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/colour_tables.h"

namespace sinkscope {

namespace {

struct NamedMap {
  ColourMap map;
  const char *name;
  const tables::Table *table;
};

constexpr std::array<NamedMap, 4> kMaps = {{{ColourMap::Viridis, "Viridis", &tables::kViridis},
                                            {ColourMap::Cividis, "Cividis", &tables::kCividis},
                                            {ColourMap::Magma, "Magma", &tables::kMagma},
                                            {ColourMap::Diverging, "Diverging", &tables::kDiverging}}};

/** Where a logarithmic scale begins: above 0 and below its end. */
double logarithmicStart(const ColourScale &scale) {
  return scale.minimum > 0 ? scale.minimum : scale.floor;
}

}  // namespace

QRgb colourAt(ColourMap map, double value) {
  if (std::isnan(value)) return qRgba(0, 0, 0, 0);
  const auto &table = *kMaps[static_cast<std::size_t>(map)].table;
  const double place = std::clamp(value, 0.0, 1.0) * static_cast<double>(table.size());  // as matplotlib counts
  return 0xff000000u | table[std::min(static_cast<std::size_t>(place), table.size() - 1)];
}

QString colourMapName(ColourMap map) {
  return QString::fromLatin1(kMaps[static_cast<std::size_t>(map)].name);
}

QStringList colourMapNames() {
  QStringList names;
  for (const NamedMap &entry : kMaps) names << QString::fromLatin1(entry.name);
  return names;
}

QStringList sequentialColourMapNames() {
  QStringList names = colourMapNames();
  names.removeAll(colourMapName(ColourMap::Diverging));
  return names;
}

ColourMap colourMapNamed(const QString &name) {
  const QString wanted = name.trimmed();
  for (const NamedMap &entry : kMaps) {
    if (wanted.compare(QLatin1String(entry.name), Qt::CaseInsensitive) == 0) return entry.map;
  }
  return ColourMap::Viridis;
}

double ColourScale::position(double value) const {
  if (std::isnan(value)) return value;
  if (!logarithmic) {
    return maximum > minimum ? std::clamp((value - minimum) / (maximum - minimum), 0.0, 1.0) : 0.0;
  }
  const double start = logarithmicStart(*this);
  if (value <= start || maximum <= start) return 0.0;
  return std::min(1.0, std::log(value / start) / std::log(maximum / start));
}

double ColourScale::valueAt(double position) const {
  if (!logarithmic) return minimum + position * (maximum - minimum);
  const double start = logarithmicStart(*this);
  return maximum > start ? start * std::pow(maximum / start, position) : start;
}

QImage imageOf(const Matrix &matrix, const ColourScale &scale) {
  if (matrix.empty()) return {};
  QImage image(matrix.columns, matrix.rows, QImage::Format_ARGB32);
  for (int row = 0; row < matrix.rows; ++row) {
    auto *line = reinterpret_cast<QRgb *>(image.scanLine(row));
    for (int column = 0; column < matrix.columns; ++column) line[column] = scale.colour(matrix.at(row, column));
  }
  return image;
}

double luminance(QRgb colour) {
  const auto linear = [](int channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour)) + 0.0722 * linear(qBlue(colour));
}

QRgb inkOn(QRgb ground) {
  return luminance(ground) > 0.18 ? qRgb(0, 0, 0) : qRgb(255, 255, 255);  // where both contrasts are alike
}

}  // namespace sinkscope
