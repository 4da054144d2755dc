#include "app/pages/play_bar.h"
#include "app/pages/recipe_form.h"
#include "app/pages/recipe_panel.h"
#include "app/pages/run_list.h"
#include "app/pages/run_view.h"
#include "app/pages/sink_film.h"
#include "app/pages/train_page.h"
#include "app/pages/training_curves.h"
#include "core/data_folder.h"
#include "core/runs/checkpoint_folder.h"
#include "tests/app/training_run.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"

#include <QComboBox>
#include <QFile>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <random>

using namespace sinkscope;

namespace {

/// A window without a model, whose data folder is its own, with some text to train on.
struct TrainFixture : WindowFixture {
  QTemporaryDir data;
  QString texts = data.filePath("texts.jsonl");

  TrainFixture() {
    qputenv("XDG_DATA_HOME", data.path().toUtf8());
    QFile file(texts);
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(texts));
    std::mt19937 random(3);
    const char* words[] = {"river", "mill", "ran", "to", "the", "and", "stone", "over", "nobody", "saw"};
    for (int document = 0; document < 60; ++document) {
      QByteArray text;
      for (int i = 0; i < 40; ++i) text += QByteArray(words[random() % 10]) + ' ';
      file.write("{\"text\": \"" + text + "\"}\n");
    }
  }

  void begin() {
    window = std::make_unique<Window>(settings, appearance);
    window->resize(1360, 880);
    window->show();
    window->start({});
    window->rail()->turnTo(train());
  }

  TrainPage* train() const { return window->trainPage(); }
  TrainingQueue& queue() const { return train()->queue(); }
  TrainingView* view() const { return train()->runView(); }
  QString state() const { return label("trainingState"); }
  QString run(const char* name) const {
    return QString::fromStdString((dataFolder() / "training" / (std::string(name) + ".h5")).string());
  }
  TrainingLogPtr log(const char* name) const { return train()->watch().run(run(name)); }
  std::size_t steps(const char* name) const { return log(name) ? log(name)->steps.size() : 0; }
  /// On this page where it is there: runs that are compared have curves of their own.
  template <typename T>
  T* find(const char* name) const {
    T* here = window->trainPage()->findChild<T*>(QString::fromLatin1(name));
    return here ? here : window->findChild<T*>(QString::fromLatin1(name));
  }
  void press(const char* name) const { find<QPushButton>(name)->click(); }
  /// Trainings that do not come along with the program.
  int own() const {
    const auto* list = find<QListWidget>("trainings");
    int count = 0;
    for (int row = 1; row < list->count(); ++row) count += listed(row).contains("sample") ? 0 : 1;
    return count;
  }
  QString listed(int row) const { return find<QListWidget>("trainings")->item(row)->text(); }

  /// Starts a training from the panel.
  void startTraining(const char* name, std::int64_t steps) const {
    find<QListWidget>("trainings")->setCurrentRow(0);
    train()->recipePanel()->setRecipe(tinyRecipe(name, texts.toStdString(), steps));
    press("startTraining");
  }

  template <typename Condition>
  static bool waitFor(Condition condition) {
    return QTest::qWaitFor(condition, kPatienceMs);
  }
};

/// Steps of a training that does not end by itself within a test.
constexpr std::int64_t kLong = 1000000;

}  // namespace

/// The Train page: trainings from their recipe to the explored model.
class TestTrainPage : public QObject {
  Q_OBJECT

