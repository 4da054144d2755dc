// `sinkscope perturb` and `sinkscope influence` as a script would call them, on a tiny model of single characters.
#include "core/runs/result_file.h"
#include "tests/app/executable.h"
#include "tests/app/tiny_folder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestPerturbCommands : public QObject {
  Q_OBJECT

  TinyFolder model_;
  QTemporaryDir folder_;

 private slots:
  void perturbPrintsJson() {
    const Outcome outcome = call(
        {"perturb", "-m", model_.path(), "-p", "abcdef", "--swap", "2=Z", "-c", "bos,hidden,positions-kept", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonArray maps = QJsonDocument::fromJson(outcome.out).object()["maps"].toArray();
    QCOMPARE(maps.size(), 3);
    QCOMPARE(maps[1]["condition"].toString(), "hidden");
    QCOMPARE(maps[0]["changed"].toObject(), (QJsonObject{{"begin", 3}, {"end", 4}, {"otherEnd", 4}}));
    QCOMPARE(maps[0]["otherTokens"].toArray()[3].toObject()["text"].toString(), "Z");
    const QJsonArray change = maps[0]["change"].toObject()["l2"].toArray();
    QCOMPARE(change.size(), 5);
    QCOMPARE(change[4].toArray()[2].toDouble(), 0.0);
    QVERIFY(change[4].toArray()[6].toDouble() > 0.0);
    QCOMPARE(maps[2]["tokens"].toArray().size(), 6);
  }

  void perturbWritesARunAndFigures() {
    const QString run = folder_.filePath("swap.h5"), figures = folder_.filePath("figures");
    const Outcome outcome = call({"perturb", "-m", model_.path(), "-p", "abcdef", "--other", "abXYef", "--out", run,
                                  "--figures", figures, "--format", "pdf,csv"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.out.contains("final norm") && outcome.out.contains("swap.h5"));
    const auto saved = openResult<PerturbResult>(run.toStdString());
    QCOMPARE(saved.result->maps.front().alignment, (Alignment{3, 5, 5}));
    QCOMPARE(QDir(figures).entryList(QDir::Files).size(), 12);
  }

  void theSpreadMoves() {
    const QString figures = folder_.filePath("moving");
    const Outcome outcome = call(
        {"perturb", "-m", model_.path(), "-p", "abcdef", "--swap", "2=Z", "--figures", figures, "--format", "gif"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QCOMPARE(QDir(figures).entryList(QDir::Files), QStringList{"frames.gif"});
    QFile gif(figures + "/frames.gif");
    QVERIFY(gif.open(QIODevice::ReadOnly));
    const QByteArray bytes = gif.readAll();
    QVERIFY(bytes.startsWith("GIF89a") && bytes.contains("NETSCAPE2.0"));
  }

  void everyPositionPrintsJson() {
    const Outcome outcome = call({"perturb", "-m", model_.path(), "-p", "abcdef", "--every", "--replacements", "2",
                                  "--seed", "7", "-c", "bos,no-bos", "-n", "l2", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject result = outcome.json();
    QCOMPARE(result["drawn"].toArray().size(), 6);
    QCOMPARE(result["drawn"].toArray()[0].toArray().size(), 2);
    const QJsonArray maps = result["maps"].toArray();
    QCOMPARE(maps.size(), 2);
    QCOMPARE(maps[0]["firstSwapped"].toInt(), 1);
    QCOMPARE(maps[1]["firstSwapped"].toInt(), 0);
    const QJsonArray change = maps[0]["change"].toArray();  // [place][position][token]
    QCOMPARE(change.size(), 5);
    QCOMPARE(change[4].toArray().size(), 6);
    QCOMPARE(change[4].toArray()[2].toArray().size(), 7);
    QCOMPARE(change[4].toArray()[2].toArray()[2].toDouble(), 0.0);
    QVERIFY(change[4].toArray()[2].toArray()[3].toDouble() > 0.0);
    QCOMPARE(maps[0].toObject()["reach"].toObject()["relative"].toArray()[4].toArray().size(), 6);
    QCOMPARE(maps[0].toObject()["spread"].toObject()["cosine"].toArray().size(), 5);
  }

  void everyPositionWritesARunAndFigures() {
    const QString run = folder_.filePath("sweep.h5"), figures = folder_.filePath("sweep");
    const Outcome outcome = call({"perturb", "-m", model_.path(), "-p", "abcdef", "--every", "--out", run, "--figures",
                                  figures, "--format", "pdf,svg,csv"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.out.contains("distance") && outcome.out.contains("sweep.h5"));
    const auto saved = openResult<SweepResult>(run.toStdString());
    QVERIFY(!saved.result->partial());
    QCOMPARE(saved.result->request.draws, std::int64_t{4});
    QCOMPARE(QDir(figures).entryList(QDir::Files).size(), 9);
  }

  void benchCountsPositions() {
    const Outcome outcome =
        call({"bench", "--models", model_.path(), "--tasks", "sweep", "-t", "12", "--repeat", "1", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.json()["results"].toArray()[0].toObject()["positionsPerSecond"].toDouble() > 0.0);
  }

  void influencePrintsJson() {
    const Outcome outcome = call({"influence", "-m", model_.path(), "-p", "abcdef", "--bos", "--exact", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject result = QJsonDocument::fromJson(outcome.out).object()["results"].toArray()[0].toObject();
    QCOMPARE(result["measured"].toArray()[0].toArray().size(), 7);
    QVERIFY(result["measured"].toArray()[0].toArray()[6].toDouble() > 0.0);
  }

  void influenceWritesARunAndFigures() {
    const QString run = folder_.filePath("influence.h5"), figures = folder_.filePath("influence");
    const Outcome outcome = call({"influence", "-m", model_.path(), "-p", "abcdef", "--compare-bos", "-q", "4", "--all",
                                  "--probes", "3", "--out", run, "--figures", figures, "--format", "svg,csv"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QVERIFY(outcome.out.contains("rank correlation") && outcome.out.contains("influence.h5"));
    const auto saved = openResult<InfluenceRun>(run.toStdString()).result;
    QCOMPARE(saved->results.size(), std::size_t{2});
    QCOMPARE(saved->results[0].query, 4);
    QCOMPARE(saved->results[1].query, 3);
    QCOMPARE(saved->results[1].all.measured.extent(0), std::size_t{6});
    // Three maps, the tokens under both conditions, the scatter plot and the depth, in both formats.
    QCOMPARE(QDir(figures).entryList(QDir::Files).size(), 14);
    const Outcome listing = call({"inspect", run});
    QVERIFY2(listing.exitCode == 0, listing.error);
    QVERIFY2(listing.out.contains("sink_log_ratio"), listing.out);
  }

  void wrongInputIsOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("names");
    const QStringList perturb{"perturb", "-m", model_.path(), "-p", "abcdef"};
    QTest::newRow("no change") << perturb << 2 << "";
    QTest::newRow("both changes") << perturb + QStringList{"--swap", "1=x", "--other", "x"} << 2 << "";
    QTest::newRow("swap without a sign") << perturb + QStringList{"--swap", "1"} << 1 << "POSITION=TEXT";
    QTest::newRow("position") << perturb + QStringList{"--swap", "9=x"} << 1 << "no token 9";
    QTest::newRow("no such token") << perturb + QStringList{"--swap", "1=xx"} << 1 << "\"xx\"";
    QTest::newRow("same") << perturb + QStringList{"--other", "abcdef"} << 1 << "same tokens";
    QTest::newRow("condition") << perturb + QStringList{"--swap", "1=x", "-c", "none"} << 1 << "\"none\"";
    QTest::newRow("sweep and swap") << perturb + QStringList{"--swap", "1=x", "--every"} << 2 << "";
    QTest::newRow("replacements of a swap") << perturb + QStringList{"--swap", "1=x", "--replacements", "2"} << 2 << "";
    QTest::newRow("no replacement") << perturb + QStringList{"--every", "--replacements", "0"} << 2 << "";
    const QStringList influence{"influence", "-m", model_.path(), "-p", "abcdef"};
    QTest::newRow("layers") << influence + QStringList{"--from", "2", "--to", "2"} << 1 << "from 2 to 2";
    QTest::newRow("memory") << influence + QStringList{"--memory", "0.00001"} << 1 << "budget";
    QTest::newRow("both ways") << influence + QStringList{"--compare-bos", "--no-bos"} << 2 << "";
    QTest::newRow("<bos> itself") << influence + QStringList{"--compare-bos", "-q", "0"} << 1 << "Token 0 is <bos>";
    QTest::newRow("model") << QStringList{"perturb", "-m", "/no/such", "-p", "a", "--swap", "0=b"} << 1 << "/no/such";
  }
  void wrongInputIsOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, names);
    const Outcome outcome = call(arguments);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(outcome.error.contains(names.toUtf8()), outcome.error);
    if (exitCode == 1) QCOMPARE(outcome.error.trimmed().count('\n'), 0);
  }
};

QTEST_GUILESS_MAIN(TestPerturbCommands)
#include "tst_perturb_commands.moc"
