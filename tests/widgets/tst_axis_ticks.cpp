#include <QTest>

#include "widgets/axis_ticks.h"

using namespace sinkscope;

class TestAxisTicks : public QObject {
  Q_OBJECT

 private slots:
  void linearTicksAreRound();
  void decadesFromTheTop();
  void axesHaveTicks();
  void labelsThinBy125();
  void numbersAreShort();
  void textFits();
  void titlesWrap();
};

void TestAxisTicks::linearTicksAreRound() {
  QCOMPARE(linearTicks(0, 1, 6), (std::vector<double>{0, 0.2, 2 * 0.2, 3 * 0.2, 4 * 0.2, 1}));
  QCOMPARE(linearTicks(0, 1, 3), (std::vector<double>{0, 0.5, 1}));
  QCOMPARE(linearTicks(-0.3, 17.3, 5), (std::vector<double>{0, 5, 10, 15}));
  QCOMPARE(linearTicks(0.1, 0.3, 3).size(), std::size_t(3));  // 0.3 / 0.1 is a hair below 3
  QVERIFY(linearTicks(1, 1, 5).empty());
  QVERIFY(linearTicks(0, INFINITY, 5).empty());
  for (int most = 2; most < 12; ++most) QVERIFY(linearTicks(-7.3, 1e5, most).size() <= std::size_t(most));
}

void TestAxisTicks::decadesFromTheTop() {
  const std::vector<double> all = decadeTicks(1e-4, 1, 8);
  QCOMPARE(all.size(), std::size_t(5));
  QCOMPARE(all.front(), 1e-4);
  QCOMPARE(all.back(), 1.0);
  const std::vector<double> few = decadeTicks(1e-4, 1, 3);
  QCOMPARE(few, (std::vector<double>{1e-4, 1e-2, 1}));
  QVERIFY(decadeTicks(0, 1, 5).empty());
}

void TestAxisTicks::axesHaveTicks() {
  const auto labels = [](double minimum, double maximum, bool logarithmic, int most, bool whole) {
    QStringList list;
    for (const Tick &tick : axisTicks(minimum, maximum, logarithmic, most, whole)) list << tick.label;
    return list.join(QLatin1Char(' '));
  };
  QCOMPARE(labels(0, 1, false, 3, false), QStringLiteral("0 0.5 1.0"));
  QCOMPARE(labels(0, 2, false, 6, true), QStringLiteral("0 1 2"));  // no half layers
  QCOMPARE(labels(1e-3, 10, true, 5, false), QStringLiteral("10⁻³ 10⁻² 0.1 1 10"));
  QCOMPARE(labels(0.15, 6, true, 6, false), QStringLiteral("0.2 0.5 1 2 5"));  // one decade only
  QCOMPARE(labels(0.31, 0.39, true, 4, false), QStringLiteral("0.32 0.34 0.36 0.38"));
  QCOMPARE(labels(0, 10, true, 5, false), labels(0, 10, false, 5, false));  // 0 has no logarithm
}

void TestAxisTicks::labelsThinBy125() {
  QCOMPARE(labelStep(20, 15), 1);
  QCOMPARE(labelStep(10, 15), 2);
  QCOMPARE(labelStep(4, 15), 5);
  QCOMPARE(labelStep(2, 15), 10);
  QCOMPARE(labelStep(0.1, 15), 200);
  QCOMPARE(labelStep(0, 15), 1);
}

void TestAxisTicks::numbersAreShort() {
  QCOMPARE(tickLabel(0, 0.2), QStringLiteral("0"));
  QCOMPARE(tickLabel(0.6000000001, 0.2), QStringLiteral("0.6"));
  QCOMPARE(tickLabel(0.25, 0.05), QStringLiteral("0.25"));
  QCOMPARE(tickLabel(-5, 5), QStringLiteral("−5"));
  QCOMPARE(decadeLabel(1), QStringLiteral("1"));
  QCOMPARE(decadeLabel(0.1), QStringLiteral("0.1"));
  QCOMPARE(decadeLabel(1e-3), QStringLiteral("10⁻³"));
  QCOMPARE(decadeLabel(1e12), QStringLiteral("10¹²"));
}

void TestAxisTicks::textFits() {
  const QFontMetricsF metrics{QFont()};
  const QString word = QStringLiteral("internationalization");
  QCOMPARE(fitted(word, metrics, metrics.horizontalAdvance(word)), word);
  const QString cut = fitted(word, metrics, 40);
  QVERIFY(cut.endsWith(QStringLiteral("…")));
  QVERIFY(metrics.horizontalAdvance(cut) <= 40.5);
  QCOMPARE(fitted(QStringLiteral("a\nb"), metrics, 100), QStringLiteral("a b"));
}

void TestAxisTicks::titlesWrap() {
  const QFontMetricsF metrics{QFont()};
  const QString title = QStringLiteral("attention to the sink");
  const double full = metrics.horizontalAdvance(title);
  QCOMPARE(wrapped(title, metrics, full), QStringList{title});
  const QStringList two = wrapped(title, metrics, 0.7 * full);
  QCOMPARE(two.size(), 2);
  QCOMPARE(two.join(QLatin1Char(' ')), title);
  for (const QString &line : wrapped(title, metrics, 0.2 * full)) {
    QVERIFY(metrics.horizontalAdvance(line) <= 0.2 * full + 0.5);
  }
  // A norm is never torn.
  const QString ratio = QStringLiteral("drain ‖W_O v₀‖ / median ‖W_O v‖");
  const double most = metrics.horizontalAdvance(ratio) - 1;
  QCOMPARE(wrapped(ratio, metrics, most), (QStringList{"drain ‖W_O v₀‖ / median", "‖W_O v‖"}));
}

QTEST_MAIN(TestAxisTicks)
#include "tst_axis_ticks.moc"
