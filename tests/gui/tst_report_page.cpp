#include "app/pages/report_page.h"
#include "app/pages/report_setup.h"
#include "app/pages/report_table.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <algorithm>

using namespace sinkscope;

namespace {

/// The window turned to the Report page, with two tiny models ticked and short prompts.
struct ReportFixture : WindowFixture {
  bool begin(const QStringList& models) {
    if (!open(models.front())) return false;
    window->rail()->turnTo(report());
    QFile prompts(folder.filePath("prompts.txt"));
    if (!prompts.open(QIODevice::WriteOnly)) return false;
    prompts.write("The river ran to the mill.\nThe mill ran on and on.\nNobody was there to see it.\n");
    prompts.close();
    setup()->readPromptsOf(prompts.fileName());
    for (const QString& model : models) setup()->addModel(model);
    auto* list = find<QListWidget>("reportModels");
    for (int i = 0; i < list->count(); ++i)
      list->item(i)->setCheckState(models.contains(list->item(i)->data(Qt::UserRole).toString()) ? Qt::Checked
                                                                                                 : Qt::Unchecked);
    return true;
  }

  ReportPage* report() const { return window->reportPage(); }
  ReportSetup* setup() const { return report()->setup(); }
  QAbstractItemModel* rows() const { return report()->table()->model(); }
  QString cell(int row, int column) const { return rows()->index(row, column).data().toString(); }
  void press(const char* name) { find<QPushButton>(name)->click(); }
  bool measure() {
    press("reportRun");
    return quiet() && report()->hasResult();
  }
};

}  // namespace

/// The Report page on tiny models whose tokens are single characters.
class TestReportPage : public QObject {
  Q_OBJECT

  TinyFolder one_, other_;