 private slots:
  void aTrainingIsWatchedAndItsModelExplored() {
    TrainFixture f;
    f.window = std::make_unique<Window>(f.settings, f.appearance);
    f.window->show();
    f.window->start({});
    f.press("trainOwn");  // on the page that says how to get a model
    QVERIFY(f.train()->isVisible());
    QVERIFY(f.find<QPlainTextEdit>("recipeText")->isVisible());
    f.startTraining("small", 60);
    QVERIFY(f.waitFor([&] { return f.steps("small") > 0; }));
    QVERIFY(f.waitFor([&] { return f.log("small")->state == TrainingState::Finished && !f.queue().isBusy(); }));
    QVERIFY2(f.state().startsWith("finished · step 60 of 60"), qPrintable(f.state()));
    QVERIFY2(f.listed(1).startsWith("small\nfinished · 60 of 60 steps"), qPrintable(f.listed(1)));
    const Curves& loss = f.view()->curves()->lossPlot()->curves();
    QCOMPARE(loss.curves.at(1).y.size(), std::size_t{60});
    QCOMPARE(loss.curves.at(0).y.front(), f.log("small")->steps.front().loss);
    SinkFilm* film = f.view()->film();
    QCOMPARE(film->bar()->places(), 7);  // before the first step, and every 10
    QCOMPARE(film->measurement(), 6);
    QCOMPARE(film->grid()->shares().values.at(3), f.log("small")->measures.back().alpha0(1, 1));
    QVERIFY(f.label("sampleTitle").contains("step 60"));
    QVERIFY(f.find<QSlider>("trainingSmoothing")->isVisible());
    QVERIFY2(f.window->topBar()->conventions().startsWith("ε 0.3 · T 16 · 2 windows"),
             qPrintable(f.window->topBar()->conventions()));
    QCOMPARE(f.train()->figures().size(), std::size_t{9});
    QVERIFY(f.train()->numbers().contains("measured at step 60"));
    QVERIFY(!f.find<QPushButton>("resumeTraining")->isVisible());
    QVERIFY(f.leadsToResult([&] { f.press("openTrained"); }));
    QVERIFY(f.page()->isVisible());
    QCOMPARE(f.grid()->shares().rows, 2);
  }

  void theFilmGoesThroughTime() {
    TrainFixture f;
    std::filesystem::create_directories(dataFolder() / "training");
    MadeUpRun run(f.run("one").toStdString(), "one");
    run.sample("early");
    run.steps(50);
    run.sample("late");
    run.steps(60);
    f.begin();
    f.window->openRun(f.run("one"));
    QVERIFY(f.waitFor([&] { return f.train()->hasResult(); }));
    SinkFilm* film = f.view()->film();
    QCOMPARE(film->measurement(), 5);
    QCOMPARE(film->grid()->sinkCount(), 1);
    auto* slider = f.find<QSlider>("filmSlider");
    slider->setValue(2);
    QCOMPARE(f.label("filmStep"), QString("step 20"));
    QCOMPARE(film->grid()->shares().at(0, 1), 0.2f);
    QCOMPARE(film->grid()->sinkCount(), 0);
    QCOMPARE(f.find<QPlainTextEdit>("sample")->toPlainText(), QString("early"));
    auto* measure = f.find<QComboBox>("filmMeasure");
    measure->setCurrentIndex(3);
    emit measure->activated(3);
    QCOMPARE(film->grid()->shares().at(1, 2), 1.0f);        // the value drain
    emit f.view()->curves()->sinkPlot()->clicked(0, 49.0);  // near step 50
    QCOMPARE(f.label("filmStep"), QString("step 50"));
    QCOMPARE(f.find<QPlainTextEdit>("sample")->toPlainText(), QString("late"));
    run.steps(70);  // one who looks back is not taken along ...
    QVERIFY(f.waitFor([&] { return slider->maximum() == 7; }));
    QCOMPARE(slider->value(), 5);
    slider->setValue(7);
    run.steps(80);  // ... who is at the end is
    QVERIFY(f.waitFor([&] { return slider->value() == 8; }));
    QSignalSpy moved(film, &SinkFilm::measurementChanged);
    slider->setValue(1);
    f.find<QToolButton>("playFilm")->click();
    QVERIFY(f.waitFor([&] { return slider->value() == 8; }));
    QCOMPARE(moved.size(), 8);
  }

