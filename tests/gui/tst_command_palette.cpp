#include "app/command_palette.h"
#include "app/fuzzy_match.h"
#include "app/menu_walk.h"
#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/heads_page.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/perturb_page.h"
#include "app/pages/runs_page.h"
#include "app/pages/train_page.h"
#include "app/shortcut_sheet.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QSpinBox>
#include <algorithm>

using namespace sinkscope;

/// The command palette, the menus that it is made of, and the sheet of shortcuts.
class TestCommandPalette : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

  static QString first(const WindowFixture& f) { return f.window->commandPalette()->list()->item(0)->text(); }
  static void type(const WindowFixture& f, const QString& text) {
    CommandPalette* palette = f.window->commandPalette();
    if (!palette->isVisible()) QTest::keyClick(f.window.get(), Qt::Key_K, Qt::ControlModifier);
    palette->field()->clear();
    QTest::keyClicks(palette->field(), text);
  }
  static void enter(const WindowFixture& f) { QTest::keyClick(f.window->commandPalette()->field(), Qt::Key_Return); }

 private slots:
  void lettersAreFoundAtTheBeginningsOfWords();
  void betterMatchesScoreHigher();
  void everyEntryOfTheMenusIsThere();
  void everyButtonInSightIsInThePageMenu_data();
  void everyButtonInSightIsInThePageMenu();
  void choosesAnAction();
  void choosesAControlOfThePage();
  void turnsToPagesAndTabs();
  void opensRecentModels();
  void keysGoThroughTheList();
  void goesWithEscAndGivesTheFocusBack();
  void pagesHaveKeys();
  void theWholeScreen();
  void theSheetHasEveryShortcut();
};

void TestCommandPalette::lettersAreFoundAtTheBeginningsOfWords() {
  const auto places = [](const char* typed, const char* text) {
    const auto match = fuzzyMatch(typed, text);
    return match ? match->places : QList<qsizetype>{-1};
  };
  QCOMPARE(places("sr", "Save the run"), (QList<qsizetype>{0, 9}));
  QCOMPARE(places("RUN", "Save the run"), (QList<qsizetype>{9, 10, 11}));
  QCOMPARE(places("run save", "Save the run"), (QList<qsizetype>{0, 1, 2, 3, 9, 10, 11}));
  QCOMPARE(places("ex", "Open the next"), (QList<qsizetype>{10, 11}));  // side by side, not e…x
  QCOMPARE(places("zz", "Zoom in"), QList<qsizetype>{-1});
  QCOMPARE(places("", "Zoom in"), QList<qsizetype>{});
}

void TestCommandPalette::betterMatchesScoreHigher() {
  const auto score = [](const char* typed, const char* text) { return fuzzyMatch(typed, text)->score; };
  QVERIFY(score("zi", "View › Zoom in") > score("zi", "View › Zooming"));
  QVERIFY(score("log", "Log scale") > score("log", "Look at things"));
  QVERIFY(score("run", "Save the run") > score("run", "Return to now"));
}

void TestCommandPalette::everyEntryOfTheMenusIsThere() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  type(f, {});
  QStringList listed;
  for (int row = 0; row < f.window->commandPalette()->list()->count(); ++row)
    listed << f.window->commandPalette()->list()->item(row)->text();
  for (const char* path :
       {"File › Open a run…", "Edit › Undo", "Model › Open a model file…", "View › Zoom in", "Page › Sort heads",
        "Page › Colour map › magma", "Page › <s>", "Go › Runs", "Go › Collapse: Probes", "Help › About Sinkscope"})
    QVERIFY2(listed.contains(QString::fromUtf8(path), Qt::CaseInsensitive), path);
  QCOMPARE(static_cast<std::size_t>(listed.size()), menuEntries(*f.window->menuBar()).size());
}

void TestCommandPalette::everyButtonInSightIsInThePageMenu_data() {
  QTest::addColumn<int>("number");
  for (int number = 0; number < 8; ++number) QTest::addRow("page %d", number + 1) << number;
}

void TestCommandPalette::everyButtonInSightIsInThePageMenu() {
  QFETCH(int, number);
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  f.window->rail()->turns().at(number)->trigger();
  QVERIFY(f.quiet());
  QStringList titles;
  for (const MenuEntry& entry : menuEntries(*f.window->menuBar())) titles << entry.menus.mid(1) << entry.title;
  int buttons = 0;
  for (const QAbstractButton* button : f.window->findChildren<QAbstractButton*>()) {
    const QString text = withoutMnemonic(button->text());
    if (!button->isVisible() || text.isEmpty() || button->parentWidget() == f.window->rail()) continue;
    if (f.window->activityBar()->isAncestorOf(button) || button->objectName() == "model") continue;
    QVERIFY2(titles.contains(text), qPrintable(text));
    ++buttons;
  }
  QVERIFY(buttons >= 2);  // <bos> and query 0 are always there
}

void TestCommandPalette::choosesAnAction() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  type(f, "zoomin");
  QCOMPARE(first(f), QString("View › Zoom in"));
  enter(f);
  QVERIFY(!f.window->commandPalette()->isVisible());
  QTRY_VERIFY(f.settings.zoom() > 1.05);
  f.settings.setZoom(1.0);
  f.appearance.apply(f.settings.scheme(), 1.0);
}