 private slots:
  void publishedRowsAreThereFirst() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path()}));
    QVERIFY(!f.report()->hasResult());
    QCOMPARE(f.rows()->rowCount(), 7);
    QCOMPARE(f.cell(0, 0), QString("LLaMa 3.1 8B"));
    QVERIFY(f.label("reportNote").contains("published"));
  }

  void rowsComeAsModelsAreDone() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path(), other_.path()}));
    QAbstractItemModelTester tester(f.rows(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy shown(f.report(), &Page::resultShown);
    QVERIFY(f.measure());
    QCOMPARE(shown.size(), 2);
    QCOMPARE(f.rows()->rowCount(), 4 + 7);
    QCOMPARE(f.report()->reported()->result->models.size(), std::size_t{2});
    QCOMPARE(f.cell(0, 2), QString("yes"));
    QCOMPARE(f.cell(1, 2), QString("no"));
    QVERIFY(f.cell(0, 3).contains('[') && f.cell(0, 6).contains('['));
    QVERIFY2(f.window->topBar()->conventions().startsWith("ε 0.3, 0.8 · T "),
             qPrintable(f.window->topBar()->conventions()));
    QVERIFY(f.window->topBar()->conventions().contains("3 prompts (prompts.txt)"));
    QCOMPARE(f.find<QPushButton>("reportRun")->text(), QString("Measure"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  void fewerPromptsAndTokens() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path()}));
    f.find<QSpinBox>("reportCount")->setValue(2);
    f.find<QSpinBox>("reportTokens")->setValue(9);
    QVERIFY(f.measure());
    const ReportResult& report = *f.report()->reported()->result;
    QCOMPARE(report.request.prompts.size(), std::size_t{2});
    QCOMPARE(report.models[0].conditions[0].tokensMax, std::size_t{9});
  }

  void theChosenRowsLayersAreDrawn() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path(), other_.path()}));
    QVERIFY(f.measure());
    const auto& models = f.report()->reported()->result->models;
    QVERIFY(f.label("reportLayersTitle").contains(QString::fromStdString(shownName(models[0]))));
    f.report()->table()->setCurrentIndex(f.rows()->index(2, 0));
    QVERIFY(f.label("reportLayersTitle").contains(QString::fromStdString(shownName(models[1]))));
    auto* measure = f.find<QComboBox>("reportMeasure");
    QCOMPARE(measure->count(), 5);
    measure->setCurrentIndex(measure->findData("row-entropy"));
    const auto& curves = f.report()->layerPlot()->curves().curves;
    QCOMPARE(curves.size(), std::size_t{2});
    QCOMPARE(curves[0].y, models[1].conditions[0].entropyByLayer);
    QCOMPARE(curves[0].role, ColourRole::Sink);
    QCOMPARE(curves[1].y, models[1].conditions[1].entropyByLayer);
  }

  void aCancelKeepsWhatIsDone() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path(), other_.path()}));
    QSignalSpy stopped(&f.window->session(), &Session::stopped), reported(&f.window->session(), &Session::reported);
    connect(
        f.report(), &Page::resultShown, f.report(), [&] { f.press("reportRun"); }, Qt::SingleShotConnection);
    f.press("reportRun");
    QCOMPARE(f.find<QPushButton>("reportRun")->text(), QString("Cancel"));
    QVERIFY(f.quiet());
    // Other requests, such as small images of the Explore page, may have been stopped meanwhile.
    QVERIFY(std::ranges::count(stopped, reported.back().front(), [](const auto& call) { return call.front(); }) == 1);
    QCOMPARE(f.rows()->rowCount(), 2 + 7);
    QCOMPARE(f.find<QPushButton>("reportRun")->text(), QString("Measure"));
    QVERIFY(f.report()->doneLine().startsWith("1 of 2 models"));
  }

  void aModelThatIsGoneIsOneSentence() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path()}));
    f.setup()->addModel("/no/such/model");
    f.press("reportRun");
    QVERIFY(f.quiet());
    QVERIFY(f.window->notice()->isVisible());
    QVERIFY(f.window->notice()->sentence().contains("/no/such/model"));
    QVERIFY(!f.report()->hasResult());
    QVERIFY(f.find<QPushButton>("reportRun")->isEnabled());
  }

  void promptsThatCannotBeReadAreOneSentence() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path()}));
    f.setup()->readPromptsOf("/no/such/prompts.txt");
    QVERIFY(f.label("reportPrompts").contains("/no/such/prompts.txt"));
    f.press("reportEnglish");
    QCOMPARE(f.label("reportPrompts"), QString("English passages: 170"));
    QCOMPARE(f.find<QSpinBox>("reportCount")->value(), 170);
  }

  void aRunReopensWithoutTheModels() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path(), other_.path()}));
    QVERIFY(f.measure());
    f.report()->table()->setCurrentIndex(f.rows()->index(3, 0));
    auto* measure = f.find<QComboBox>("reportMeasure");
    measure->setCurrentIndex(measure->findData("spread"));
    const QString path = f.folder.filePath("report.h5"), numbers = f.report()->numbers();
    f.window->saveRun(path);
    QVERIFY(f.quiet());

    ReportFixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.report(); }));
    QCOMPARE(other.report()->numbers(), numbers);
    QCOMPARE(other.find<QComboBox>("reportMeasure")->currentData().toString(), QString("spread"));
    QCOMPARE(other.report()->layerPlot()->curves().curves[0].y,
             f.report()->reported()->result->models[1].conditions[0].spreadByLayer);
    QCOMPARE(other.setup()->tickedModels(), (QStringList{one_.path(), other_.path()}));
    QCOMPARE(other.find<QSpinBox>("reportCount")->value(), 3);
  }

  void tablesAndFiguresAreWritten() {
    ReportFixture f;
    QVERIFY(f.begin({one_.path()}));
    QVERIFY(f.measure());
    for (const auto& [suffix, part] : {std::pair{"html", "</html>"}, {"tex", "\\bottomrule"}, {"csv", "sink_rate"}}) {
      const QString path = f.folder.filePath(QStringLiteral("report.") + suffix);
      f.report()->writeTables(path);
      QFile file(path);
      QVERIFY(file.open(QIODevice::ReadOnly));
      QVERIFY2(file.readAll().contains(part), suffix);
    }
    const std::vector<PageFigure> figures = f.report()->figures();
    QCOMPARE(figures.size(), std::size_t{5});
    for (const PageFigure& figure : figures) {
      const QString path = f.folder.filePath(figure.name + ".pdf");
      exportFigure(figure.drawing, FigureStyle(), path);
      QVERIFY2(QFileInfo(path).size() > 50, qPrintable(path));
    }
    f.report()->writeTables("/no/such/report.html");
    QVERIFY(f.report()->findChild<Notice*>()->sentence().contains("/no/such/report.html"));
  }
};

QTEST_MAIN(TestReportPage)
#include "tst_report_page.moc"
