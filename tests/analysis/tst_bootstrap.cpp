#include "core/analysis/bootstrap.h"
#include "tests/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <random>
#include <vector>

using namespace sinkscope;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> listOf(const MeanInterval& interval) {
  return {interval.mean, interval.low, interval.high};
}

std::vector<double> listOf(const QJsonArray& values) {
  std::vector<double> result;
  for (const QJsonValue& value : values) result.push_back(value.isNull() ? kNaN : value.toDouble());
  return result;
}

}  // namespace

/// The bootstrap's interval on cases known by hand, and against numpy.
class TestBootstrap : public QObject {
  Q_OBJECT

 private slots:
  void sameDrawsAsNumpy() {
    QFile file(SINKSCOPE_TEST_DATA "/bootstrap.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray cases = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE(cases.size(), 4);
    for (const QJsonValue& one : cases) {
      const MeanInterval interval = bootstrapMean(listOf(one["values"].toArray()), one["resamples"].toInt(),
                                                  static_cast<std::uint64_t>(one["seed"].toInt()));
      COMPARE_NUMBERS("interval", listOf(interval), listOf(one["interval"].toArray()), 1e-12, 1e-12);
    }
  }

  /// Of the values 0 and 1 a draw of two has the mean 0, 1/2 or 1, a quarter, half and a quarter of the time.
  void twoValues() {
    const std::vector<double> values{0.0, 1.0};
    COMPARE_NUMBERS("0 and 1", listOf(bootstrapMean(values, 2000, 1)), (std::vector{0.5, 0.0, 1.0}), 0, 0);
  }

  void alikeValuesHaveNoWidth() {
    const std::vector<double> values(9, 0.25);
    COMPARE_NUMBERS("alike", listOf(bootstrapMean(values, 100, 1)), (std::vector{0.25, 0.25, 0.25}), 0, 0);
    COMPARE_NUMBERS("one", listOf(bootstrapMean(std::span(values).first(1), 100, 1)), (std::vector{0.25, 0.25, 0.25}),
                    0, 0);
  }

  /// Of many values the mean is nearly normal: the interval is that of 1.96 standard errors, to the 5 % that 4000 draws
  /// allow.
  void manyValuesAreNormal() {
    std::mt19937_64 random(7);
    std::exponential_distribution<double> draw;
    std::vector<double> values(2000);
    for (double& value : values) value = draw(random);
    double mean = 0.0, square = 0.0;
    for (const double value : values) mean += value / 2000.0;
    for (const double value : values) square += (value - mean) * (value - mean) / 2000.0;
    const double half = 1.96 * std::sqrt(square / 2000.0);
    const MeanInterval interval = bootstrapMean(values, 4000, 1);
    COMPARE_NUMBERS("halves", (std::vector{interval.mean - interval.low, interval.high - interval.mean}),
                    (std::vector{half, half}), 0.05, 0);
  }

  void nothingIsNotANumber() {
    for (const double value : listOf(bootstrapMean({}, 100, 1))) QVERIFY(std::isnan(value));
    const std::vector<double> unknown{kNaN, kNaN};
    for (const double value : listOf(bootstrapMean(unknown, 100, 1))) QVERIFY(std::isnan(value));
    const MeanInterval undrawn = bootstrapMean(std::vector{1.0, 3.0}, 0, 1);
    QCOMPARE(undrawn.mean, 2.0);
    QVERIFY(std::isnan(undrawn.low) && std::isnan(undrawn.high));
  }

  void theSeedDecides() {
    const std::vector<double> values{1, 2, 3, 5, 8, 13, 21};
    COMPARE_NUMBERS("again", listOf(bootstrapMean(values, 50, 3)), listOf(bootstrapMean(values, 50, 3)), 0, 0);
    QVERIFY(bootstrapMean(values, 50, 3).low != bootstrapMean(values, 50, 4).low);
  }
};

QTEST_GUILESS_MAIN(TestBootstrap)
#include "tst_bootstrap.moc"
