#include "executable.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace sinkscope;

/// How a model's weights are held, and how many processes share its prompts, changes no number.
class TestWeightsOptions : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QFile file(folder_.filePath("prompts.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "Shall I compare thee to a summer's day?\nThe king is dead.\nTo be, or not to be, that is the question\n");
    file.close();
    plain_ = analyze({});
    QCOMPARE(plain_["prompts"].toArray().size(), 3);
  }

  void waysToHoldWeights_data() {
    QTest::addColumn<QStringList>("options");
    QTest::newRow("stored") << QStringList{"--weights", "stored"};
    QTest::newRow("streamed") << QStringList{"--weights", "streamed"};
    QTest::newRow("streamed, little memory") << QStringList{"--weights", "streamed", "--weight-memory", "0.002"};
    QTest::newRow("what fits") << QStringList{"--weight-memory", "0.004"};
  }
  void waysToHoldWeights() {
    QFETCH(QStringList, options);
    compare(analyze(options), 1e-5);
  }

  void processesShareThePrompts() {
    compare(analyze({}, callTwice), 1e-6);
    compare(analyze({"--weights", "streamed"}, callTwice), 1e-5);
    const Outcome kept = callTwice(arguments({"--keep-attention", "-o", folder_.filePath("run.h5")}));
    QVERIFY(kept.exitCode != 0);
    QVERIFY2(kept.error.contains("without keeping attention"), kept.error);
  }

  void tooLittleMemoryIsSaid() {
    const Outcome outcome = call(arguments({"--weights", "streamed", "--weight-memory", "0.0001"}));
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.error.contains("layer 0 alone needs"), outcome.error);
  }

 private:
  QStringList arguments(const QStringList& more) const {
    return QStringList{"analyze", "--model", "built-in", "--prompts", folder_.filePath("prompts.txt"), "--json"} + more;
  }

  QJsonObject analyze(const QStringList& options, Outcome (*run)(const QStringList&) = call) const {
    const Outcome outcome = run(arguments(options));
    if (outcome.exitCode != 0) qWarning("%s", outcome.error.constData());
    return outcome.json();
  }

  /// Losses, shares of the first token and likeliest next tokens of all prompts.
  void compare(const QJsonObject& other, double tolerance) const {
    const QJsonArray expected = plain_["prompts"].toArray(), found = other["prompts"].toArray();
    QCOMPARE(found.size(), expected.size());
    for (qsizetype p = 0; p < expected.size(); ++p) {
      const QJsonObject a = expected[p].toObject(), b = found[p].toObject();
      QVERIFY(std::abs(a["loss"].toDouble() - b["loss"].toDouble()) < 10 * tolerance);
      const QJsonArray layers = a["alpha0"].toArray(), others = b["alpha0"].toArray();
      QVERIFY(layers.size() > 1 && layers.size() == others.size());
      for (qsizetype l = 0; l < layers.size(); ++l)
        for (qsizetype h = 0; h < layers[l].toArray().size(); ++h) {
          const double difference = layers[l].toArray()[h].toDouble() - others[l].toArray()[h].toDouble();
          QVERIFY2(std::abs(difference) < tolerance, qPrintable(QString::number(difference)));
        }
    }
  }

  QTemporaryDir folder_;
  QJsonObject plain_;
};

QTEST_GUILESS_MAIN(TestWeightsOptions)
#include "tst_weights_options.moc"
