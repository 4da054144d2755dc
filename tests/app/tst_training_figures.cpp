#include "app/figures.h"
#include "app/smoothing.h"
#include "app/training_figures.h"
#include "app/training_words.h"
#include "tests/app/training_run.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>

using namespace sinkscope;

/// What the curves and the film of a training are made of.
class TestTrainingFigures : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  TrainingLogPtr log_, other_;

  TrainingLogPtr made(const char* name, std::int64_t steps) const {
    const std::filesystem::path path = folder_.filePath(QString::fromLatin1(name) + ".h5").toStdString();
    {
      MadeUpRun run(path, name);
      run.steps(steps);
      run.event("finished", "The training finished.");
    }
    return std::make_shared<const TrainingLog>(readTrainingLog(path));
  }

 private slots:
  void initTestCase() {
    log_ = made("one", 100);
    other_ = made("other", 50);
  }

  void smoothingIsAWeightedMean() {
    const double none = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
    const std::vector<double> values{4.0, none, 2.0, infinite, 8.0};
    const std::vector<double> means = smoothed(values, 0.5);
    QCOMPARE(means[0], 4.0);
    QVERIFY(std::isnan(means[1]));
    QCOMPARE(means[2], (0.5 * 4.0 + 2.0) / 1.5);
    QCOMPARE(means[3], infinite);
    QCOMPARE(means[4], (0.25 * 4.0 + 0.5 * 2.0 + 8.0) / 1.75);
    QCOMPARE(smoothed({3.0, 5.0}, 0.0), (std::vector<double>{3.0, 5.0}));
  }

  void lossOfOneRun() {
    TrainingLook look;
    look.smoothing = 0.9;
    const Curves data = trainingCurves({{"one", log_}}, TrainingCurve::Loss, look).data;
    QStringList names;
    for (const Curve& curve : data.curves) names << curve.name;
    QCOMPARE(names, (QStringList{"training, not smoothed", "training", "held out, no <bos>", "held out, <bos>"}));
    QCOMPARE(data.curves[0].role, ColourRole::Faint);
    QCOMPARE(data.curves[0].y.size(), std::size_t{100});
    QCOMPARE(data.curves[0].y[3], 1.0);
    QCOMPARE(data.curves[3].role, ColourRole::Sink);
    QCOMPARE(data.curves[3].x, (std::vector<double>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}));
    look.axis = TrainingAxis::Tokens;
    QCOMPARE(trainingCurves({{"one", log_}}, TrainingCurve::Loss, look).data.curves[0].x[1], 128.0);
    look.axis = TrainingAxis::Seconds;
    look.logarithmicX = true;
    const Curves timed = trainingCurves({{"one", log_}}, TrainingCurve::Loss, look).data;
    QCOMPARE(timed.curves[0].x[1], 1.0);
    QCOMPARE(timed.x.minimum, 0.5);
  }

  void sinkRatesByThreshold() {
    TrainingLook look;
    look.epsilon = 0.75;
    const Curves data = trainingCurves({{"one", log_}}, TrainingCurve::SinkRate, look).data;
    QCOMPARE(data.curves.size(), std::size_t{3});
    QCOMPARE(data.curves[1].name, QString("ε 0.8"));
    QCOMPARE(data.curves[1].role, ColourRole::Sink);
    QCOMPARE(data.curves[2].name, QString("ε 0.8, no <bos>"));
    QCOMPARE(data.curves[1].y.back(), 1.0 / 6.0);
    QCOMPARE(data.curves[0].y[3], 1.0 / 6.0);
    QCOMPARE(data.y.maximum, 1.04 * 0.2);
    look.logarithmicY = true;
    QVERIFY(!trainingCurves({{"one", log_}}, TrainingCurve::SinkRate, look).data.y.logarithmic);
  }

  void runsLieOverEachOther() {
    const Curves data = trainingCurves({{"one", log_}, {"other", other_}}, TrainingCurve::Loss, {}).data;
    QCOMPARE(data.curves.size(), std::size_t{2});
    QCOMPARE(data.curves[0].name, QString("one"));
    QCOMPARE(data.curves[1].x.size(), std::size_t{5});
    QVERIFY(data.x.maximum > 100);
    QVERIFY(data.curves[0].role != data.curves[1].role);
  }

  void uniformAttentionIsDrawn() {
    const Curves data = trainingCurves({{"one", log_}}, TrainingCurve::MeanShare, {}).data;
    QVERIFY(std::abs(data.levels.at(0).value - 0.2113) < 5e-5);  // H_16 / 16
    QVERIFY(std::abs(data.curves.at(0).y.back() - 1.0 / 6.0) < 1e-7);
  }

  void theGridIsThatOfItsMeasurement() {
    const GridFigure early = sinkGrid(*log_, 0, HeadMeasure::Share, 0.3);
    const GridFigure late = sinkGrid(*log_, 9, HeadMeasure::Share, 0.3);
    QCOMPARE(early.shares.rows, 2);
    QCOMPARE(early.shares.columns, 3);
    QCOMPARE(early.shares.at(0, 1), 0.1f);
    QCOMPARE(late.shares.at(0, 1), 1.0f);
    QVERIFY(late.conventions.startsWith("step 100 · ε 0.3 · T 16 · 2 windows"));
    QVERIFY(sinkGrid(*log_, 9, HeadMeasure::ValueDrain, 0.3).eps > 1e6);  // frames are of shares
    QVERIFY(std::isnan(sinkGrid(*log_, 9, HeadMeasure::Absorbed, 0.3).shares.at(0, 0)));
  }

  void figuresAreWritten() {
    const std::vector<PageFigure> figures = trainingFigures({{"one", log_}}, {}, 4, HeadMeasure::Share);
    QStringList names;
    for (const PageFigure& figure : figures) {
      names << figure.name;
      const QString path = folder_.filePath(figure.name + ".svg");
      writeFigure(figure, FigureStyle(), path);
      QVERIFY2(QFileInfo(path).size() > 500, qPrintable(path));
    }
    QCOMPARE(names.size(), 9);
    QCOMPARE(names[2], QString("heads"));
    QCOMPARE(figures[2].frames.size(), std::size_t{10});
    QVERIFY(figures[0].drawing.description.contains("Trainings: one."));
  }

  void wordsSayWhatHappened() {
    QCOMPARE(trainingProgress(*log_), QString("step 100 of 100, loss 0.040"));
    QCOMPARE(trainingSteps(*other_), QString("50 of 100 steps"));
    QCOMPARE(trainedShare(*other_), 0.5);
    QCOMPARE(trainingTimeLeft(*other_), QString("about 25 s left"));  // 50 steps of 0.5 s
    QCOMPARE(durationWords(5000), QString("about 84 min"));
    QCOMPARE(durationWords(1e6), QString("about 12 days"));
    QVERIFY(trainingNumbers(*log_, 0.3).contains("heads above ε 0.8: 0.1667 with <bos>, 0.0000 without"));
    TrainingLog log = *log_;
    QVERIFY(trainingTrouble(log).isEmpty());
    log.events = {{0, "started", "It began.", 0.0},
                  {7, "not-finite", "The loss of step 8 is not finite.", 0.0},
                  {7, "paused", "It paused after step 7.", 0.0}};
    QCOMPARE(trainingTrouble(log), QString("The loss of step 8 is not finite. It paused after step 7."));
    log.events.push_back({7, "resumed", "It went on.", 0.0});
    QVERIFY(trainingTrouble(log).isEmpty());
    log.start.recipe = "{}";
    QCOMPARE(trainingSteps(log), QString("100 steps"));
  }
};

QTEST_MAIN(TestTrainingFigures)
#include "tst_training_figures.moc"
