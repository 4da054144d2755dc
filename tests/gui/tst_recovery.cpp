#include "app/pages/collapse_tabs.h"
#include "app/pages/perturb_page.h"
#include "app/pages/probe_page.h"
#include "app/pages/train_page.h"
#include "app/recovery.h"
#include "core/data_folder.h"
#include "core/runs/result_file.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/running_window.h"
#include "tests/gui/window_fixture.h"
#include "tests/runs/sample_collapse.h"

using namespace sinkscope;

/// What a window was at is there again after it died.
class TestRecovery : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

  static std::filesystem::path folderOf(const QTemporaryDir& data) {
    return data.filePath("sinkscope/recovery").toStdString();
  }
  /// A window that keeps what it is at in a folder of the test.
  static std::unique_ptr<Window> begin(WindowFixture& f, const QTemporaryDir& data, const QString& what) {
    auto window = std::make_unique<Window>(f.settings, f.appearance);
    window->keepRecovery(folderOf(data));
    window->resize(1360, 880);
    window->show();
    window->start(what);
    return window;
  }
  static QToolButton* hintButton(const Window& window) {
    return window.recoveryNotice()->findChild<QToolButton*>("noticeButton");
  }

 private slots:
  void aKilledProgramIsPutBack();
  void anEndedSessionIsNoCrash();
  void aClosedWindowLeavesNothing();
  void whatWasAskedForComesFirst();
  void aSecondCrashOnlyOffers();
  void theQueueGoesOn();
  void aWindowThatLivesIsLeftAlone();
  void nonsenseIsNoCrash();
};

void TestRecovery::aKilledProgramIsPutBack() {
  RunningWindows windows;
  const QString run = windows.path("collapse.sinkscope.h5"), prompt = QStringLiteral("The river rises.");
  CollapseRun collapse = sampleCollapse();
  for (CollapseResult& result : collapse.results) result.request.prompt = prompt.toStdString();
  saveResult(run.toStdString(), collapse, "{}");
  QProcess& program = windows.start({run});
  QVERIFY(windows.comesTo(prompt));
  RunningWindows::shoot(program);
  QCOMPARE(windows.kept().size(), 1);

  windows.start({});
  QVERIFY(QTest::qWaitFor(
      [&] {
        const QStringList kept = windows.kept();
        return kept.size() == 1 && Settings(kept.front()).inputs().prompt == prompt;
      },
      RunningWindows::kPatienceMs));
  const Settings again(windows.kept().front());
  QVERIFY2(again.state("rest").contains("\"page\":3"), again.state("rest").constData());  // Collapse
}

void TestRecovery::anEndedSessionIsNoCrash() {
  RunningWindows windows;
  QProcess& program = windows.start({model_.path()});
  QVERIFY(windows.comesTo(demoPrompt()));
  program.terminate();
  QVERIFY(program.waitForFinished(20000));
  QCOMPARE(program.exitStatus(), QProcess::NormalExit);
  QCOMPARE(program.exitCode(), 0);
  QCOMPARE(windows.kept(), QStringList());
}

void TestRecovery::aClosedWindowLeavesNothing() {
  const QTemporaryDir data;
  WindowFixture f;
  auto window = begin(f, data, model_.path());
  const QDir folder(QString::fromStdString(folderOf(data).string()));
  QCOMPARE(folder.entryList({"*.session"}).size(), 1);
  window->document().edit(Document::Field::Prompt, [](Inputs& inputs) { inputs.prompt = "soon closed"; });
  window->close();
  QTest::qWait(2500);  // nothing is kept afterwards either
  QCOMPARE(folder.entryList(QDir::Files), QStringList());
  window = begin(f, data, model_.path());
  QVERIFY(!window->recoveryNotice()->isVisible());
}

