// The executable itself, as a script would call it.
#include "core/runs/run_file.h"
#include "tests/app/executable.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace sinkscope;

class TestCommands : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

 private slots:
  void analyzePrintsTheMeasuresAsJson() {
    const Outcome outcome = call({"analyze", "--model", "smollm2-135m", "--prompt", "The capital of France is", "--bos",
                                  "--eps", "0.3,0.8", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
    QCOMPARE(report["layers"].toInt(), 30);
    const QJsonArray sinks = report["sink"].toArray();
    QCOMPARE(sinks.size(), 2);
    QCOMPARE(sinks[0]["epsilon"].toDouble(), 0.3);
    QVERIFY(sinks[0]["bos"].toBool());
    QCOMPARE(sinks[0]["bosText"].toString(), "<|im_start|>");
    QVERIFY(sinks[0]["rate"].toDouble() >= sinks[1]["rate"].toDouble());
    const QJsonObject prompt = report["prompts"].toArray()[0].toObject();
    QCOMPARE(prompt["ids"].toArray()[0].toInt(), 1);
    QCOMPARE(prompt["next"].toArray()[0].toObject()["text"].toString(), "·Paris");
    // The rate is the fraction of the printed heads above eps.
    int above = 0, heads = 0;
    for (const QJsonValue& layer : prompt["alpha0"].toArray())
      for (const QJsonValue& alpha : layer.toArray()) {
        above += alpha.toDouble() > 0.3;
        ++heads;
      }
    QCOMPARE(heads, 30 * 9);
    QCOMPARE(sinks[0]["rate"].toDouble(), static_cast<double>(above) / heads);
  }

  void analyzeWritesARunThatInspectReads() {
    const QString run = folder_.filePath("run.h5");
    const QString prompts = folder_.filePath("prompts.jsonl");
    QFile file(prompts);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("\"One two three\"\n{\"text\": \"Four five six seven\"}\n");
    file.close();
    const Outcome analysed = call({"analyze", "--model", "smollm2-135m", "--prompts", prompts, "--out", run});
    QVERIFY2(analysed.exitCode == 0, analysed.error);
    QVERIFY(analysed.out.contains("2 prompts"));
    const Outcome inspected = call({"inspect", run, "--json"});
    QVERIFY2(inspected.exitCode == 0, inspected.error);
    const QJsonObject report = QJsonDocument::fromJson(inspected.out).object();
    QCOMPARE(report["kind"].toString(), "run");
    QVERIFY(report["entries"].toArray().size() > 10);
  }

  /// What is printed is what the run holds.
  void theValueDrainIsThatOfTheRun() {
    const QString path = folder_.filePath("drain.h5");
    const Outcome outcome = call({"analyze", "--model", "gemma-3-270m", "--prompt", "The river rises in the mountains.",
                                  "--out", path, "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const std::unique_ptr<RunFile> run = RunFile::open(path.toStdString());
    const Array<double, 2> drain = valueDrain(run->result()->prompts.front().outputNorm);
    std::vector<double> sorted(drain.values().begin(), drain.values().end());
    std::ranges::sort(sorted);
    QCOMPARE(sorted.size(), std::size_t{72});
    QCOMPARE(QJsonDocument::fromJson(outcome.out)["valueDrain"].toDouble(), (sorted[35] + sorted[36]) / 2);
  }

  void influenceComparesWithAndWithoutBos() {
    const Outcome outcome = call({"influence", "--model", "smollm2-135m", "--prompt", "The capital of France is Paris.",
                                  "--compare-bos", "--from", "27", "--probes", "4", "--query", "5", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY2(outcome.error.isEmpty(), outcome.error);
    const QJsonArray results = QJsonDocument::fromJson(outcome.out)["results"].toArray();
    QCOMPARE(results.size(), 2);
    for (const int i : {0, 1}) {
      const QJsonObject result = results[i].toObject();
      QCOMPARE(result["bos"].toBool(), i == 0);
      QCOMPARE(result["query"].toInt(), 5 - i);
      QCOMPARE(result["tokens"][5 - i].toString(), "·is");
      QCOMPARE(result["measured"].toArray().size(), 3);
      QCOMPARE(result["measured"][0].toArray().size(), result["tokens"].toArray().size());
      QVERIFY(result["measured"][0][5 - i].toDouble() > 0.0);
      QVERIFY(result["bound"][0][6 - i].isNull());  // a later token has no path to it
      QCOMPARE(result["sinkLogRatio"].toArray().size(), 3);
    }
  }

  void inspectTellsAModel() {
    const Outcome outcome = call({"inspect", "smollm2-135m"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.out.contains("30 layers x 9 heads (3 key heads of width 64)"));
    QVERIFY(outcome.out.contains("byte-level BPE"));
  }

  void wrongInputIsOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("names");
    QTest::newRow("no such model") << QStringList{"analyze", "--model", "/no/such.gguf", "--prompt", "x"} << 1
                                   << "/no/such.gguf";
    QTest::newRow("no such prompts") << QStringList{"analyze", "--model", "smollm2-135m", "--prompts", "/no/such.txt"}
                                     << 1 << "/no/such.txt";
    QTest::newRow("no prompt") << QStringList{"analyze", "--model", "smollm2-135m"} << 2 << "";
    QTest::newRow("eps above 1") << QStringList{"analyze", "--prompt", "x", "--eps", "1.5"} << 2 << "1.5";
    QTest::newRow("unknown option") << QStringList{"analyze", "--prompt", "x", "--unheard-of"} << 2 << "unheard-of";
    QTest::newRow("no such layer") << QStringList{"influence", "--model", "smollm2-135m", "--prompt", "x", "--to", "31"}
                                   << 1 << "1 to 30";
    QTest::newRow("not a run") << QStringList{"inspect", SINKSCOPE_EXECUTABLE} << 1 << "sinkscope";
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

  void interruptStopsCleanly() {
    const QString run = folder_.filePath("stopped.h5");
    const QString prompts = folder_.filePath("many.txt");
    QFile file(prompts);
    QVERIFY(file.open(QIODevice::WriteOnly));
    for (int i = 0; i < 2000; ++i) file.write("The same sentence again and again until somebody stops it.\n");
    file.close();
    QProcess process;
    process.start(SINKSCOPE_EXECUTABLE, {"analyze", "--model", "smollm2-135m", "--prompts", prompts, "--out", run});
    QVERIFY(process.waitForStarted());
    QTest::qWait(2500);
    QCOMPARE(process.state(), QProcess::Running);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(!QFile::exists(run));
  }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
