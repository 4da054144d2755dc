#include "app/activity_panel.h"
#include "app/announcer.h"
#include "app/job_log.h"
#include "app/job_row.h"
#include "core/analysis/explore.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"

#include <QDBusConnection>
#include <QFile>
#include <QVariantMap>
#include <algorithm>

using namespace sinkscope;

/// What a desktop's notification service hears.
class NotificationService : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

 public:
  QStringList summaries, bodies;

 public slots:
  uint Notify(const QString&, uint replaced, const QString&, const QString& summary, const QString& body,
              const QStringList&, const QVariantMap&, int) {
    summaries << summary;
    bodies << body;
    return replaced > 0 ? replaced : 7;
  }
};

/// The list of jobs, and what is told of them.
class TestActivity : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

  static ExploreRequest endless(const QString& model) {
    ExploreRequest request;
    request.model = model.toStdString();
    request.prompts.assign(50000, std::string(60, 'x'));
    request.tokenLimit = 0;
    request.keep = Keep::Statistics;
    return request;
  }
  static JobRow* rowOf(const WindowFixture& f, const QString& title) {
    const QList<JobRow*> rows = f.window->activityPanel()->rows();
    const auto found = std::ranges::find_if(rows, [&](const JobRow* row) { return row->title().startsWith(title); });
    return found == rows.end() ? nullptr : *found;
  }

 private slots:
  void theLogKeepsAHundred();
  void whatMadeWayLeavesNoTrace();
  void jobsAreListedAsTheyGo();
  void cancelsFromTheList();
  void sentencesOfFailuresStay();
  void saysThatALongJobEnded();
};

void TestActivity::theLogKeepsAHundred() {
  JobLog log;
  log.add("goes on", "goes on", {});
  log.begin("goes on");
  for (int i = 0; i < 150; ++i) {
    const QString key = QString::number(i);
    log.add(key, key, {});
    log.begin(key);
    log.end(key, LoggedJob::State::Done);
  }
  QCOMPARE(log.jobs().size(), std::size_t{101});
  QCOMPARE(log.jobs().front().title, QString("149"));
  QVERIFY(log.job("goes on"));
  QVERIFY(!log.job("49"));
}

void TestActivity::whatMadeWayLeavesNoTrace() {
  JobLog log;
  log.add("a", "typed", {});
  log.begin("a");
  log.end("a", LoggedJob::State::Stopped);
  QVERIFY(log.jobs().empty());
}

void TestActivity::jobsAreListedAsTheyGo() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  QTest::keyClick(f.window.get(), Qt::Key_J, Qt::ControlModifier);
  QVERIFY(f.window->activityPanel() && f.window->activityPanel()->isVisible());
  QVERIFY(rowOf(f, "Explore"));
  QVERIFY2(rowOf(f, "Explore")->state().startsWith("done in"), qPrintable(rowOf(f, "Explore")->state()));
  QVERIFY(rowOf(f, "Explore")->cancelButton()->isHidden());

  f.window->session().compare(endless(model_.path()));
  f.window->session().explore(endless(model_.path()));
  const QString other = "Explore, <bos> the other way";
  QTRY_VERIFY(rowOf(f, other) && !rowOf(f, other)->now().isEmpty());
  QCOMPARE(f.window->activityPanel()->rows().front()->state(), QString("waiting"));
  f.window->session().cancelAll();
  QVERIFY(f.quiet());
}

void TestActivity::cancelsFromTheList() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  f.window->activityBar()->listButton()->click();
  f.window->session().compare(endless(model_.path()));
  QTRY_VERIFY(rowOf(f, "Explore, <bos>"));
  QTest::qWait(1200);  // what is stopped sooner leaves no trace
  QTRY_VERIFY(rowOf(f, "Explore, <bos>")->cancelButton()->isVisible());
  rowOf(f, "Explore, <bos>")->cancelButton()->click();
  QVERIFY(f.quiet());
  QTRY_VERIFY2(rowOf(f, "Explore, <bos>")->state().startsWith("stopped after"),
               qPrintable(rowOf(f, "Explore, <bos>")->state()));
  f.window->activityBar()->listButton()->click();
  QVERIFY(!f.window->activityPanel()->isVisible());
}

void TestActivity::sentencesOfFailuresStay() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  const QString broken = f.folder.filePath("broken.gguf");
  QFile file(broken);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write("GGUF, but not really");
  file.close();
  f.window->chooseModel(broken);
  QTRY_VERIFY_WITH_TIMEOUT(f.window->notice()->isVisible(), WindowFixture::kPatienceMs);
  f.window->notice()->clear();
  f.window->activityBar()->listButton()->click();
  QVERIFY2(rowOf(f, "Explore")->state().startsWith("failed"), qPrintable(rowOf(f, "Explore")->state()));
  QVERIFY2(rowOf(f, "Explore")->now().contains("broken.gguf"), qPrintable(rowOf(f, "Explore")->now()));
}

void TestActivity::saysThatALongJobEnded() {
  QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, "notifications of the test");
  NotificationService service;
  if (!bus.isConnected()) QSKIP("There is no session bus here; run the test under dbus-run-session.");
  if (!bus.registerService("org.freedesktop.Notifications"))
    QSKIP("Another service of notifications is running on this desktop.");
  QVERIFY(bus.registerObject("/org/freedesktop/Notifications", &service, QDBusConnection::ExportAllSlots));
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  const auto job = [](LoggedJob::State state, qint64 ms) {
    LoggedJob over;
    over.title = "Report";
    over.state = state;
    over.tookMs = ms;
    over.now = "It <failed>.";
    return over;
  };
  f.window->activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
  f.window->announcer()->tellEnd(job(LoggedJob::State::Failed, 60000));  // it is being looked at
  QWidget other;
  other.show();
  other.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&other));
  f.window->announcer()->tellEnd(job(LoggedJob::State::Done, 29000));     // short
  f.window->announcer()->tellEnd(job(LoggedJob::State::Stopped, 60000));  // the user's own doing
  QTest::qWait(300);
  QCOMPARE(service.summaries, QStringList());
  f.window->announcer()->tellEnd(job(LoggedJob::State::Failed, 60000));
  QTRY_COMPARE(service.summaries, QStringList{"Report failed"});
  QCOMPARE(service.bodies, QStringList{"It &lt;failed&gt;."});
  f.window->announcer()->setPatience(0);
  QVERIFY(f.leadsToResult(
      [&] { f.window->document().edit(Document::Field::Prompt, [](Inputs& inputs) { inputs.prompt = "else"; }); }));
  QTRY_VERIFY2(service.summaries.size() > 1 && service.summaries.last().startsWith("Explore"),
               qPrintable(service.summaries.join(", ")));
}

QTEST_MAIN(TestActivity)
#include "tst_activity.moc"
