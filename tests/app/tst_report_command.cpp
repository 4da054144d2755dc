// sinkscope report, as a script would call it.
#include "tests/app/executable.h"
#include "tests/app/tiny_folder.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestReportCommand : public QObject {
  Q_OBJECT

  TinyFolder tiny_;
  QTemporaryDir folder_;

  QString prompts() const {
    const QString path = folder_.filePath("prompts.txt");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the prompts");
    file.write("The river ran to the mill.\nThe mill ran on and on.\nNobody was there to see it.\n");
    return path;
  }
  QStringList arguments() const {
    return {"report", "--models", tiny_.path(), "--prompts", prompts(), "--resamples", "50", "--eps", "0.05,0.8"};
  }
  static QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

 private slots:
  void jsonHasTheTables() {
    const Outcome outcome = call(arguments() + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = outcome.json();
    QCOMPARE(report["prompts"].toInt(), 3);
    QCOMPARE(report["promptsName"].toString(), QStringLiteral("prompts.txt"));
    QCOMPARE(report["published"].toArray().size(), 7);
    const QJsonArray models = report["models"].toArray();
    QCOMPARE(models.size(), 1);
    const QJsonArray conditions = models[0]["conditions"].toArray();
    QCOMPARE(conditions.size(), 2);
    for (int c = 0; c < 2; ++c) {
      const QJsonValue& condition = conditions[c];
      QCOMPARE(condition["bos"].toBool(), c == 0);
      QCOMPARE(condition["byLayer"]["sink-rate-0.05"].toArray().size(), models[0]["layers"].toInt());
      const QJsonValue rate = condition["sinkRate"][0];
      double mean = 0.0;
      for (const QJsonValue& one : rate["byPrompt"].toArray()) mean += one.toDouble() / 3.0;
      QVERIFY(std::abs(rate["mean"].toDouble() - mean) < 1e-12);
      QVERIFY(rate["low"].toDouble() <= mean && mean <= rate["high"].toDouble());
      QVERIFY(condition["loss"]["low"].toDouble() < condition["loss"]["high"].toDouble());
      QVERIFY(condition["spread"]["mean"].toDouble() > 0.0);
    }
    // The same as analyze says of these prompts.
    const Outcome analysis =
        call({"analyze", "-m", tiny_.path(), "--prompts", prompts(), "--no-bos", "-e", "0.05", "--json"});
    QVERIFY2(analysis.exitCode == 0, analysis.error);
    QCOMPARE(conditions[1]["sinkRate"][0]["mean"].toDouble(), analysis.json()["sink"][0]["rate"].toDouble());
  }

  void everyDocumentIsWritten() {
    const QString html = folder_.filePath("report.html"), latex = folder_.filePath("report.tex"),
                  csv = folder_.filePath("report.csv"), run = folder_.filePath("report.h5");
    const Outcome outcome =
        call(arguments() + QStringList{"--html", html, "--latex", latex, "--csv", csv, "-o", run, "--figures",
                                       folder_.filePath("figures"), "--format", "csv", "--limit", "2"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    for (const QString& path : {html, latex, csv, run}) QVERIFY(outcome.out.contains("wrote " + path.toUtf8()));
    for (const char* part : {"LLaMa 3.1 70B", "73.49", "<s>", "2 prompts (prompts.txt)"})
      QVERIFY2(outcome.out.contains(part), outcome.out);
    QVERIFY(contentOf(html).startsWith("<!DOCTYPE html>"));
    QVERIFY(contentOf(latex).contains("\\toprule"));
    QVERIFY(contentOf(csv).contains(",sink_rate,0.8,"));
    QCOMPARE(QDir(folder_.filePath("figures")).entryList({"*.csv"}).size(), 5);
    const Outcome listing = call({"inspect", run});
    QVERIFY2(listing.exitCode == 0, listing.error);
    QVERIFY2(listing.out.contains("layer_rate"), listing.out);
  }

  void wrongInputIsOneSentence_data() {
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("names");
    QTest::newRow("no model") << QStringList{"--models", "/no/such"} << 1 << "/no/such";
    QTest::newRow("no prompts") << QStringList{"--prompts", "/no/such.txt"} << 1 << "/no/such.txt";
    QTest::newRow("no folder") << QStringList{"--html", "/no/such/report.html"} << 1 << "/no/such/report.html";
    QTest::newRow("no share") << QStringList{"--eps", "1.5"} << 2 << "1.5";
    QTest::newRow("no draws") << QStringList{"--resamples", "0"} << 2 << "0";
  }
  void wrongInputIsOneSentence() {
    QFETCH(QStringList, more);
    QFETCH(int, exitCode);
    QFETCH(QString, names);
    QStringList all{"report", "--limit", "1"};
    if (!more.contains("--models")) all += {"--models", tiny_.path()};
    const Outcome outcome = call(all + more);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(outcome.error.contains(names.toUtf8()), outcome.error);
    QVERIFY(outcome.out.isEmpty());
    if (exitCode == 1) QCOMPARE(outcome.error.trimmed().count('\n'), 0);
  }
};

QTEST_GUILESS_MAIN(TestReportCommand)
#include "tst_report_command.moc"
