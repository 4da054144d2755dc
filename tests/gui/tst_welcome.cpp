#include "app/guide/guide.h"
#include "app/guide/welcome_page.h"
#include "app/pages/perturb_page.h"
#include "app/pages/train_page.h"
#include "tests/gui/window_fixture.h"

#include <QPushButton>

using namespace sinkscope;

namespace {

/// The first start of somebody who has no model.
struct FirstStart : WindowFixture {
  QTemporaryDir data;

  FirstStart() {
    qputenv("XDG_DATA_HOME", data.path().toUtf8());
    start({});
  }
  void start(const QString& what) {
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1024, 700);
    window->show();
    window->start(what);
  }
  WelcomePage& welcome() const { return *window->guide()->welcome(); }
  void press(const char* name) const { window->findChild<QAbstractButton*>(QLatin1String(name))->click(); }
  bool comesTo(Page* page) const {
    return QTest::qWaitFor([&] { return page->isVisible() && !welcome().isVisible(); }, kPatienceMs);
  }
};

}  // namespace

class TestWelcome : public QObject {
  Q_OBJECT

 private slots:
  void theFirstStartShowsIt() {
    FirstStart f;
    QVERIFY(f.welcome().isVisible());
    QVERIFY(!f.find<QPushButton>("closeWelcome")->isVisible());  // there is nothing to go to
  }

  void lookingTakesTheBuiltInModelWhereThereIsNoOther() {
    FirstStart f;
    QVERIFY(f.leadsToResult([&] { f.press("look"); }));
    QVERIFY(f.comesTo(f.page()));
    QCOMPARE(f.window->document().inputs().model, "built-in");
  }

  void swappingOpensThePerturbPage() {
    FirstStart f;
    f.press("swap");
    QVERIFY(f.comesTo(f.window->perturbPage()));
    QCOMPARE(f.window->document().inputs().model, "built-in");
    QVERIFY(f.quiet());
  }

  void aSampleTrainingOpens() {
    FirstStart f;
    f.press("training");
    QVERIFY(f.comesTo(f.window->trainPage()));
    QVERIFY(QTest::qWaitFor([&] { return f.window->trainPage()->hasResult(); }, f.kPatienceMs));
    QVERIFY(f.settings.recentRuns().isEmpty());  // it is no run of the user's
  }

  void itComesBackByTheMenuAndGoesAgain() {
    FirstStart f;
    QVERIFY(f.leadsToResult([&] { f.press("look"); }));
    f.window->guide()->showWelcome();
    QVERIFY(f.welcome().isVisible());
    QVERIFY(!f.page()->isVisible());
    f.press("closeWelcome");
    QVERIFY(f.comesTo(f.page()));
  }

  void recentRunsAreListed() {
    FirstStart f;
    QVERIFY(f.leadsToResult([&] { f.press("look"); }));
    const QString run = f.folder.filePath("mine.h5");
    QSignalSpy saved(&f.window->session(), &Session::saved);
    f.window->saveRun(run);
    QVERIFY(QTest::qWaitFor([&] { return saved.size() > 0 && f.quiet(); }, f.kPatienceMs));
    f.window->guide()->showWelcome();
    auto* recent = f.find<QToolButton>("recentRun");
    QVERIFY(recent);
    QVERIFY(QTest::qWaitFor([&] { return recent->isVisible(); }, f.kPatienceMs));
    QCOMPARE(recent->text(), "mine.h5");
    recent->click();
    QVERIFY(f.comesTo(f.page()));
  }

  void theSecondStartDoesNotShowItWhereThereIsAModel() {
    FirstStart f;
    QVERIFY(f.leadsToResult([&] { f.press("look"); }));
    f.window->close();
    f.start({});
    QVERIFY(!f.welcome().isVisible());
    QVERIFY(f.comesTo(f.page()));
  }
};

QTEST_MAIN(TestWelcome)
#include "tst_welcome.moc"
