// sinkscope ablate and sinkscope robustness, as a script would call them.
#include "tests/app/executable.h"
#include "tests/app/tiny_folder.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace sinkscope;

class TestInterveneCommands : public QObject {
  Q_OBJECT

 private slots:
  void interventionsStandBesideTheUntouchedModel() {
    const QStringList arguments = ablate() + QStringList{"-i", "hide", "-i", "remove=mean:1.2", "-i", "window=4+1"};
    const Outcome outcome = call(arguments + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonArray outcomes = outcome.json()["outcomes"].toArray();
    QCOMPARE(outcomes.size(), 4);
    QCOMPARE(outcomes[0]["title"].toString(), QString("untouched"));
    QCOMPARE(outcomes[0]["divergence"].toDouble(), 0.0);
    QCOMPARE(outcomes[2]["intervention"].toString(), QString("remove=mean:1.2"));
    for (const QJsonValue& one : outcomes) {
      QCOMPARE(one["alpha0"].toArray().size(), 3);
      QCOMPARE(one["change"].toArray().size(), 5);
      QCOMPARE(one["lossAt"].toArray().size(), 19);
    }
    QVERIFY(outcomes[1]["divergence"].toDouble() > 0 && outcomes[3]["divergence"].toDouble() > 0);
    const Outcome table = call(arguments);
    QVERIFY2(table.exitCode == 0, table.error);
    QVERIFY2(table.out.contains("<s> hidden from all heads") && table.out.contains("query 0 included"), table.out);
  }

  void runAndFiguresAreWritten() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("run.h5");
    const Outcome outcome = call(ablate() + QStringList{"-i", "value", "-i", "off-by-one", "-o", path, "--figures",
                                                        folder.filePath("figures"), "--format", "csv,svg"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    QCOMPARE(outcome.out.count("wrote "), 1 + 2 * 4);  // losses, change, and the shares under each
    const Outcome listing = call({"inspect", path});
    QVERIFY2(listing.exitCode == 0 && listing.out.contains("loss_at"), listing.error + listing.out);
  }

  void swapsOfManyPromptsAreMeasured() {
    const QTemporaryDir folder;
    QFile prompts(folder.filePath("prompts.txt"));
    QVERIFY(prompts.open(QIODevice::WriteOnly));
    prompts.write("the quick brown fox\njumps over the dog\n");
    prompts.close();
    const QStringList arguments{"robustness", "-m", model_.path(), "--prompts", prompts.fileName(), "--swaps", "3"};
    const Outcome outcome = call(arguments + QStringList{"--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const QJsonObject report = outcome.json();
    QCOMPARE(report["swaps"]["position"].toArray().size(), 6);
    const QJsonArray outcomes = report["outcomes"].toArray();
    QCOMPARE(outcomes.size(), 3);
    QCOMPARE(outcomes[2]["condition"].toString(), QString("zeroed"));
    QCOMPARE(outcomes[0]["divergence"].toArray().size(), 6);
    const QString path = folder.filePath("run.h5");
    const Outcome table = call(arguments + QStringList{"-c", "bos,hidden", "-o", path, "--figures", folder.path()});
    QVERIFY2(table.exitCode == 0, table.error);
    QVERIFY2(table.out.contains("<s> hidden, loss") && table.out.count("wrote ") == 3, table.out);
    const Outcome listing = call({"inspect", path});
    QVERIFY2(listing.exitCode == 0 && listing.out.contains("loss_change"), listing.error + listing.out);
  }

  void wrongInputIsOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing to do") << ablate() << 2 << "--intervention";
    QTest::newRow("unknown") << ablate() + QStringList{"-i", "drop"} << 1 << "\"drop\"";
    QTest::newRow("heads") << ablate() + QStringList{"-i", "remove:9.0"} << 1 << "layers 0 to 2";
    QTest::newRow("token") << ablate() + QStringList{"-i", "first=zebra"} << 1 << "\"zebra\"";
    QTest::newRow("no file") << QStringList{"robustness", "-m", model_.path(), "--prompts", "/no/such"} << 2
                             << "/no/such";
  }
  void wrongInputIsOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, words);
    const Outcome outcome = call(arguments);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(outcome.error.contains(words.toUtf8()), outcome.error);
  }

 private:
  QStringList ablate() const { return {"ablate", "-m", model_.path(), "--bos", "-p", "the quick brown fox"}; }

  TinyFolder model_;
};

QTEST_APPLESS_MAIN(TestInterveneCommands)
#include "tst_intervene_commands.moc"