void TestCommandPalette::choosesAControlOfThePage() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  type(f, "hide sink");
  QVERIFY2(first(f).contains("Hide the sink and renormalise"), qPrintable(first(f)));
  enter(f);
  QTRY_VERIFY(f.find<QCheckBox>("hideSink")->isChecked());
  QVERIFY(f.window->document().inputs().hideSink);
  type(f, "colour map magma");
  enter(f);
  QTRY_COMPARE(f.window->document().inputs().colourMap, ColourMap::Magma);
  type(f, "field token limit");
  QVERIFY2(first(f).endsWith("Token limit T"), qPrintable(first(f)));
  enter(f);
  QTRY_VERIFY(f.page()->promptPanel()->findChild<QSpinBox*>("tokenLimit")->hasFocus());
}

void TestCommandPalette::turnsToPagesAndTabs() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  type(f, "go runs");
  enter(f);
  QTRY_VERIFY(f.window->runsPage()->isVisible());
  type(f, "collapse heads");
  enter(f);
  QTRY_VERIFY(f.window->collapseTabs()->heads()->isVisible());
}

void TestCommandPalette::opensRecentModels() {
  const TinyFolder other;
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  f.settings.addRecentModel(other.path());
  type(f, QFileInfo(other.path()).fileName());
  QVERIFY2(first(f).startsWith("Model › "), qPrintable(first(f)));
  QVERIFY(f.leadsToResult([&] { enter(f); }));
  QCOMPARE(f.window->document().inputs().model, other.path());
}

void TestCommandPalette::keysGoThroughTheList() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  type(f, "zoom");
  const QListWidget* list = f.window->commandPalette()->list();
  QLineEdit* field = f.window->commandPalette()->field();
  const int last = list->count() - 1;
  QVERIFY(last >= 1);
  QTest::keyClick(field, Qt::Key_Down);
  QCOMPARE(list->currentRow(), 1);
  QTest::keyClick(field, Qt::Key_Up);
  QTest::keyClick(field, Qt::Key_Up);
  QCOMPARE(list->currentRow(), last);
  QTest::keyClick(field, Qt::Key_Down);
  QCOMPARE(list->currentRow(), 0);
  type(f, "qqqqq");
  QCOMPARE(list->count(), 1);
  enter(f);
  QVERIFY(f.window->commandPalette()->isVisible());  // there is nothing to choose
}

void TestCommandPalette::goesWithEscAndGivesTheFocusBack() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  f.grid()->setFocus();
  type(f, "zoom");
  QVERIFY(f.window->commandPalette()->field()->hasFocus());
  QTest::keyClick(f.window->commandPalette()->field(), Qt::Key_Escape);
  QVERIFY(!f.window->commandPalette()->isVisible());
  QVERIFY(f.grid()->hasFocus());
  type(f, "zoom");
  QTest::mouseClick(f.editor()->viewport(), Qt::LeftButton);
  QVERIFY(!f.window->commandPalette()->isVisible());
  QVERIFY(f.editor()->hasFocus());
}

void TestCommandPalette::pagesHaveKeys() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  QTest::keyClick(f.window.get(), Qt::Key_2, Qt::AltModifier);
  QVERIFY(f.window->perturbPage()->isVisible());
  QTest::keyClick(f.window.get(), Qt::Key_6, Qt::AltModifier);
  QVERIFY(f.window->trainPage()->isVisible());
  QTest::keyClick(f.window.get(), Qt::Key_1, Qt::ControlModifier);
  QVERIFY(f.page()->isVisible());
  QVERIFY(f.window->rail()->turns().at(0)->isChecked());
}

void TestCommandPalette::theWholeScreen() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  QTest::keyClick(f.window.get(), Qt::Key_F11);
  QVERIFY(f.window->isFullScreen());
  QTest::keyClick(f.window.get(), Qt::Key_F11);
  QVERIFY(!f.window->isFullScreen());
}

void TestCommandPalette::theSheetHasEveryShortcut() {
  WindowFixture f;
  QVERIFY(f.open(model_.path()));
  QTest::keyClick(f.window.get(), Qt::Key_Slash, Qt::ControlModifier);
  QVERIFY(f.window->shortcutSheet() && f.window->shortcutSheet()->isVisible());
  QStringList words;
  for (const QLabel* label : f.window->shortcutSheet()->findChildren<QLabel*>()) words << label->text();
  int keys = 0;
  for (const MenuEntry& entry : menuEntries(*f.window->menuBar())) {
    if (entry.keys.isEmpty()) continue;
    QVERIFY2(words.contains(entry.keys), qPrintable(entry.keys));
    QVERIFY2(words.contains(entry.title) || words.filter(entry.title).size() > 0, qPrintable(entry.title));
    ++keys;
  }
  QVERIFY(keys > 15);
  for (const char* known : {"Ctrl+K", "Ctrl+S", "F11", "Alt+H"}) QVERIFY2(words.contains(known), known);
}

QTEST_MAIN(TestCommandPalette)
#include "tst_command_palette.moc"
