#include "app/pages/collapse_tabs.h"
#include "app/pages/probe_page.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

using namespace sinkscope;

namespace {

/// The window turned to the probes after their first result.
struct ProbeFixture : WindowFixture {
  bool begin(const QString& model) {
    return open(model) && leadsTo(probes(), [&] { window->turnTo(probes()); });
  }
  ProbePage* probes() const { return window->collapseTabs()->probes(); }
  const ProbeRun& run() const { return *probes()->probed()->result; }
  const Curves& lengths() const { return probes()->lengthPlot()->curves(); }
  const Curves& copies() const { return probes()->copyPlot()->curves(); }
  void choose(const char* box, int index) const {
    auto* choice = find<QComboBox>(box);
    choice->setCurrentIndex(index);
    emit choice->activated(index);
  }
  QPushButton* button() const { return find<QPushButton>("runProbes"); }
};

}  // namespace

/// The Probes tab on a tiny model of three layers whose tokens are single characters.
class TestProbePage : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;

 private slots:
  void bothTextsInBothPrecisions() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    QVERIFY(!f.window->notice()->isVisible());
    QCOMPARE(f.run().lengths.size(), std::size_t{2});
    QCOMPARE(f.run().lengths[0].tokens, (std::vector<std::size_t>{11, 21, 51, 101, 201}));  // <s> and the digits
    QCOMPARE(f.run().lengths[1].tokens[0], std::size_t{14});                                // and three commas
    QCOMPARE(f.lengths().curves.size(), std::size_t{4});
    QCOMPARE(f.lengths().levels.size(), kTypeEpsilons.size());
    const LengthProbeCurves& ones = f.run().lengths[0].float32;
    for (std::size_t i = 0; i < 5; ++i)
      QCOMPARE(f.lengths().curves[0].y[i], ones.layerDifference[i] / ones.layerScale[i]);
    QCOMPARE(f.run().repetitions.front().norm.extent(1), std::size_t{64});
    QVERIFY2(f.window->topBar()->conventions().startsWith("<bos> added · "),
             qPrintable(f.window->topBar()->conventions()));
  }

  void placesAreChosenWithoutTheModel() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    QSignalSpy shown(f.probes(), &Page::resultShown);
    f.choose("probePlace", 1);
    const LengthProbeCurves& ones = f.run().lengths[0].float32;
    QCOMPARE(f.lengths().curves[0].y[2], ones.normDifference[2] / ones.normScale[2]);
    QCOMPARE(f.find<QComboBox>("copyPlace")->count(), 4);
    f.choose("copyPlace", 3);
    QCOMPARE(f.copies().curves[3].role, ColourRole::Strong);
    QCOMPARE(f.copies().levels[0].value, static_cast<double>(f.run().repetitions[0].bosNorm[3]));
    emit f.probes()->copyPlot()->clicked(1, 4.0);  // a curve is a layer
    QCOMPARE(f.find<QComboBox>("copyPlace")->currentText(), QString("layer 0"));
    QCOMPARE(f.copies().curves[1].role, ColourRole::Strong);
    QCOMPARE(shown.size(), 0);
  }

  void runsWithWhatIsTyped() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    QCOMPARE(f.button()->text(), QString("Run again"));
    f.find<QLineEdit>("probeLengths")->setText("3, 5 8,");
    QCOMPARE(f.button()->text(), QString("Run with these"));
    f.find<QLineEdit>("probeText")->setText("ab");
    f.find<QSpinBox>("probeCopies")->setValue(7);
    QVERIFY(f.leadsTo(f.probes(), [&] { f.button()->click(); }));
    QCOMPARE(f.run().lengths[1].request.lengths, (std::vector<std::size_t>{3, 5, 8}));
    QCOMPARE(f.run().repetitions[0].token.bytes, std::string("b"));
    QCOMPARE(f.copies().curves[0].x.size(), std::size_t{7});
    QCOMPARE(f.button()->text(), QString("Run again"));
    f.find<QLineEdit>("probeLengths")->setText(", 0");
    QVERIFY(!f.button()->isEnabled());
    f.find<QLineEdit>("probeLengths")->setText("4");
    f.window->document().edit(Document::Field::Bos, [](Inputs& inputs) { inputs.bos = false; });
    QCOMPARE(f.button()->text(), QString("Run with these"));
    QVERIFY(f.run().lengths[0].request.bos);  // results stay until then
    QVERIFY(f.leadsTo(f.probes(), [&] { f.button()->click(); }));
    QVERIFY(!f.run().lengths[0].request.bos);
    QVERIFY(f.copies().levels.empty());
  }

  void isStopped() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    f.find<QLineEdit>("probeLengths")->setText("4000");
    QSignalSpy stopped(&f.window->session(), &Session::stopped);
    QSignalSpy progressed(&f.window->session(), &Session::progressed);
    f.button()->click();
    QVERIFY(QTest::qWaitFor([&] { return progressed.size() > 0; }, WindowFixture::kPatienceMs));
    f.window->session().cancelAll();
    QVERIFY(f.quiet());
    // Other requests, such as small images of the Explore page, may have been stopped meanwhile.
    QVERIFY(std::ranges::count(stopped, progressed.back().front(), [](const auto& call) { return call.front(); }) == 1);
    QCOMPARE(f.run().lengths[0].request.lengths.size(), std::size_t{5});  // what was there stays
    QCOMPARE(f.button()->text(), QString("Run again"));
  }

  void aRunReopensWithoutTheModel() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    f.choose("probePlace", 1);
    f.choose("copyPlace", 1);
    const QString path = f.folder.filePath("probes.h5");
    f.window->saveRun(path);
    QVERIFY(f.quiet());

    ProbeFixture other;
    QVERIFY(other.opensAlone(path, [&] { return other.probes(); }));
    QVERIFY(other.lengths().curves[3].y == f.lengths().curves[3].y);
    QCOMPARE(other.lengths().y.title, f.lengths().y.title);
    QCOMPARE(other.find<QComboBox>("probePlace")->currentIndex(), 1);
    QCOMPARE(other.copies().curves[1].role, ColourRole::Strong);
    QVERIFY(other.copies().curves[1].y == f.copies().curves[1].y);
    QVERIFY(other.probes()->numbers().contains("ones, bfloat16 model"));
  }

  void figuresAreOffered() {
    ProbeFixture f;
    QVERIFY(f.begin(model_.path()));
    QStringList names;
    for (const PageFigure& figure : f.probes()->figures()) names << figure.name;
    QCOMPARE(names, (QStringList{"lengths-last-layer", "lengths-final-norm", "copies"}));
  }
};

QTEST_MAIN(TestProbePage)
#include "tst_probe_page.moc"
