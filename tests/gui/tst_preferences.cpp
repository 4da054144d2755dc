#include "app/folder_list.h"
#include "app/models_dialog.h"
#include "app/pages/perturb_page.h"
#include "app/pages/play_bar.h"
#include "app/pages/runs_page.h"
#include "app/preferences.h"
#include "app/run_table.h"
#include "core/catalogue/catalogue.h"
#include "core/model/model_folders.h"
#include "core/runs/run_file.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "tests/runs/sample_run.h"

#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

using namespace sinkscope;

/// The preferences act at once, are kept, and follow what is set elsewhere.
class TestPreferences : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;
  QTemporaryDir home_;
  std::unique_ptr<WindowFixture> f_;

  template <typename T>
  T* find(const char* name) const {
    return f_->window->preferences()->findChild<T*>(QString::fromLatin1(name));
  }
  Settings kept() const { return Settings(f_->folder.filePath("settings.ini")); }

 private slots:
  void init();
  void cleanup();
  void threadsAreUsedByTheNextAnalysis();
  void theMemoryOfWeightsDecidesHowTheyAreHeld();
  void looksChangeAtOnce();
  void nothingMovesByItself();
  void theColourMapIsThatOfTheWindow();
  void runsOfAnAddedFolderAreListed();
  void modelsOfAnAddedFolderAreFound();
};

void TestPreferences::init() {
  QDir(home_.path()).removeRecursively();
  QDir().mkpath(home_.filePath("data"));
  qputenv("HOME", home_.path().toLocal8Bit());
  qputenv("XDG_DATA_HOME", home_.filePath("data").toLocal8Bit());
  qputenv("XDG_CACHE_HOME", home_.filePath("cache").toLocal8Bit());
  f_ = std::make_unique<WindowFixture>();
  QVERIFY(f_->open(model_.path()));
  QTest::keyClick(f_->window.get(), Qt::Key_Comma, Qt::ControlModifier);
  QVERIFY(f_->window->preferences() && f_->window->preferences()->isVisible());
}

void TestPreferences::cleanup() {
  f_->appearance.apply(Scheme::Desktop, 1.0);
  f_.reset();
}

void TestPreferences::threadsAreUsedByTheNextAnalysis() {
  auto* threads = find<QSpinBox>("threads");
  QCOMPARE(threads->value(), 0);
  QVERIFY2(threads->text().contains(QString::number(Session::usualThreads())), qPrintable(threads->text()));
  QSignalSpy taken(&f_->window->session(), &Session::resourcesTaken);
  threads->setValue(1);
  QCOMPARE(kept().threads(), 1);
  QTRY_COMPARE(taken.size(), 1);
  QCOMPARE(taken.back()[0].toInt(), 1);
  threads->setValue(0);
  QTRY_COMPARE(taken.size(), 2);
  QCOMPARE(taken.back()[0].toInt(), Session::usualThreads());
}

void TestPreferences::theMemoryOfWeightsDecidesHowTheyAreHeld() {
  QSignalSpy failed(&f_->window->session(), &Session::failed);
  QCOMPARE(find<QDoubleSpinBox>("weightMemory")->value(), 0.0);
  f_->settings.setWeightMemory(1);  // not even a layer
  emit f_->window->preferences()->resourcesChanged();
  f_->editor()->selectAll();
  QTest::keyClicks(f_->editor(), "other words");
  QVERIFY(QTest::qWaitFor([&] { return failed.size() > 0; }, WindowFixture::kPatienceMs));
  QVERIFY2(failed.front()[1].toString().contains("weights may take"), qPrintable(failed.front()[1].toString()));
  QVERIFY(f_->quiet());
  find<QDoubleSpinBox>("weightMemory")->setValue(1.0);
  QCOMPARE(kept().weightMemory(), quint64{1} << 30);
  QVERIFY(f_->leadsToResult([&] { QTest::keyClicks(f_->editor(), " again"); }));
}

