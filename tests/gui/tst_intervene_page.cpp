#include "app/pages/intervene_page.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/intervention_bar.h"
#include "core/analysis/ablation.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

using namespace sinkscope;

namespace {

struct Fixture : WindowFixture {
  IntervenePage* intervene() const { return window->interveneTabs()->interventions(); }
  const AblationResult& result() const { return *intervene()->ablated()->result; }
  QTableView* table() const { return intervene()->table(); }
  QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }
  bool openIntervene(const QString& model) {
    return openPage(model, QStringLiteral("the quick brown fox jumps over it"),
                    [](const Window& w) -> Page* { return w.interveneTabs()->interventions(); });
  }
  void choose(const char* combo, const char* data) const {
    auto* box = find<QComboBox>(combo);
    box->setCurrentIndex(box->findData(QString::fromLatin1(data)));
  }
  void add() const { QTest::mouseClick(find<QPushButton>("addIntervention"), Qt::LeftButton); }
};

}  // namespace

/// The Intervene page as a person uses it.
class TestIntervenePage : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    f_ = std::make_unique<Fixture>();
    QVERIFY(f_->openIntervene(model_.path()));
  }
  void cleanup() { f_.reset(); }

  void showsTheInterventionsBesideTheUntouchedModel() {
    const int changed = static_cast<int>(f_->result().changed.size());
    QCOMPARE(changed, f_->window->document().inputs().interventions.size());
    QCOMPARE(f_->table()->model()->rowCount(), 1 + changed);
    QCOMPARE(f_->cell(0, 0), QStringLiteral("untouched"));
    QCOMPARE(f_->cell(1, 0), QStringLiteral("<s> hidden from all heads"));
    QCOMPARE(f_->cell(1, 1).toDouble(), std::round(meanOf(f_->result().changed[0].loss) * 1000) / 1000);
    QCOMPARE(static_cast<int>(f_->intervene()->lossPlot()->curves().curves.size()), 1 + changed);
    QCOMPARE(static_cast<int>(f_->intervene()->changePlot()->curves().curves.size()), 1 + changed);
    QCOMPARE(f_->intervene()->maps()->count(), 1);
    QVERIFY(f_->intervene()->conventions().contains("query 0 included"));
    QAbstractItemModelTester tester(f_->table()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  }

  void anInterventionIsPutTogetherAndTakenOut() {
    const int before = f_->table()->model()->rowCount();
    f_->choose("interventionKind", "remove");
    f_->choose("replacement", "mean");
    f_->find<QLineEdit>("interventionHeads")->setText("1.2, 2.*");
    QVERIFY(f_->leadsTo(f_->intervene(), [&] { f_->add(); }));
    QCOMPARE(f_->table()->model()->rowCount(), before + 1);
    QCOMPARE(f_->cell(before, 0), QStringLiteral("output of heads 1.2, 2.* replaced by the mean"));
    QVERIFY(meanOf(f_->result().changed.back().divergence) > 0);

    f_->table()->selectRow(before);
    QCOMPARE(f_->intervene()->maps()->count(), 2);  // untouched and selected, side by side
    QVERIFY(f_->leadsTo(f_->intervene(), [&] { f_->find<QToolButton>("removeIntervention")->click(); }));
    QCOMPARE(f_->table()->model()->rowCount(), before);
    QVERIFY(f_->leadsTo(f_->intervene(), [&] { f_->window->document().undoStack().undo(); }));
    QCOMPARE(f_->table()->model()->rowCount(), before + 1);
  }

  void whatIsNotUnderstoodGetsASentenceAndChangesNothing() {
    const QStringList before = f_->window->document().inputs().interventions;
    f_->find<QLineEdit>("interventionHeads")->setText("third");
    f_->add();
    QVERIFY(f_->find<QLabel>("interventionFault")->isVisible());
    QVERIFY(f_->label("interventionFault").contains("expected heads such as 3.2"));
    QCOMPARE(f_->window->document().inputs().interventions, before);
  }

  void headsThatTheModelHasNotGetASentence() {
    QSignalSpy failed(&f_->window->session(), &Session::failed);
    f_->find<QLineEdit>("interventionHeads")->setText("99.0");
    f_->add();
    QVERIFY(QTest::qWaitFor([&] { return failed.size() > 0; }, Fixture::kPatienceMs));
    QVERIFY(failed.front().at(1).toString().contains("layers 0 to 2"));
    QVERIFY(f_->intervene()->hasResult());  // the last picture stays
  }

  void aClickOnAHeadAddsIt() {
    emit f_->intervene()->maps()->cellClicked(0, 2, 4);
    emit f_->intervene()->maps()->cellClicked(0, 1, 0);
    QCOMPARE(f_->find<QLineEdit>("interventionHeads")->text(), QStringLiteral("2.4, 1.0"));
  }

  void anEditedPromptIsMeasuredAnew() {
    QVERIFY(f_->leadsTo(f_->intervene(), [&] {
      f_->window->document().edit(Document::Field::Prompt, [](Inputs& inputs) { inputs.prompt = "another text"; });
    }));
    QCOMPARE(f_->result().prompts.front().prompt, std::string("another text"));
  }

  void aRunComesBackWithoutTheModel() {
    const QString path = f_->folder.filePath("ablation.h5");
    QSignalSpy saved(&f_->window->session(), &Session::saved);
    f_->window->saveRun(path);
    QVERIFY(QTest::qWaitFor([&] { return saved.size() > 0; }, Fixture::kPatienceMs) && f_->quiet());
    const auto before = f_->intervene()->ablated()->result;
    const QString numbers = f_->intervene()->numbers();

    Fixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.intervene(); }));
    QCOMPARE(other.intervene()->ablated()->file, path);
    QCOMPARE(other.result().request, before->request);
    QCOMPARE(other.result().changed.front().share, before->changed.front().share);
    QCOMPARE(other.intervene()->numbers(), numbers);
    QCOMPARE(other.intervene()->figures().size(), 2 + before->changed.size());
  }

 private:
  TinyFolder model_;
  std::unique_ptr<Fixture> f_;
};

QTEST_MAIN(TestIntervenePage)
#include "tst_intervene_page.moc"