void TestRecovery::whatWasAskedForComesFirst() {
  const QTemporaryDir data;
  WindowFixture f;
  auto first = begin(f, data, model_.path());
  first->document().edit(Document::Field::Prompt, [](Inputs& inputs) { inputs.prompt = "was typed"; });
  first->turnTo(first->collapseTabs()->probes());
  QTest::qWait(2500);
  first.reset();  // without being closed

  auto next = begin(f, data, model_.path());
  QVERIFY(next->recoveryNotice()->isVisible());
  QCOMPARE(next->document().inputs().prompt, demoPrompt());
  QCOMPARE(hintButton(*next)->text(), QString("Restore what was there"));
  hintButton(*next)->click();
  QCOMPARE(next->document().inputs().prompt, QString("was typed"));
  QVERIFY(next->collapseTabs()->probes()->isVisible());
  QVERIFY(next->recoveryNotice()->sentence().contains("as they were"));
}

void TestRecovery::aSecondCrashOnlyOffers() {
  const QTemporaryDir data;
  WindowFixture f;
  auto window = begin(f, data, model_.path());
  window->document().edit(Document::Field::Prompt, [](Inputs& inputs) { inputs.prompt = "makes it crash"; });
  QTest::qWait(2500);
  window.reset();
  window = begin(f, data, {});
  QCOMPARE(window->document().inputs().prompt, QString("makes it crash"));
  window.reset();
  window = begin(f, data, {});
  QCOMPARE(window->document().inputs().prompt, demoPrompt());
  QVERIFY(window->recoveryNotice()->isVisible());
  QVERIFY(hintButton(*window)->isVisible());
}

void TestRecovery::theQueueGoesOn() {
  const QTemporaryDir data;
  qputenv("XDG_DATA_HOME", data.path().toUtf8());
  WindowFixture f;
  Recipe recipe = openRecipe("built-in");
  recipe.corpus.sources = {data.filePath("nowhere.jsonl").toStdString()};
  {
    Recovery died(folderOf(data));
    WindowState state;
    state.inputs.prompt = "p";
    state.trainings = {{data.filePath("one.h5"), "cpu", recipe}, {data.filePath("two.h5"), "cpu", {}}};
    died.save(state);
  }
  auto window = begin(f, data, {});
  QCOMPARE(hintButton(*window)->text(), QString("Go on with 2 trainings"));
  QStringList went;
  QSignalSpy failed(&window->trainPage()->queue(), &TrainingQueue::failed);
  hintButton(*window)->click();
  QVERIFY(window->trainPage()->isVisible());
  // The first begins anew, and says that its corpus is nowhere; the second has no file and no recipe.
  QVERIFY(QTest::qWaitFor([&] { return failed.size() == 1; }, WindowFixture::kPatienceMs));
  QCOMPARE(failed.front()[0].toString(), data.filePath("one.h5"));
  QVERIFY2(failed.front()[1].toString().contains("nowhere.jsonl"), qPrintable(failed.front()[1].toString()));
}

void TestRecovery::aWindowThatLivesIsLeftAlone() {
  const QTemporaryDir data;
  Recovery living(folderOf(data));
  WindowState state;
  state.inputs.prompt = "alive";
  living.save(state);
  QVERIFY(!Recovery(folderOf(data)).takeLost());
}

void TestRecovery::nonsenseIsNoCrash() {
  const QTemporaryDir data;
  const QString folder = QString::fromStdString(folderOf(data).string());
  QDir().mkpath(folder);
  QFile file(folder + "/abc.session");
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(
      "[inputs]\nprompt=kept\nepsilon=7\n[state]\nrest=@ByteArray({\"page\":99,\"tab\":-7,\"trainings\":[1,{}]})\n");
  file.close();
  WindowFixture f;
  const auto window = begin(f, data, {});
  QCOMPARE(window->document().inputs().prompt, QString("kept"));
  QVERIFY(window->recoveryNotice()->isVisible());
}

QTEST_MAIN(TestRecovery)
#include "tst_recovery.moc"
