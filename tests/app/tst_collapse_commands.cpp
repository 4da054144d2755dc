// sinkscope collapse and sinkscope noop, as a script would call them.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include "tests/app/executable.h"

using namespace sinkscope;

class TestCollapseCommands : public QObject {
  Q_OBJECT

 private slots:
  void promptsWithAndWithoutBos() {
    const QStringList arguments{"collapse", "-m", "smollm2-135m", "-p", "The river rises here.", "--compare-bos"};
    const Outcome outcome = call(arguments + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonArray results = outcome.json()["results"].toArray();
    QCOMPARE(results.size(), 2);
    QVERIFY(results[0]["bos"].toBool() && !results[1]["bos"].toBool());
    QCOMPARE(results[0]["tokens"].toArray().size(), results[1]["tokens"].toArray().size() + 1);
    for (const QJsonValue& result : results) {
      for (const char* curve : {"residual", "relativeResidual", "dongResidual", "effectiveRank", "matrixEntropy"}) {
        QCOMPARE(result["all"][curve].toArray().size(), 31);
        QVERIFY(result["withoutFirst"][curve].toArray()[30].toDouble() > 0);
      }
      QCOMPARE(result["firstNormRatio"].toArray().size(), 31);
      QCOMPARE(result["sinkRate"].toArray().size(), 30);
      QCOMPARE(result["rowEntropy"].toArray()[29].toArray().size(), 9);
    }
    const Outcome table = call(arguments);
    QVERIFY2(table.exitCode == 0, table.error);
    QCOMPARE(table.out.count("\nembed"), 2);
    QCOMPARE(table.out.count("\n29 "), 2);
  }

  void aRunIsWritten() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("run.h5");
    const Outcome outcome = call({"collapse", "-m", "smollm2-135m", "-p", "The river rises.", "-o", path});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.out.contains("wrote " + path.toUtf8()));
    const Outcome drawn = call(
        {"collapse", "-m", "smollm2-135m", "-p", "The river rises.", "--figures", folder.path(), "--format", "csv"});
    QVERIFY2(drawn.exitCode == 0, drawn.error);
    QCOMPARE(drawn.out.count("wrote "), 12);  // ten measures, the valley and the heads
    const Outcome listing = call({"inspect", path});
    QVERIFY2(listing.exitCode == 0, listing.error);
    QVERIFY2(listing.out.contains("matrix_entropy"), listing.out);
  }

  void lengthsArePrintedForBothPrecisions() {
    const Outcome outcome =
        call({"collapse", "-m", "smollm2-135m", "--bos", "--probe", "digits", "--lengths", "2,7", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QCOMPARE(outcome.json()["probes"].toArray().size(), 1);
    const QJsonObject report = outcome.json()["probes"][0].toObject();
    QCOMPARE(report["tokens"].toArray(), (QJsonArray{3, 10}));
    for (const char* precision : {"float32", "bfloat16"})
      for (const char* curve : {"layerDifference", "layerScale", "normDifference", "normScale"})
        QCOMPARE(report[precision][curve].toArray().size(), 2);
    QCOMPARE(report["epsilon"]["bfloat16"].toDouble(), 0.0078125);
  }

  void copiesOfOneToken() {
    const Outcome outcome =
        call({"collapse", "-m", "smollm2-135m", "--no-bos", "--probe", "repeat", "--lengths", "3,5", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = outcome.json()["probes"][0].toObject();
    QCOMPARE(report["norm"].toArray().size(), 31);
    QCOMPARE(report["norm"][0].toArray().size(), 5);
    QVERIFY(!report.contains("bosNorm"));
  }

  void probesTogetherWithRunAndFigures() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("probes.h5"), figures = folder.filePath("figures");
    const Outcome outcome = call({"collapse", "-m", "smollm2-135m", "--bos", "--probe", "ones,repeat", "--lengths",
                                  "2,4", "-o", path, "--figures", figures, "--format", "svg,csv"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY2(outcome.out.contains("n times the digit 1") && outcome.out.contains("4 copies of"), outcome.out);
    QCOMPARE(outcome.out.count("wrote "), 7);
    for (const char* name : {"lengths-last-layer", "lengths-final-norm", "copies"})
      for (const char* suffix : {".svg", ".csv"})
        QVERIFY2(QFile::exists(figures + '/' + name + suffix), qPrintable(figures + '/' + name + suffix));
    QFile table(figures + "/lengths-last-layer.csv");
    QVERIFY(table.open(QIODevice::ReadOnly));
    QCOMPARE(table.readAll().count('\n'), 3);  // the header and both lengths
    const Outcome listing = call({"inspect", path});
    QVERIFY2(listing.out.contains("float32_layer_difference") && listing.out.contains("bos_norm"), listing.out);
  }

  void wakersAreSorted() {
    QTemporaryDir folder;
    QFile prompts(folder.filePath("prompts.txt"));
    QVERIFY(prompts.open(QIODevice::WriteOnly));
    prompts.write("It's 12 o'clock, isn't it?\nI'm sure it's 3 or 4.\nThey're here, and we've seen 5 of 10.\n");
    prompts.close();
    const QStringList arguments{"noop", "-m", "smollm2-135m", "--prompts", prompts.fileName(), "--min-count", "3"};
    const Outcome outcome = call(arguments + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = outcome.json();
    QCOMPARE(report["prompts"].toInt(), 3);
    for (const char* table : {"rest", "drain", "class"}) {
      QCOMPARE(report[table].toArray().size(), 30);
      QCOMPARE(report[table].toArray()[0].toArray().size(), 9);
    }
    double last = 1.0;
    for (const QJsonValue& waker : report["wakers"].toArray()) {
      QVERIFY(waker["low"].toDouble() > 0 && waker["low"].toDouble() <= last && waker["count"].toInt() >= 3);
      last = waker["low"].toDouble();
    }
    QVERIFY(!report["wakers"].toArray().isEmpty() && !report["classWakers"].toArray().isEmpty());
    const Outcome table = call(arguments + QStringList{"--top", "2"});
    QVERIFY2(table.exitCode == 0, table.error);
    QVERIFY(table.out.contains("3 prompts") && table.out.contains("no-op"));

    const QString run = folder.filePath("scan.h5");
    const Outcome written = call(arguments + QStringList{"-o", run, "--figures", folder.path(), "--format", "csv"});
    QVERIFY2(written.exitCode == 0, written.error);
    QCOMPARE(written.out.count("wrote "), 2);
    QFile heads(folder.filePath("heads-scan.csv"));
    QVERIFY(heads.open(QIODevice::ReadOnly));
    QCOMPARE(heads.readAll().count('\n'), 271);  // the header and 30 layers of 9 heads
    QVERIFY(call({"inspect", run}).out.contains("variance"));
  }

  void wrongInputIsOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("names");
    const QStringList collapse{"collapse", "-m", "smollm2-135m"};
    QTest::newRow("nothing to measure") << collapse << 2 << "";
    QTest::newRow("two things") << collapse + QStringList{"-p", "x", "--probe", "ones"} << 2 << "";
    QTest::newRow("no such probe") << collapse + QStringList{"--probe", "twos"} << 2 << "twos";
    QTest::newRow("length 0") << collapse + QStringList{"--probe", "ones", "--lengths", "3,0"} << 2 << "0";
    QTest::newRow("nothing to repeat") << collapse + QStringList{"--probe", "repeat", "--text", ""} << 1 << "token";
    QTest::newRow("no prompts") << QStringList{"noop", "-m", "smollm2-135m", "--prompts", "/no/such.txt"} << 1
                                << "/no/such.txt";
  }
  void wrongInputIsOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, names);
    const Outcome outcome = call(arguments);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(outcome.error.contains(names.toUtf8()), outcome.error);
    QVERIFY(outcome.out.isEmpty());
    if (exitCode == 1) QCOMPARE(outcome.error.trimmed().count('\n'), 0);
  }
};

QTEST_GUILESS_MAIN(TestCollapseCommands)
#include "tst_collapse_commands.moc"
