// sinkscope train, resume, sweep and export, as a script would call them.
#include <ATen/Functions.h>

#include "core/model/safetensors.h"
#include "core/runs/training_log.h"
#include "tests/app/executable.h"
#include "tests/model/damage.h"
#include "tests/train/tiny_training.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace sinkscope;

class TestTrainCommands : public QObject {
  Q_OBJECT

  TinyTraining tiny_;

  QString path(const char* name) const { return QString::fromStdString(tiny_.path(name).string()); }

  QString recipe(const char* name, const std::string& change = "{}") const {
    damage::writeAll(path(name), QByteArray::fromStdString(toJson(tiny_.request("run.h5", change).recipe)));
    return path(name);
  }

  static std::vector<double> losses(const QString& run) {
    std::vector<double> result;
    for (const StepRow& row : readTrainingLog(run.toStdString()).steps) result.push_back(row.loss);
    return result;
  }

 private slots:
  void trainsPausesGoesOnAndExports() {
    const QString file = recipe("a.json");
    const Outcome whole = call({"train", file, "-o", path("whole.h5")});
    QVERIFY2(whole.exitCode == 0, whole.error);
    QVERIFY2(whole.out.contains("million parameters") && whole.out.contains("finished after step 60"), whole.out);
    const Outcome part = call({"train", file, "-o", path("part.h5"), "--stop-after", "23"});
    QVERIFY2(part.out.contains("after step 23"), part.out + part.error);
    QVERIFY(!QFile::exists(path("part.model")));
    const Outcome rest = call({"resume", path("part.h5")});
    QVERIFY2(rest.exitCode == 0, rest.error);
    QCOMPARE(losses(path("part.h5")), losses(path("whole.h5")));
    const Outcome exported = call({"export", path("part.h5"), path("again")});
    QVERIFY2(exported.exitCode == 0, exported.error);
    QCOMPARE(damage::readAll(path("again/model.safetensors")), damage::readAll(path("whole.model/model.safetensors")));
    const Outcome analysed = call({"analyze", "--model", path("again"), "-p", "the river runs to the sea", "--json"});
    QVERIFY2(analysed.exitCode == 0, analysed.error);
  }

  void aSweepGoesOnWhereItWas() {
    const QString file = recipe("b.json", R"({"steps": 10})");
    const QStringList sweep{"sweep",  file,
                            "--vary", "optimizer.weight_decay=0,0.5",
                            "--vary", "packing.bos+packing.mask=fixed+causal,none+documents",
                            "-o",     path("runs")};
    const Outcome outcome = call(sweep);
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    for (const char* name :
         {"tiny-0-fixed-causal", "tiny-0-none-documents", "tiny-0.5-fixed-causal", "tiny-0.5-none-documents"})
      QVERIFY2(outcome.out.contains(name), outcome.out);
    const TrainingLog log = readTrainingLog((path("runs") + "/tiny-0.5-none-documents.h5").toStdString());
    const Recipe made = recipeFromJson(log.start.recipe, "run");
    QCOMPARE(made.optimizer.weightDecay, 0.5);
    QVERIFY(made.packing.bos == BosPlace::None && made.packing.mask == Mask::Documents);
    QFile::remove(path("runs/tiny-0-fixed-causal.h5"));
    const QDateTime before = QFileInfo(path("runs/tiny-0.5-fixed-causal.h5")).lastModified();
    QCOMPARE(call(sweep).exitCode, 0);
    QVERIFY(QFile::exists(path("runs/tiny-0-fixed-causal.h5")));
    QCOMPARE(QFileInfo(path("runs/tiny-0.5-fixed-causal.h5")).lastModified(), before);
  }

  // Two processes with one window each do what one process does with two.
  void processesShareASteps() {
    const QString file = recipe("c.json", R"({"steps": 20, "tokens_per_step": 32})");
    QCOMPARE(call({"train", file, "-o", path("one.h5")}).exitCode, 0);
    const Outcome outcome = callTwice({"train", file, "-o", path("two.h5")});
    QVERIFY2(outcome.exitCode == 0, outcome.error);
    const std::vector<double> one = losses(path("one.h5")), two = losses(path("two.h5"));
    QCOMPARE(two.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
      QVERIFY2(std::abs(one[i] - two[i]) < 1e-5, qPrintable(QString::number(one[i] - two[i])));
    const SafetensorsFile left(path("one.model").toStdString()), right(path("two.model").toStdString());
    for (const auto& [name, info] : left.tensors()) {
      const double difference = at::max(at::abs(at::sub(left.read(name), right.read(name)))).item<double>();
      QVERIFY2(difference < 1e-5, qPrintable(QString::fromStdString(name) + " " + QString::number(difference)));
    }
  }

  void mistakesAreOneSentence() {
    const auto fails = [&](const QStringList& arguments, const char* expected) {
      const Outcome outcome = call(arguments);
      QCOMPARE(outcome.exitCode, 1);
      QVERIFY2(outcome.error.contains(expected), outcome.error);
      QCOMPARE(outcome.error.count('\n'), 1);
    };
    fails({"train", "no-such"}, "no recipe that ships");
    const QString file = recipe("d.json");
    fails({"sweep", file, "--vary", "optimizer.rate=1", "-o", path("x")}, "optimizer.rate");
    fails({"sweep", file, "--vary", "packing.bos=first", "-o", path("x")}, "'fixed'");
    fails({"resume", file}, "no HDF5 file");
    damage::writeAll(path("e.json"), R"({"name": "e", "corpus": {"sources": ["none-such"]}, "steps": 2,
      "model": {"layers": 1, "heads": 1, "width": 8, "feed_forward_width": 8}})");
    fails({"train", path("e.json"), "-o", path("e.h5")}, "none-such");
  }
};

QTEST_GUILESS_MAIN(TestTrainCommands)
#include "tst_train_commands.moc"
