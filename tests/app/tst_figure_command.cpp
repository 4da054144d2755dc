// sinkscope figure, as a script would call it.
#include "core/analysis/result_id.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "tests/app/executable.h"
#include "tests/runs/sample_perturbation.h"
#include "tests/runs/sample_run.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

class TestFigureCommand : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  QString path(const QString& name) const { return folder_.filePath(name); }
  QByteArray content(const QString& name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  QStringList views(const QString& run) const {
    QStringList names;
    for (const QJsonValue& figure : call({"figure", run, "--list", "--json"}).json()["figures"].toArray())
      names << figure["view"].toString();
    return names;
  }

 private slots:
  void initTestCase() {
    saveRun(path("explore.h5").toStdString(), sample::exploration(), sample::view(), true);
    saveRun(path("bare.h5").toStdString(), sample::exploration(), sample::view(), false);
    saveResult(path("swap.h5").toStdString(), samplePerturbation(), "{}");
  }

  void tellsWhichFiguresThereAre() {
    const QStringList explore = views(path("explore.h5"));
    QCOMPARE(explore.size(), 3);
    QCOMPARE(explore.front(), QString("grid"));
    QVERIFY(explore[1].startsWith("head-layer"));
    QCOMPARE(views(path("bare.h5")), (QStringList{"grid", "profile"}));
    QVERIFY(views(path("swap.h5")).contains("change"));
    QVERIFY(views(QStringLiteral(SINKSCOPE_RUNS "/table2-4-documents-bos.h5")).contains("sink-rate"));
  }

  void drawsOneFigure() {
    for (const char* format : {"pdf", "svg", "png", "tiff", "tex", "csv", "npz"}) {
      const QString first = path(QStringLiteral("first.") + format), second = path(QStringLiteral("second.") + format);
      for (const QString& file : {first, second})
        QCOMPARE(
            call({"figure", path("explore.h5"), "--view", "grid", "--width-mm", "84", "--font-pt", "8", "--out", file})
                .exitCode,
            0);
      QVERIFY(content(QStringLiteral("first.") + format).size() > 20);
      QVERIFY2(content(QStringLiteral("first.") + format) == content(QStringLiteral("second.") + format), format);
    }
    call({"figure", path("explore.h5"), "--view", "grid", "--width-in", "2", "--aspect", "0.5", "--dpi", "100", "--out",
          path("small.png")});
    QCOMPARE(QImage(path("small.png")).size(), QSize(200, 100));
    call({"figure", path("explore.h5"), "--view", "grid", "--column", "icml COLUMN", "--height-mm", "41.3", "--dpi",
          "254", "--out", path("column.png")});
    QCOMPARE(QImage(path("column.png")).size(), QSize(826, 413));
  }

  void drawsAPart() {
    call(
        {"figure", path("explore.h5"), "--view", "grid", "--layers", "1", "--heads", "0-1", "--out", path("part.csv")});
    const QList<QByteArray> lines = content("part.csv").trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[1].startsWith("1,0,"));
    QVERIFY(lines[2].startsWith("1,1,"));
  }

  void namesTheRun() {
    const auto run = RunFile::open(path("explore.h5").toStdString());
    const QByteArray id = QByteArray::fromStdString(resultId("explore", *run->result()));
    QCOMPARE(id.size(), 16);
    // The same before it was saved.
    QCOMPARE(id, QByteArray::fromStdString(resultId("explore", *sample::exploration().result)));
    call({"figure", path("explore.h5"), "--view", "grid", "--caption", "--out", path("named.svg")});
    QVERIFY(content("named.svg").contains("<sinkscope:Run>" + id + "</sinkscope:Run>"));
    QVERIFY(content("named.txt").contains("Run: " + id + "\n"));
    QVERIFY(content("named.caption.tex").contains("\\caption{"));
  }

  void drawsThemAllIntoAFolder() {
    const Outcome outcome = call({"figure", path("swap.h5"), "--out", path("all"), "--format", "svg,csv,gif"});
    QCOMPARE(outcome.exitCode, 0);
    const QStringList names = views(path("swap.h5"));
    for (const QString& name : names) QVERIFY2(QFile::exists(path("all/" + name + ".svg")), qPrintable(name));
    QCOMPARE(QDir(path("all")).entryList({"*.svg"}).size(), names.size());
    QVERIFY(QFile::exists(path("all/frames.gif")));  // the one that moves
    QCOMPARE(QDir(path("all")).entryList({"*.gif"}).size(), 1);
  }

  void wrongCallsGetOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("words");
    const QString run = path("explore.h5"), out = path("x.pdf");
    QTest::newRow("view") << QStringList{run, "--view", "gird", "--out", out} << "no figure 'gird'; it has grid";
    QTest::newRow("no place") << QStringList{run, "--view", "grid"} << "--out is missing";
    QTest::newRow("several in one") << QStringList{run, "--out", out} << "choose one with --view";
    QTest::newRow("range") << QStringList{run, "--view", "grid", "--layers", "5-2", "--out", out} << "--layers takes";
    QTest::newRow("column") << QStringList{run, "--view", "grid", "--column", "Nature", "--out", out}
                            << "no column 'Nature'; choose among NeurIPS";
    QTest::newRow("head") << QStringList{run, "--view", "head", "--layer", "99", "--head", "0", "--out", out}
                          << "no head 0 of layer 99";
    QTest::newRow("folder") << QStringList{run, "--view", "grid", "--out", path("no/such/x.pdf")} << "no/such/x.pdf";
    QTest::newRow("no run") << QStringList{QStringLiteral(SINKSCOPE_RUNS "/built-in.model/config.json"), "--list"}
                            << "config.json";
  }
  void wrongCallsGetOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, words);
    const Outcome outcome = call(QStringList{"figure"} + arguments);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.error.contains(words.toUtf8()), outcome.error.constData());
    QVERIFY(!QFile::exists(path("x.pdf")));
  }
};

QTEST_GUILESS_MAIN(TestFigureCommand)
#include "tst_figure_command.moc"
