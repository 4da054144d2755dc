#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/model/demo_models.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace sinkscope;

/// The sweep on the demo models: what swaps one by one say, and what theory says.
class TestSweepDemo : public QObject {
  Q_OBJECT

 private slots:
  void swapsOneByOneAgree_data() { addModels(); }
  void swapsOneByOneAgree() {
    QFETCH(QString, name);
    const auto path = resolveModel(name.toStdString());
    const std::shared_ptr<const Model> model = loadModel(path, "cpu", Job());
    const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(path);
    SweepRequest request;
    request.prompt = "He was the greatest playwright of all time.";
    request.conditions = {Condition::Bos, Condition::NoBos, Condition::HiddenSink};
    request.draws = 2;
    const SweepResult result = sweep(*model, *tokenizer, request, Job());
    Perturber perturber(model, tokenizer);
    PerturbRequest one;
    one.prompt = request.prompt;
    one.conditions = request.conditions;
    double worst = 0.0;
    for (const std::size_t position : {std::size_t{0}, std::size_t{3}, result.positions() - 2}) {
      std::vector<std::shared_ptr<const PerturbResult>> swaps;
      for (const std::int64_t id : result.drawn.row(position)) {
        one.swap = Swap{static_cast<std::int64_t>(position), id};
        swaps.push_back(perturber.run(one, Job(), Perturber::Detail::Map));
      }
      for (std::size_t i = 0; i < result.maps.size(); ++i) {
        const SweepMap& map = result.maps[i];
        for (std::size_t place = 0; place < map.places(); ++place) {
          const std::span<const float> row = map.l2.row(place, position);
          float largest = 0.0f;
          for (std::size_t p = 0; p < map.positions(); ++p)
            largest = std::max(largest, *std::ranges::max_element(map.l2.row(place, p)));
          for (std::size_t t = 0; t < row.size(); ++t) {
            const float mean = (swaps[0]->maps[i].l2(place, t) + swaps[1]->maps[i].l2(place, t)) / 2;
            worst = std::max(worst, static_cast<double>(std::abs(row[t] - mean) / largest));
          }
        }
      }
    }
    qInfo("largest difference, of the largest change of its place: %.2g", worst);
    QVERIFY(worst < 1e-5);
  }

  /// Without <bos> a change reaches further in Gemma.
  void theSinkShortensTheReach() {
    const auto path = resolveModel("gemma-3-270m");
    const std::shared_ptr<const Model> model = loadModel(path, "cpu", Job());
    SweepRequest request;
    request.prompt = "William Shakespeare was the greatest playwright of all time, and his plays are still performed.";
    request.draws = 2;
    const SweepResult result = sweep(*model, *loadTokenizer(path), request, Job());
    const std::size_t last = result.maps[0].places() - 2;
    const Array<double, 2> with = reach(result.maps[0], ChangeNorm::Relative);
    const Array<double, 2> without = reach(result.maps[1], ChangeNorm::Relative);
    for (const std::size_t distance : {1, 2, 4, 8}) {
      qInfo("distance %zu: %.4f with <bos>, %.4f without", distance, with(last, distance), without(last, distance));
      QVERIFY(with(last, distance) < without(last, distance));
    }
  }

 private:
  static void addModels() {
    QTest::addColumn<QString>("name");
    for (const DemoModel& demo : demoModels()) QTest::newRow(demo.name.c_str()) << QString::fromStdString(demo.name);
  }
};

QTEST_GUILESS_MAIN(TestSweepDemo)
#include "tst_sweep_demo.moc"