  void pauseResumeStop() {
    TrainFixture f;
    f.begin();
    f.startTraining("long", kLong);
    QVERIFY(f.waitFor([&] { return f.steps("long") > 20; }));
    QVERIFY2(f.state().startsWith("running · step "), qPrintable(f.state()));
    f.press("pauseTraining");
    QVERIFY(f.waitFor([&] { return !f.queue().isBusy() && f.log("long")->state == TrainingState::Paused; }));
    const std::size_t paused = f.steps("long");
    QVERIFY(f.state().startsWith("paused"));
    QCOMPARE(CheckpointFolder(f.run("long").toStdString()).list().back().step, static_cast<std::int64_t>(paused));
    QVERIFY(!f.find<QPushButton>("pauseTraining")->isVisible());
    f.press("resumeTraining");
    QVERIFY(f.waitFor([&] { return f.steps("long") > paused; }));
    f.press("stopTraining");
    QVERIFY(f.waitFor([&] { return !f.queue().isBusy() && f.log("long")->state == TrainingState::Stopped; }));
    QVERIFY(f.state().startsWith("stopped"));
    const std::vector<EventRow> events = f.log("long")->events;
    QCOMPARE(events.back().kind, std::string("stopped"));
    QVERIFY(events[events.size() - 2].kind == "paused");
    QVERIFY(f.find<QPushButton>("openTrained")->isVisible());
    QVERIFY(std::filesystem::exists(trainedModelFolder(f.run("long").toStdString()) / "model.safetensors"));
    QVERIFY(!f.window->notice()->isVisible());
  }

  void aPausedRunIsStopped() {
    TrainFixture f;
    f.begin();
    f.startTraining("long", kLong);
    QVERIFY(f.waitFor([&] { return f.steps("long") > 5; }));
    f.press("pauseTraining");
    QVERIFY(f.waitFor([&] { return !f.queue().isBusy() && f.log("long")->state == TrainingState::Paused; }));
    QVERIFY(f.find<QPushButton>("stopTraining")->isVisible());
    QVERIFY(!f.find<QPushButton>("openTrained")->isVisible());
    f.press("stopTraining");
    QVERIFY(f.waitFor([&] { return f.log("long")->state == TrainingState::Stopped && !f.queue().isBusy(); }));
    QVERIFY(f.waitFor([&] { return f.find<QPushButton>("openTrained")->isVisible(); }));
    QVERIFY(std::filesystem::exists(trainedModelFolder(f.run("long").toStdString()) / "model.safetensors"));
    QVERIFY(!f.find<QPushButton>("stopTraining")->isVisible());
  }

  void severalWaitTheirTurn() {
    TrainFixture f;
    f.begin();
    f.startTraining("a", kLong);
    f.startTraining("a", kLong);  // the same name is another file
    f.startTraining("b", 20);
    QCOMPARE(f.queue().waiting().size() + (f.queue().current().isEmpty() ? 0 : 1), 3);
    QVERIFY2(f.state().startsWith("waiting"), qPrintable(f.state()));
    QVERIFY(f.waitFor([&] { return f.steps("a") > 0; }));
    f.train()->runList()->choose(f.run("a-2"));
    QSignalSpy dropped(&f.queue(), &TrainingQueue::dropped);
    f.press("pauseTraining");  // leaves the queue
    QVERIFY(f.waitFor([&] { return dropped.size() == 1; }));
    QCOMPARE(dropped[0][0].toString(), f.run("a-2"));
    f.train()->runList()->choose(f.run("a"));
    f.press("pauseTraining");
    QVERIFY(f.waitFor([&] { return !f.queue().isBusy() && f.log("b"); }));
    QVERIFY(f.waitFor([&] { return f.log("b")->state == TrainingState::Finished; }));
    QVERIFY(!QFile::exists(f.run("a-2")));
    QCOMPARE(f.own(), 2);  // a and b
  }

  void closingAsksAndLeavesACheckpoint() {
    TrainFixture f;
    f.begin();
    f.startTraining("long", kLong);
    QVERIFY(f.waitFor([&] { return f.steps("long") > 5; }));
    const auto answer = [&](QMessageBox::ButtonRole role) {
      auto* box = f.window->findChild<QMessageBox*>("closeQuestion");
      for (QAbstractButton* button : box->buttons())
        if (box->buttonRole(button) == role) return button->click();
    };
    QVERIFY(!f.window->close());
    answer(QMessageBox::RejectRole);
    QVERIFY(f.window->isVisible());
    const std::size_t now = f.steps("long");
    QVERIFY(f.waitFor([&] { return f.steps("long") > now; }));
    QTest::qWait(10);  // the box goes
    QVERIFY(!f.window->close());
    answer(QMessageBox::AcceptRole);
    QVERIFY(f.waitFor([&] { return !f.window->isVisible(); }));
    f.window.reset();
    const TrainingLog log = readTrainingLog(f.run("long").toStdString());
    QCOMPARE(log.state, TrainingState::Paused);
    QCOMPARE(CheckpointFolder(f.run("long").toStdString()).list().back().step, log.steps.back().step);
  }

