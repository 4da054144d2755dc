#include "widgets/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace sinkscope {

namespace {

constexpr double kTolerance = 1e-9;  // of a step: 0.3 / 0.1 is a hair below 3

QString superscript(int number) {
  static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
  QString text = number < 0 ? QStringLiteral("⁻") : QString();
  for (QChar digit : QString::number(std::abs(number))) text += digits.at(digit.digitValue());
  return text;
}

/** 1, 2 and 5 times the powers of ten. */
std::vector<double> roundTicks(double minimum, double maximum) {
  std::vector<double> ticks;
  const int first = static_cast<int>(std::floor(std::log10(minimum)));
  const int last = static_cast<int>(std::ceil(std::log10(maximum)));
  for (int power = first; power <= last; ++power) {
    for (double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, power);
      if (value >= minimum * (1 - kTolerance) && value <= maximum * (1 + kTolerance)) ticks.push_back(value);
    }
  }
  return ticks;
}

}  // namespace

std::vector<double> linearTicks(double minimum, double maximum, int most) {
  std::vector<double> ticks;
  if (!(maximum > minimum) || most < 1 || !std::isfinite(maximum - minimum)) return ticks;
  const double decade = std::pow(10.0, std::floor(std::log10((maximum - minimum) / most)));
  double step = decade;
  long first = 0;
  long last = 0;
  for (double factor : {1.0, 2.0, 5.0, 10.0, 20.0}) {
    step = factor * decade;
    first = std::lround(std::ceil(minimum / step - kTolerance));
    last = std::lround(std::floor(maximum / step + kTolerance));
    if (last - first + 1 <= most) break;
  }
  for (long i = first; i <= last; ++i) ticks.push_back(static_cast<double>(i) * step);
  return ticks;
}

std::vector<double> decadeTicks(double minimum, double maximum, int most) {
  std::vector<double> ticks;
  if (!(minimum > 0) || !(maximum > minimum) || most < 1) return ticks;
  const int first = static_cast<int>(std::ceil(std::log10(minimum) - kTolerance));
  const int last = static_cast<int>(std::floor(std::log10(maximum) + kTolerance));
  const int step = std::max(1, (last - first + most) / most);
  // From the top down: the end of the scale is what the colours are read against.
  for (int power = last; power >= first; power -= step) ticks.insert(ticks.begin(), std::pow(10.0, power));
  return ticks;
}

std::vector<Tick> axisTicks(double minimum, double maximum, bool logarithmic, int most, bool whole) {
  std::vector<Tick> ticks;
  if (logarithmic && minimum > 0) {
    const std::vector<double> decades = decadeTicks(minimum, maximum, most);
    for (double value : decades) ticks.push_back({value, decadeLabel(value)});
    if (decades.size() >= 2) return ticks;
    ticks.clear();
    for (double value : roundTicks(minimum, maximum)) ticks.push_back({value, QString::number(value, 'g', 3)});
    if (ticks.size() >= 2 && static_cast<int>(ticks.size()) <= most) return ticks;
    ticks.clear();
  }
  const std::vector<double> values = linearTicks(minimum, maximum, most);
  const double step = values.size() > 1 ? values[1] - values[0] : 0;
  for (double value : values) {
    // Between two layers there is nothing to name.
    if (whole && std::abs(value - std::round(value)) > 1e-6) continue;
    ticks.push_back({value, tickLabel(value, whole ? std::max(1.0, step) : step)});
  }
  return ticks;
}

int labelStep(double pitch, double extent) {
  if (!(pitch > 0)) return 1;
  for (int decade = 1; decade < 1000000000; decade *= 10) {
    for (int factor : {1, 2, 5}) {
      if (static_cast<double>(factor) * decade * pitch >= extent) return factor * decade;
    }
  }
  return 1000000000;
}

QString tickLabel(double value, double step) {
  if (value == 0) return QStringLiteral("0");
  const double size = std::abs(step);
  if (size >= 1e6 || (size > 0 && size < 1e-5)) return QString::number(value, 'g', 3);
  const int decimals = size > 0 ? std::max(0, static_cast<int>(std::ceil(-std::log10(size) - kTolerance))) : 2;
  return QString::number(value, 'f', decimals).replace(QLatin1Char('-'), QStringLiteral("−"));
}

QString decadeLabel(double value) {
  const int power = static_cast<int>(std::lround(std::log10(value)));
  if (power == 0) return QStringLiteral("1");
  if (power == 1) return QStringLiteral("10");
  if (power == -1) return QStringLiteral("0.1");
  return QStringLiteral("10") + superscript(power);
}

QString fitted(const QString &text, const QFontMetricsF &metrics, double width) {
  QString line = text;
  for (QChar &character : line) {
    if (character.category() == QChar::Other_Control) character = QLatin1Char(' ');
  }
  // Half a pixel of slack: a label measured with this very font always fits its own width.
  return metrics.elidedText(line, Qt::ElideRight, width + 0.5);
}

QStringList wrapped(const QString &text, const QFontMetricsF &metrics, double width) {
  if (text.isEmpty()) return {};
  if (metrics.horizontalAdvance(text) <= width) return {text};
  // The longest beginning that fits, up to a space.
  for (int space = text.lastIndexOf(QLatin1Char(' ')); space > 0;
       space = text.lastIndexOf(QLatin1Char(' '), space - 1)) {
    if (text.left(space).count(QChar(u'‖')) % 2 != 0) continue;  // not within a norm
    if (metrics.horizontalAdvance(text.left(space)) > width) continue;
    return {text.left(space), fitted(text.mid(space + 1), metrics, width)};
  }
  return {fitted(text, metrics, width)};
}

}  // namespace sinkscope
