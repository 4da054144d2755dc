#include "app/model_fetcher.h"
#include "core/model/demo_models.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace sinkscope;

/// The script is the real one; nothing here needs a network.
class TestModelFetcher : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir data_;

 private slots:
  void initTestCase() {
    QVERIFY(!ModelFetcher::script().isEmpty());
    qputenv("XDG_DATA_HOME", data_.path().toLocal8Bit());
  }

  void aModelThatIsThereIsFetchedAtOnce() {
    const DemoModel& model = demoModels().front();
    const QString name = QString::fromStdString(model.name);
    const QDir folder(data_.filePath("sinkscope/models/" + name));
    QVERIFY(folder.mkpath("."));
    QFile file(folder.filePath(QString::fromStdString(model.file)));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(static_cast<qint64>(model.bytes)));  // sparse: the script looks at the size of what is there
    ModelFetcher fetcher;
    QSignalSpy fetched(&fetcher, &ModelFetcher::fetched);
    fetcher.fetch(name);
    QVERIFY(fetched.wait(20000));
    QCOMPARE(fetched[0][0].toString(), name);
    QVERIFY(!fetcher.isRunning());
  }

  void anUnknownNameFailsWithDetails() {
    ModelFetcher fetcher;
    QSignalSpy failed(&fetcher, &ModelFetcher::failed);
    fetcher.fetch("no-such-model");
    QVERIFY(failed.wait(20000));
    QVERIFY(failed[0][0].toString().contains("no-such-model"));
    QVERIFY2(failed[0][1].toString().contains("there is no demo model"), qPrintable(failed[0][1].toString()));
  }

  void cancellingLeavesNothing() {
    const QString name = QString::fromStdString(demoModels().back().name);
    ModelFetcher fetcher;
    QSignalSpy cancelled(&fetcher, &ModelFetcher::cancelled);
    QSignalSpy failed(&fetcher, &ModelFetcher::failed);
    fetcher.fetch(name);
    fetcher.cancel();
    QVERIFY(cancelled.size() == 1 || cancelled.wait(20000));
    QCOMPARE(failed.size(), 0);
    QVERIFY(demoModelPath(demoModels().back()).empty());
    const QDir folder(data_.filePath("sinkscope/models/" + name));
    QVERIFY(folder.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
  }
};

QTEST_GUILESS_MAIN(TestModelFetcher)
#include "tst_model_fetcher.moc"