  void formAndTextAreInStep() {
    TrainFixture f;
    f.begin();
    RecipePanel* panel = f.train()->recipePanel();
    auto* text = f.find<QPlainTextEdit>("recipeText");
    panel->setRecipe(tinyRecipe("tiny", "texts", 100));
    QCOMPARE(f.find<QSpinBox>("recipeLayers")->value(), 2);
    QVERIFY(f.label("recipeEstimate").contains("6,400 tokens"));
    f.find<QSpinBox>("recipeHeads")->setValue(4);
    QVERIFY(panel->recipe());
    QCOMPARE(panel->recipe()->model.heads, 4);
    QCOMPARE(panel->recipe()->model.keyHeads, 4);
    QCOMPARE(panel->recipe()->model.headWidth, 4);
    QVERIFY(text->toPlainText().contains("\"heads\": 4"));
    auto* bos = f.find<QComboBox>("recipeBos");
    bos->setCurrentIndex(0);
    emit bos->activated(0);
    QVERIFY(text->toPlainText().contains("\"bos\": \"separator\""));
    QString typed = text->toPlainText().replace("\"layers\": 2", "\"layers\": 3");
    text->setPlainText(typed);
    QCOMPARE(f.find<QSpinBox>("recipeLayers")->value(), 3);
    f.find<QSpinBox>("recipeContext")->setValue(24);  // 64 tokens a step are no multiple
    QVERIFY2(panel->wrong()->sentence().contains("'tokens_per_step'") && panel->wrong()->sentence().contains("24"),
             qPrintable(panel->wrong()->sentence()));
    QVERIFY(!f.find<QPushButton>("startTraining")->isEnabled());
    QVERIFY(f.find<RecipeForm>("recipeForm")->isEnabled());
    f.find<QSpinBox>("recipeTokens")->setValue(48);
    QVERIFY(panel->recipe() && panel->wrong()->sentence().isEmpty());
  }

  void badTextIsKeptAndOneSentence_data() {
    QTest::addColumn<QString>("was");
    QTest::addColumn<QString>("is");
    QTest::addColumn<QStringList>("said");
    QTest::newRow("misspelt") << "\"layers\""
                              << "\"layer\"" << QStringList{"layer", "'layers'"};
    QTest::newRow("wrong type") << "\"layers\": 2"
                                << "\"layers\": \"two\"" << QStringList{"layers"};
    QTest::newRow("wrong value") << "\"mask\": \"causal\""
                                 << "\"mask\": \"round\"" << QStringList{"mask", "'documents'"};
    QTest::newRow("no JSON") << "{"
                             << "{{" << QStringList{"JSON"};
  }
  void badTextIsKeptAndOneSentence() {
    QFETCH(QString, was);
    QFETCH(QString, is);
    QFETCH(QStringList, said);
    TrainFixture f;
    f.begin();
    RecipePanel* panel = f.train()->recipePanel();
    panel->setRecipe(tinyRecipe("tiny", "texts", 100));
    auto* text = f.find<QPlainTextEdit>("recipeText");
    const QString good = text->toPlainText();
    QString bad = good;
    bad.replace(bad.indexOf(was), was.size(), is);
    text->setPlainText(bad);
    QCOMPARE(text->toPlainText(), bad);
    for (const QString& word : said)
      QVERIFY2(panel->wrong()->sentence().contains(word), qPrintable(panel->wrong()->sentence()));
    QVERIFY(!f.find<QPushButton>("startTraining")->isEnabled());
    QVERIFY(!f.find<RecipeForm>("recipeForm")->isEnabled());
    QVERIFY(f.label("recipeEstimate").isEmpty());
    text->setPlainText(good);
    QVERIFY(f.find<QPushButton>("startTraining")->isEnabled());
    QVERIFY(f.find<RecipeForm>("recipeForm")->isEnabled());
    panel->open("/no/such/recipe.json");
    QVERIFY(panel->wrong()->sentence().contains("/no/such/recipe.json"));
    QCOMPARE(text->toPlainText(), good);
  }