void TestPreferences::looksChangeAtOnce() {
  auto* scheme = find<QComboBox>("scheme");
  scheme->setCurrentIndex(2);
  emit scheme->activated(2);
  QVERIFY(f_->window->palette().color(QPalette::Window).lightnessF() < 0.5);
  QCOMPARE(kept().scheme(), Scheme::Dark);
  const double before = f_->window->font().pointSizeF();
  find<QSpinBox>("zoom")->setValue(150);
  QVERIFY(std::abs(QApplication::font().pointSizeF() / before - 1.5) < 0.01);
  QCOMPARE(kept().zoom(), 1.5);
  f_->window->preferences()->hide();
  QTest::keyClick(f_->window.get(), Qt::Key_0, Qt::ControlModifier);  // in the menu
  QTest::keyClick(f_->window.get(), Qt::Key_Comma, Qt::ControlModifier);
  QCOMPARE(find<QSpinBox>("zoom")->value(), 100);
}

void TestPreferences::nothingMovesByItself() {
  PerturbPage* page = f_->window->perturbPage();
  QVERIFY(f_->leadsTo(page, [&] { f_->window->turnTo(page); }));
  const QList<PlayBar*> bars = page->findChildren<PlayBar*>();
  const auto shown = [&] {
    return std::ranges::count_if(bars, [](PlayBar* bar) { return bar->button()->isVisible(); });
  };
  QVERIFY(shown() > 0);
  find<QCheckBox>("animated")->click();
  QCOMPARE(shown(), 0);
  QVERIFY(!kept().animated());
  find<QCheckBox>("animated")->click();
  QVERIFY(shown() > 0);
}

void TestPreferences::theColourMapIsThatOfTheWindow() {
  auto* colours = find<QComboBox>("preferredColours");
  colours->setCurrentText(colourMapName(ColourMap::Magma));
  emit colours->textActivated(colours->currentText());
  QCOMPARE(f_->window->document().inputs().colourMap, ColourMap::Magma);
  f_->window->document().undoStack().undo();
  QCOMPARE(colours->currentText(), colourMapName(ColourMap::Viridis));
}

void TestPreferences::runsOfAnAddedFolderAreListed() {
  const QString mine = home_.filePath("my runs");
  QDir().mkpath(mine);
  saveRun((mine + "/river.sinkscope.h5").toStdString(), sample::exploration(), sample::view(), false);
  FolderList* folders = f_->window->preferences()->runFolders();
  QCOMPARE(folders->list()->count(), 1);
  f_->window->turnTo(f_->window->runsPage());
  f_->window->runsPage()->search()->setText("folder!=Samples");
  folders->add(mine);
  QCOMPARE(folders->list()->count(), 2);
  QCOMPARE(setFolders().back(), std::filesystem::path(mine.toStdString()));
  QTRY_COMPARE_WITH_TIMEOUT(f_->window->runsPage()->table()->rowCount(), 1, WindowFixture::kPatienceMs);

  folders->list()->setCurrentRow(1);
  const auto button = [&](const char* text) {
    for (auto* one : folders->findChildren<QPushButton*>())
      if (one->text() == QLatin1String(text)) return one;
    return static_cast<QPushButton*>(nullptr);
  };
  button("Save new runs here")->click();
  QCOMPARE(setFolders().front(), std::filesystem::path(mine.toStdString()));
  folders->list()->setCurrentRow(0);
  button("Remove")->click();
  QCOMPARE(setFolders().size(), std::size_t{1});
  QTRY_COMPARE_WITH_TIMEOUT(f_->window->runsPage()->table()->rowCount(), 0, WindowFixture::kPatienceMs);
}

void TestPreferences::modelsOfAnAddedFolderAreFound() {
  f_->window->showModels();
  ModelsDialog* models = f_->window->modelsDialog();
  QTRY_VERIFY_WITH_TIMEOUT(!models->isLooking(), WindowFixture::kPatienceMs);
  const int before = models->view()->model()->rowCount();
  f_->window->preferences()->modelFolders()->add(model_.path());
  QCOMPARE(addedModelFolders(), std::vector<std::filesystem::path>{model_.path().toStdString()});
  QTRY_COMPARE_WITH_TIMEOUT(models->view()->model()->rowCount(), before + 1, WindowFixture::kPatienceMs);
}

QTEST_MAIN(TestPreferences)
#include "tst_preferences.moc"
