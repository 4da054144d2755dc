#pragma once

#include <QFontMetricsF>
#include <QString>
#include <QStringList>
#include <vector>

namespace sinkscope {

/** The round numbers (steps of 1, 2 or 5 times a power of ten) in minimum..maximum, at most `most` of them. */
std::vector<double> linearTicks(double minimum, double maximum, int most);

/** The powers of ten in minimum..maximum (both above 0), at most `most` of them, evenly thinned. */
std::vector<double> decadeTicks(double minimum, double maximum, int most);

/** The smallest of 1, 2, 5, 10, 20, 50, ... that times `pitch` is at least `extent`: every how many places a label
 * fits.
 */
int labelStep(double pitch, double extent);

/** A place on an axis and what stands there. */
struct Tick {
  double value = 0;
  QString label;
};

/** The ticks of a whole axis, at most `most`: round numbers, powers of ten where it is logarithmic (or 1, 2 and 5 times
 * them where that is less than two); `whole` leaves out what is no whole number.
 */
std::vector<Tick> axisTicks(double minimum, double maximum, bool logarithmic, int most, bool whole = false);

/** A tick's number, with the decimals that its distance to the next one needs; powers of ten as 10⁻³. */
QString tickLabel(double value, double step);
QString decadeLabel(double value);

/** One line of text in at most `width`: control characters become spaces, the end becomes an ellipsis. */
QString fitted(const QString &text, const QFontMetricsF &metrics, double width);

/** At most two lines, broken between words where one is too long for `width`; each fits it. */
QStringList wrapped(const QString &text, const QFontMetricsF &metrics, double width);

}  // namespace sinkscope
