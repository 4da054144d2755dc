#include "app/guide/welcome_page.h"
#include "app/pages/run_list.h"
#include "app/pages/run_view.h"
#include "app/pages/train_page.h"
#include "core/shared_folder.h"
#include "tests/gui/window_fixture.h"

#include <QListWidget>
#include <QPushButton>
#include <algorithm>

using namespace sinkscope;

namespace {

/// A window as somebody sees it who has never fetched a model.
struct FirstStart : WindowFixture {
  QTemporaryDir data;

  explicit FirstStart(const QByteArray& dataFolder = {}) {
    qputenv("XDG_DATA_HOME", dataFolder.isEmpty() ? data.path().toUtf8() : dataFolder);
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1360, 880);
    window->show();
    window->start({});
  }
  bool showsBuiltIn() {
    return QTest::qWaitFor([this] { return page()->hasResult() && quiet(); }, kPatienceMs) &&
           window->document().inputs().model == QLatin1String("built-in");
  }
};

}  // namespace

class TestFirstStart : public QObject {
  Q_OBJECT

 private slots:
  void theBuiltInModelIsOneClickAway() {
    FirstStart f;
    QVERIFY(f.find<WelcomePage>("welcome")->isVisible());
    f.find<QPushButton>("builtIn")->click();
    QVERIFY(f.showsBuiltIn());
    QVERIFY(!f.find<WelcomePage>("welcome")->isVisible());
    QVERIFY(f.grid()->isVisible());
  }

  // The folder cannot be made, so that the script fails as it does without a network.
  void whereNothingCanBeFetchedTheBuiltInModelIsShown() {
    FirstStart f("/dev/null");
    f.find<QPushButton>("fetch-smollm2-135m")->click();
    QVERIFY(f.showsBuiltIn());
    const auto notices = f.window->findChildren<QLabel*>("noticeText");
    QVERIFY(std::ranges::any_of(notices, [](const QLabel* notice) {
      return notice->isVisible() && notice->text().contains("could not be fetched") &&
             notice->text().contains("built-in model");
    }));
  }

  void sampleRunsAreThere() {
    FirstStart f;
    f.window->rail()->turnTo(f.window->trainPage());
    auto* list = f.find<QListWidget>("trainings");
    std::size_t samples = 0;
    for (const auto& file : std::filesystem::directory_iterator(sharedFolder() / "runs"))
      samples += file.path().extension() == ".h5" ? 1 : 0;
    QVERIFY(samples > 0);
    QVERIFY(QTest::qWaitFor([&] { return list->count() == static_cast<int>(samples) + 1; }, f.kPatienceMs));
    list->setCurrentRow(1);
    QVERIFY(QTest::qWaitFor([&] { return f.window->trainPage()->hasResult(); }, f.kPatienceMs));
    QVERIFY(list->item(1)->text().contains("sample"));
    QVERIFY(!f.find<QPushButton>("openTrained")->isVisible());
    QVERIFY(f.find<QPushButton>("editRecipe")->isVisible());
    // The built-in model is beside its run.
    const auto builtIn = list->findItems("built-in model", Qt::MatchStartsWith);
    QCOMPARE(builtIn.size(), 1);
    list->setCurrentItem(builtIn.front());
    QVERIFY(QTest::qWaitFor([&] { return f.find<QPushButton>("openTrained")->isVisible(); }, f.kPatienceMs));
    f.find<QPushButton>("openTrained")->click();
    QVERIFY(QTest::qWaitFor([&] { return f.page()->hasResult() && f.quiet(); }, f.kPatienceMs));
    QVERIFY(f.page()->isVisible());
  }
};

QTEST_MAIN(TestFirstStart)
#include "tst_first_start.moc"