  void aSavedRunOpensAlone() {
    TrainFixture f;
    const QString path = f.folder.filePath("saved.h5");
    {
      MadeUpRun run(path.toStdString(), "saved");
      run.steps(100);
      run.event("finished", "The training finished.");
    }
    QVERIFY(f.opensAlone(path, [&] { return f.train(); }));
    QCOMPARE(f.label("trainingName"), QString("saved"));
    QCOMPARE(f.view()->film()->bar()->places(), 10);
    QVERIFY(f.settings.recentRuns().contains(path));
    QSignalSpy saved(&f.window->session(), &Session::saved);
    f.window->saveRun(f.folder.filePath("copy.h5"));
    QVERIFY(f.quiet());
    QCOMPARE(saved.size(), 1);
    QCOMPARE(readTrainingLog(f.folder.filePath("copy.h5").toStdString()).steps.size(), std::size_t{100});
  }

  void anInterruptedRunAndOnesTrouble() {
    TrainFixture f;
    std::filesystem::create_directories(dataFolder() / "training");
    MadeUpRun(f.run("cut").toStdString(), "cut", "2026-01-01").steps(30);  // without a last word
    {
      MadeUpRun run(f.run("bad").toStdString(), "bad", "2026-01-02");
      run.steps(12);
      run.step(std::numeric_limits<double>::quiet_NaN());
      run.event("not-finite", "The loss of step 13 is not finite.");
      run.event("paused", "The training paused with the weights of step 12.");
    }
    f.begin();
    QVERIFY(f.waitFor([&] { return f.log("cut") && f.log("bad"); }));
    QCOMPARE(f.listed(1), QString("bad\npaused · 13 of 100 steps"));  // the newest first
    QCOMPARE(f.listed(2), QString("cut\ninterrupted · 30 of 100 steps"));
    f.find<QListWidget>("trainings")->setCurrentRow(1);
    QVERIFY(f.view()->trouble()->isVisible());
    QCOMPARE(f.view()->trouble()->sentence(),
             QString("The loss of step 13 is not finite. The training paused with the weights of step 12."));
    QVERIFY(std::isnan(f.view()->curves()->lossPlot()->curves().curves.at(0).y.back()));
    f.find<QListWidget>("trainings")->setCurrentRow(2);
    QVERIFY(!f.view()->trouble()->isVisible());
    QVERIFY(f.state().startsWith("interrupted · step 30 of 100"));
    QVERIFY(f.find<QPushButton>("resumeTraining")->isVisible());
    f.press("resumeTraining");  // there is neither its text nor a checkpoint
    auto* notice = f.train()->findChild<Notice*>("notice", Qt::FindDirectChildrenOnly);
    QVERIFY(f.waitFor([&] { return notice->isVisible(); }));
    QVERIFY2(notice->sentence().contains("texts"), qPrintable(notice->sentence()));
  }

  void tickedRunsLieOverTheChosenOne() {
    TrainFixture f;
    std::filesystem::create_directories(dataFolder() / "training");
    MadeUpRun(f.run("one").toStdString(), "one", "2026-01-02").steps(30);
    MadeUpRun(f.run("two").toStdString(), "two", "2026-01-01").steps(50);
    f.begin();
    auto* list = f.find<QListWidget>("trainings");
    QVERIFY(f.waitFor([&] { return f.log("one") && f.log("two"); }));
    list->setCurrentRow(1);
    const CurvePlot* plot = f.view()->curves()->sinkPlot();
    QCOMPARE(plot->curves().curves.size(), std::size_t{3});
    list->item(2)->setCheckState(Qt::Checked);
    QCOMPARE(plot->curves().curves.size(), std::size_t{2});
    QCOMPARE(plot->curves().curves[1].name, QString("two"));
    auto* axis = f.find<QComboBox>("trainingAxis");
    axis->setCurrentIndex(1);
    emit axis->activated(1);
    QCOMPARE(plot->curves().curves[1].x.back(), 3200.0);
    f.find<QCheckBox>("trainingLogX")->click();
    QVERIFY(plot->curves().x.logarithmic);
    f.find<QCheckBox>("trainingLogY")->click();
    QVERIFY(f.view()->curves()->lossPlot()->curves().y.logarithmic);
    list->item(2)->setCheckState(Qt::Unchecked);
    QCOMPARE(plot->curves().curves.size(), std::size_t{3});
  }
};

QTEST_MAIN(TestTrainPage)
#include "tst_train_page.moc"
