#include "app/export_dialog.h"
#include "core/analysis/explore.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"

#include <QClipboard>
#include <QFile>
#include <QMenuBar>
#include <QSpinBox>

using namespace sinkscope;

/// The window on a tiny model: what every control does.
class TestWindow : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void firstStartShowsTheDemoPromptAnalysed() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QCOMPARE(f.editor()->toPlainText(), demoPrompt());
    QCOMPARE(f.grid()->shares().rows, 3);
    QCOMPARE(f.grid()->shares().columns, 6);
    QCOMPARE(f.strip()->tokens().size(), 64);  // cut to T
    QVERIFY(f.strip()->tokens()[0].sink);
    QCOMPARE(f.strip()->tokens()[0].text, QString("<s>"));
    QCOMPARE(f.strip()->tokens()[4].text, QString("·"));  // "The quick": <s> T h e ·
    QVERIFY(f.map()->whole());
    QCOMPARE(f.window->topBar()->conventions(), QString("ε 0.3 · T 64 · 1 prompt · <s> added · query 0 included"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  void typingAnalysesByItself() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QVERIFY(f.leadsToResult([&] {
      f.editor()->selectAll();
      QTest::keyClicks(f.editor(), "two words");
      QCOMPARE(f.strip()->tokens().size(), 10);  // the chips do not wait for the analysis
    }));
    QCOMPARE(f.page()->explored()->result->prompts[0].prompt, std::string("two words"));
    QCOMPARE(f.page()->explored()->result->prompts[0].tokens.size(), std::size_t{10});
  }

  void onlyTheLastOfManyEditsIsAnalysed() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QSignalSpy shown(f.page(), &ExplorePage::resultShown);
    f.editor()->selectAll();
    QTest::keyClicks(f.editor(), "quickly typed", Qt::NoModifier, 5);
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, WindowFixture::kPatienceMs);
    QVERIFY(f.quiet());
    QTest::qWait(300);
    QCOMPARE(shown.size(), 1);
    QCOMPARE(f.page()->explored()->result->prompts[0].prompt, std::string("quickly typed"));
  }

  void draggingEpsNeedsNoModel() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    const ExploredPtr before = f.page()->explored();
    QSignalSpy asked(&f.window->session(), &Session::modelLoaded);
    f.eps()->setEpsilon(0.0);
    QCOMPARE(f.grid()->sinkCount(), 18);
    QVERIFY(f.label("sinkRate").contains("1.00"));
    f.eps()->setEpsilon(1.0);
    QCOMPARE(f.grid()->sinkCount(), 0);
    QVERIFY(f.label("sinkRate").contains("0.00"));
    QVERIFY(f.window->topBar()->conventions().startsWith("ε 1 "));
    QTest::qWait(300);
    QCOMPARE(asked.size(), 0);
    QCOMPARE(f.page()->explored(), before);
  }

  void theMouseDragsEps() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QWidget* track = f.eps()->childAt(20, f.eps()->height() / 2);
    QVERIFY(track);
    const auto at = [track](double part) {
      return QPoint(static_cast<int>(track->width() * part), track->height() / 2);
    };
    std::vector<int> counts;
    QTest::mousePress(track, Qt::LeftButton, {}, at(0.05));
    for (const double part : {0.05, 0.4, 0.95}) {
      QTest::mouseMove(track, at(part));
      counts.push_back(f.grid()->sinkCount());
    }
    QTest::mouseRelease(track, Qt::LeftButton, {}, at(0.95));
    QVERIFY(f.eps()->epsilon() > 0.8);
    QCOMPARE(counts.front(), 18);
    QCOMPARE(counts.back(), 0);
    QCOMPARE(f.window->document().undoStack().count(), 1);  // a drag is one step
  }

  void figuresAreExported() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    ExportDialog dialog(f.page()->figures(), f.settings, ColourMap::Magma);
    dialog.show();
    const QString pdf = f.folder.filePath("grid.pdf"), csv = f.folder.filePath("grid.csv");
    QVERIFY(dialog.writeTo(pdf));
    QFile file(pdf);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.read(5) == "%PDF-");
    QVERIFY(dialog.writeTo(csv));
    QFile table(csv);
    QVERIFY(table.open(QIODevice::ReadOnly));
    QVERIFY(table.readAll().count('\n') > 3);  // a line for the header, then one a layer or a head
    QVERIFY(!dialog.writeTo(f.folder.filePath("no/such/folder.pdf")));
    const auto* notice = dialog.findChild<Notice*>();
    QVERIFY(notice->isVisible());
    QVERIFY2(notice->sentence().contains("folder.pdf"), qPrintable(notice->sentence()));
  }

  void theMouseAndTheKeysPickAHead() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QTest::mouseClick(f.grid(), Qt::LeftButton, {}, f.grid()->cellRect(1, 4).center().toPoint());
    QVERIFY(f.quiet());
    QCOMPARE(f.label("headHeading"), QString("Layer 1, head 4"));
    QCOMPARE(f.map()->address().head, 4);
    QVERIFY(f.map()->whole());
    QTest::keyClick(f.grid(), Qt::Key_Down);
    QCOMPARE(f.label("headHeading"), QString("Layer 2, head 4"));
    QTest::keyClick(f.grid(), Qt::Key_Left);
    QCOMPARE(f.label("headHeading"), QString("Layer 2, head 3"));
  }

  void pointingAtACellReadsItsWeight() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QSignalSpy hovered(f.map(), &HeatmapView::hovered);
    const QRectF plot = f.map()->plotRect();
    QTest::mouseMove(f.map(), QPointF(plot.left() + plot.width() * 0.2, plot.top() + plot.height() * 0.8).toPoint());
    QVERIFY(hovered.size() > 0);
    const int key = hovered.back()[1].toInt();
    QVERIFY(key > 5 && key < 20);
    QCOMPARE(f.strip()->highlighted(), key);
  }

  void clickingARowNamesItsKeys() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    const QPoint centre = f.map()->plotRect().center().toPoint();
    QTest::mouseClick(f.map(), Qt::LeftButton, {}, centre);
    QVERIFY(f.quiet());
    QVERIFY2(f.label("headRow").startsWith("Query 3"), qPrintable(f.label("headRow")));  // 30-something of 64
  }

  void bosOnAndOffStandSideBySide() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QVERIFY(!f.map(1)->isVisible());
    f.find<QCheckBox>("compareBos")->click();
    QVERIFY(f.quiet());
    QVERIFY(f.map(1)->isVisible());
    QVERIFY(f.map(0)->address().source->result->request.bos);
    QVERIFY(!f.map(1)->address().source->result->request.bos);
    QVERIFY(f.map(1)->whole());
    f.find<QCheckBox>("compareBos")->click();
    QVERIFY(!f.map(1)->isVisible());
  }

  void promptsAsChatMessages() {
    const TinyFolder folder;
    WindowFixture f;
    QVERIFY(f.open(folder.path()));
    auto* chat = f.page()->promptPanel()->findChild<QCheckBox*>("chat");
    QVERIFY(chat->isVisible() && !chat->isEnabled());
    QVERIFY2(chat->toolTip().contains("without a chat template"), qPrintable(chat->toolTip()));
    f.window.reset();

    folder.addChatTemplate("{{ bos_token }}[{{ messages[0].content }}]");
    QVERIFY(f.open(folder.path()));
    chat = f.page()->promptPanel()->findChild<QCheckBox*>("chat");
    QVERIFY(chat->isEnabled() && !chat->isChecked());
    const std::size_t raw = f.page()->explored()->result->prompts[0].tokens.size();
    QVERIFY(f.leadsToResult([&] { chat->click(); }));
    const ExploreResult& marked = *f.page()->explored()->result;
    QVERIFY(marked.request.chat);
    QCOMPARE(marked.prompts[0].tokens.size(), std::min<std::size_t>(raw + 2, 64));
    QCOMPARE(marked.prompts[0].tokens[1].bytes, std::string("["));
    QVERIFY(f.page()->conventions().contains("as a chat message"));
    QVERIFY(f.leadsToResult([&] { f.window->document().undoStack().undo(); }));
    QVERIFY(!chat->isChecked());
  }

  void hidingTheSinkRenormalises() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    f.find<QCheckBox>("hideSink")->click();
    QVERIFY(f.quiet());
    const Matrix& shown = f.map()->whole()->mean;
    double sum = 0;
    for (int key = 0; key <= 40; ++key) sum += shown.at(40, key);
    QVERIFY(std::abs(sum - 1) < 1e-4);
    QCOMPARE(shown.at(40, 0), 0.0f);
  }

  void undoTakesBackThePromptAndTheSettings() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QVERIFY(f.leadsToResult([&] {
      f.editor()->selectAll();
      QTest::keyClicks(f.editor(), "new");
    }));
    f.eps()->setEpsilon(0.8);
    QVERIFY(f.leadsToResult([&] { f.find<QToolButton>("bos")->click(); }));
    f.editor()->setFocus();
    QVERIFY(f.leadsToResult([&] { QTest::keyClick(f.editor(), Qt::Key_Z, Qt::ControlModifier); }));
    QVERIFY(f.find<QToolButton>("bos")->isChecked());
    QTest::keyClick(f.editor(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(f.eps()->epsilon(), 0.3);
    QVERIFY(f.leadsToResult([&] { QTest::keyClick(f.editor(), Qt::Key_Z, Qt::ControlModifier); }));
    QCOMPARE(f.editor()->toPlainText(), demoPrompt());
    QVERIFY(f.leadsToResult([&] { f.window->document().undoStack().redo(); }));
    QCOMPARE(f.editor()->toPlainText(), QString("new"));
  }

  void aBrokenModelLeavesTheOldResults() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    const ExploredPtr before = f.page()->explored();
    const QString broken = f.folder.filePath("broken.gguf");
    QFile file(broken);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("GGUF, but not really");
    file.close();
    QSignalSpy failed(&f.window->session(), &Session::failed);
    f.window->chooseModel(broken);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, WindowFixture::kPatienceMs);
    QVERIFY(f.window->notice()->isVisible());
    QVERIFY2(f.window->notice()->sentence().contains("broken.gguf"), qPrintable(f.window->notice()->sentence()));
    QVERIFY(f.window->notice()->details().contains("sinkscope"));
    QCOMPARE(f.page()->explored(), before);
    QVERIFY(f.leadsToResult([&] { f.window->chooseModel(model_.path()); }));  // and on it goes
    QVERIFY(!f.window->notice()->isVisible());
  }

  void cancelEndsALongAnalysis() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    ExploreRequest endless;
    endless.model = model_.path().toStdString();
    endless.prompts.assign(50000, std::string(60, 'x'));
    endless.tokenLimit = 0;
    endless.keep = Keep::Statistics;
    f.window->session().explore(endless);
    QTRY_VERIFY_WITH_TIMEOUT(f.window->activityBar()->isShowingActivity(), 10000);
    QTest::mouseClick(f.window->activityBar()->findChild<QToolButton*>("cancel"), Qt::LeftButton);
    QVERIFY(f.quiet());
    QVERIFY(!f.window->activityBar()->isShowingActivity());
    QVERIFY(!f.window->notice()->isVisible());  // a cancel is no failure
  }

  void aRunReopensAsItWas() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    f.eps()->setEpsilon(0.8);
    f.grid()->setSelected(2, 5);
    f.page()->headPanel()->setHead(2, 5);
    QVERIFY(f.quiet());
    f.window->document().edit(Document::Field::Sorting, [](Inputs& inputs) { inputs.sorted = true; });
    const Matrix shares = f.grid()->shares();
    const Matrix map = f.map()->whole()->mean;
    const QString path = f.folder.filePath("run.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());
    QVERIFY(QFile::exists(path));
    QCOMPARE(f.settings.recentRuns(), QStringList{path});

    f.eps()->setEpsilon(0.1);
    f.window->document().edit(Document::Field::Sorting, [](Inputs& inputs) { inputs.sorted = false; });
    QVERIFY(f.leadsToResult([&] {
      f.editor()->selectAll();
      QTest::keyClicks(f.editor(), "else");
    }));
    QSignalSpy started(&f.window->session(), &Session::modelLoaded);
    QVERIFY(f.leadsToResult([&] { f.window->openRun(path); }));
    QTest::qWait(300);
    QCOMPARE(started.size(), 0);  // no model was asked
    QCOMPARE(f.editor()->toPlainText(), demoPrompt());
    QCOMPARE(f.eps()->epsilon(), 0.8);
    QVERIFY(f.window->document().inputs().sorted);
    QCOMPARE(f.label("headHeading"), QString("Layer 2, head 5"));
    QCOMPARE(f.grid()->shares().values, shares.values);
    QCOMPARE(imageOf(f.map()->whole()->mean, ColourScale()), imageOf(map, ColourScale()));
    QCOMPARE(f.strip()->tokens().size(), 64);
    QVERIFY(f.leadsToResult([&] { QTest::keyClicks(f.editor(), "."); }));  // and the model takes over again
    QVERIFY(f.page()->explored()->file.isEmpty());
  }

  void aBrokenRunIsOneSentence() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    const ExploredPtr before = f.page()->explored();
    QFile file(f.folder.filePath("not-a-run.h5"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(4096, 'x'));
    file.close();
    f.window->openRun(file.fileName());
    QVERIFY(f.quiet());
    QVERIFY(f.window->notice()->sentence().contains("not-a-run.h5"));
    QCOMPARE(f.page()->explored(), before);
  }

  void theTokenLimitCuts() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QVERIFY(f.leadsToResult([&] { f.find<QSpinBox>("tokenLimit")->setValue(12); }));
    QCOMPARE(f.strip()->tokens().size(), 12);
    QVERIFY(f.window->topBar()->conventions().contains("T 12"));
  }

  void numbersAreCopiedWithTheirConventions() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QTest::keyClick(f.window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.contains(f.window->topBar()->conventions()), qPrintable(text));
  }

  void theWindowRemembers() {
    QTemporaryDir folder;
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    QVERIFY(f.leadsToResult([&] {
      f.editor()->selectAll();
      QTest::keyClicks(f.editor(), "remember me");
    }));
    f.window->close();
    QVERIFY(f.open({}));  // no model is named: the last one
    QCOMPARE(f.editor()->toPlainText(), QString("remember me"));
    QCOMPARE(f.window->document().inputs().model, model_.path());
  }

  void closingDuringAnAnalysisIsQuick() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    ExploreRequest endless;
    endless.model = model_.path().toStdString();
    endless.prompts.assign(50000, std::string(60, 'x'));
    endless.tokenLimit = 0;
    f.window->session().explore(endless);
    QTest::qWait(100);
    QElapsedTimer timer;
    timer.start();
    f.window->close();
    f.window.reset();
    QVERIFY(timer.elapsed() < 2000);
  }

  void everyControlHasANameForThoseWhoDoNotSee() {
    WindowFixture f;
    QVERIFY(f.open(model_.path()));
    for (const auto* button : f.window->findChildren<QToolButton*>()) {
      QVERIFY2(
          !button->text().isEmpty() || !button->accessibleName().isEmpty() || button->objectName().startsWith("qt_"),
          qPrintable(button->objectName()));
    }
    for (const QWidget* view : std::initializer_list<QWidget*>{f.grid(), f.map(), f.strip(), f.editor(), f.eps()}) {
      QVERIFY(!view->accessibleName().isEmpty());
      QVERIFY(view->focusPolicy() != Qt::NoFocus || view == f.eps());
    }
  }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
