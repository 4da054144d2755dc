#include "app/pages/train_page.h"

#include "app/notice.h"
#include "app/pages/layout_parts.h"
#include "app/pages/recipe_panel.h"
#include "app/pages/run_list.h"
#include "app/pages/sink_film.h"
#include "app/pages/training_curves.h"
#include "app/session.h"
#include "app/training_figures.h"
#include "app/training_paths.h"
#include "app/training_words.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kListWidth = 58 * kGrid, kLeastList = 36 * kGrid;

}  // namespace

TrainPage::TrainPage(Session& session, Document& document, Settings& settings, QWidget* parent)
    : Page(session, document, parent),
      watch_(trainingFolders()),
      notice_(new Notice(this)),
      list_(new RunList(this)),
      stack_(new QStackedWidget(this)),
      recipe_(new RecipePanel(settings, this)),
      view_(new TrainingView(this)) {
  stack_->addWidget(recipe_);
  stack_->addWidget(view_);
  auto* row = new QHBoxLayout;
  row->setSpacing(kMargin);
  list_->setMinimumWidth(kLeastList);
  list_->setMaximumWidth(kListWidth);
  row->addWidget(list_);
  row->addWidget(stack_, 1);
  fitToCurrent(stack_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(notice_);
  column->addLayout(row, 1);
  wire();
  view_->film()->setColourMap(document_.inputs().colourMap);
}

void TrainPage::wire() {
  connect(&watch_, &TrainingWatch::changed, this, &TrainPage::take);
  connect(&watch_, &TrainingWatch::gone, this, [this](const QString& run) {
    if (list_->chosen() == run) turnTo({});
    listRuns();
  });
  connect(&watch_, &TrainingWatch::failed, this,
          [this](const QString&, const QString& sentence) { notice_->showError(sentence, sentence); });
  connect(&queue_, &TrainingQueue::changed, this, [this] {
    now_ = {};
    watch_.look();
    recipe_->setStartText(queue_.isBusy() ? tr("Start after the others") : tr("Start training"));
    listRuns();
    draw();
    if (closing_ && !queue_.isBusy()) emit closeWanted();
  });
  connect(&queue_, &TrainingQueue::progressed, this, [this](const QString&, const QString& what, double fraction) {
    now_ = {what, fraction};
    view_->setWork(workShown());
  });
  connect(&queue_, &TrainingQueue::failed, this, [this](const QString&, const QString& sentence, const QString& more) {
    closing_ = false;  // the window stays, with the sentence
    notice_->showError(sentence, more);
  });
  connect(&queue_, &TrainingQueue::speedMeasured, recipe_, &RecipePanel::setSpeed);
  connect(recipe_, &RecipePanel::speedWanted, this,
          [this](const Recipe& recipe) { queue_.measureSpeed(recipe, document_.inputs().device); });
  connect(recipe_, &RecipePanel::startWanted, this, &TrainPage::start);
  connect(list_, &RunList::chosenChanged, this, &TrainPage::turnTo);
  connect(list_, &RunList::tickedChanged, this, &TrainPage::draw);
  connect(view_, &TrainingView::pauseWanted, this, [this] { queue_.pause(list_->chosen()); });
  connect(view_, &TrainingView::stopWanted, this, [this] { queue_.stop(list_->chosen()); });
  connect(view_, &TrainingView::resumeWanted, this, [this] {
    notice_->clear();
    queue_.resume(list_->chosen(), document_.inputs().device);
  });
  connect(view_, &TrainingView::openModelWanted, this, [this] {
    emit modelWanted(QString::fromStdString(trainedModelFolder(list_->chosen().toStdString()).string()));
  });
  connect(view_, &TrainingView::editRecipeWanted, this, [this] { takeRecipe(*shown()); });
}

void TrainPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  watch_.begin();
  draw();
}

void TrainPage::follow(const Inputs& now, const Inputs& before) {
  if (now.colourMap != before.colourMap) view_->film()->setColourMap(now.colourMap);
  if (now.epsilon == before.epsilon) return;
  draw();
  emit conventionsChanged(conventions());
}

TrainingLogPtr TrainPage::shown() const {
  return watch_.run(list_->chosen());
}

void TrainPage::showRun(const QString& path) {
  const QString run = QFileInfo(path).absoluteFilePath();
  reading_ = run;
  list_->choose(run);
  stack_->setCurrentWidget(view_);
  draw();
  watch_.add(run);
}

void TrainPage::useRecipe(const QString& run) {
  try {
    takeRecipe(readTrainingLog(run.toStdString()));
  } catch (const Error& error) {
    notice_->showError(QString::fromUtf8(error.what()), run);
  }
}

void TrainPage::takeRecipe(const TrainingLog& log) {
  turnTo({});
  if (const std::optional<Recipe> recipe = recipeOf(log))
    recipe_->setRecipe(*recipe);
  else
    notice_->showError(
        tr("The recipe of %1 is of another version of the program.").arg(QString::fromStdString(log.start.name)),
        QString::fromStdString(log.start.recipe));
}

void TrainPage::turnTo(const QString& run) {
  notice_->clear();
  list_->choose(run);
  stack_->setCurrentWidget(run.isEmpty() ? static_cast<QWidget*>(recipe_) : view_);
  draw();
  if (shown()) emit resultShown();
  emit conventionsChanged(conventions());
}

void TrainPage::start(const Recipe& recipe) {
  const QString run =
      freeTrainingPath(QString::fromStdString(recipe.name), [this](const QString& path) { return queue_.holds(path); });
  names_[run] = QString::fromStdString(recipe.name);
  queue_.start(recipe, run, document_.inputs().device);
  turnTo(run);
}

void TrainPage::takeUp(const std::vector<QueuedTraining>& trainings) {
  for (const QueuedTraining& training : trainings) {
    if (QFileInfo::exists(training.run)) {
      queue_.resume(training.run, training.device);
    } else if (training.recipe) {
      names_[training.run] = QString::fromStdString(training.recipe->name);
      queue_.start(*training.recipe, training.run, training.device);
    }
  }
}

void TrainPage::take(const QString& run) {
  listRuns();
  if (run != list_->chosen() && !list_->ticked().contains(run)) return;
  draw();
  if (run != list_->chosen()) return;
  if (run == std::exchange(reading_, {}) || names_.erase(run) > 0) emit resultShown();
  emit conventionsChanged(conventions());
}

TrainingView::Work TrainPage::workOf(const QString& run) const {
  TrainingView::Work work;
  const auto name = names_.find(run);
  work.name = name == names_.end() ? QFileInfo(run).completeBaseName() : name->second;
  work.working = !run.isEmpty() && queue_.current() == run;
  work.waiting = queue_.waiting().contains(run);
  if (work.working) work.now = now_.what;
  if (work.working) work.fraction = now_.fraction;
  return work;
}

TrainingView::Work TrainPage::workShown() const {
  const QString run = list_->chosen();
  TrainingView::Work work = workOf(run);
  work.hasModel = QFileInfo::exists(QString::fromStdString(trainedModelFolder(run.toStdString()).string()));
  return work;
}

void TrainPage::listRuns() {
  std::vector<std::pair<QString, TrainingLogPtr>> all(watch_.runs().begin(), watch_.runs().end());
  // The newest first; behind them those that come along, by path.
  const auto own = std::ranges::stable_partition(all, [](const auto& run) { return !isSampleTraining(run.first); });
  std::ranges::stable_sort(all.begin(), own.begin(), std::greater(),
                           [](const auto& run) { return run.second->start.created; });
  std::vector<ListedRun> listed;
  const auto add = [&](const QString& path, const QString& name, const TrainingLogPtr& log) {
    const TrainingView::Work work = workOf(path);
    ListedRun run{path, name, tr("waiting"), {}};
    if (work.working) run.state = trainingStateTitle(TrainingState::Running);
    if (log && !work.working && !work.waiting) run.state = trainingStateTitle(log->state);
    if (log) run.words = trainingSteps(*log);
    if (isSampleTraining(path)) run.state = tr("sample");
    listed.push_back(run);
  };
  QStringList queued = queue_.waiting();
  if (!queue_.current().isEmpty()) queued.prepend(queue_.current());
  for (const QString& path : queued)
    if (!watch_.run(path)) add(path, workOf(path).name, nullptr);
  for (const auto& [path, log] : all) add(path, QString::fromStdString(log->start.name), log);
  list_->setRuns(listed);
}

void TrainPage::draw() {
  if (stack_->currentWidget() != view_ || !isVisible()) return;  // then it is drawn once it shows
  std::vector<NamedTraining> others;
  for (const QString& run : list_->ticked())
    if (const TrainingLogPtr log = watch_.run(run)) others.push_back({QString::fromStdString(log->start.name), log});
  view_->curves()->setEpsilon(document_.inputs().epsilon);
  view_->film()->setEpsilon(document_.inputs().epsilon);
  view_->setRun(shown(), workShown(), others);
}

QString TrainPage::conventions() const {
  const TrainingLogPtr log = shown();
  return log ? trainingConventions(*log, document_.inputs().epsilon) : QString();
}

QString TrainPage::doneLine() const {
  const TrainingLogPtr log = shown();
  return log ? tr("%1: %2").arg(QString::fromStdString(log->start.name), trainingProgress(*log)) : QString();
}

QString TrainPage::numbers() const {
  return trainingNumbers(*shown(), document_.inputs().epsilon);
}

std::vector<PageFigure> TrainPage::figures() const {
  const TrainingLogPtr log = shown();
  if (!log) return {};
  return trainingFigures(view_->runs(), view_->curves()->look(),
                         static_cast<std::size_t>(std::max(0, view_->film()->measurement())), view_->film()->measure());
}

quint64 TrainPage::save(const QString& path, bool) {
  return session_.copyRun(list_->chosen(), path);
}

bool TrainPage::mayClose() {
  if (!queue_.isBusy()) return true;
  if (!closing_) askToClose();
  return false;
}

void TrainPage::askToClose() {
  const int waiting = static_cast<int>(queue_.waiting().size());
  auto* box = new QMessageBox(QMessageBox::Question, tr("A training is in work"),
                              tr("Pause it and close? It can be resumed from a checkpoint of its last step."),
                              QMessageBox::NoButton, this);
  if (waiting > 0) box->setInformativeText(tr("%n training(s) that wait are let go of.", nullptr, waiting));
  box->setObjectName(QStringLiteral("closeQuestion"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  const auto* pause = box->addButton(tr("Pause and close"), QMessageBox::AcceptRole);
  box->addButton(tr("Go on training"), QMessageBox::RejectRole);
  connect(pause, &QPushButton::clicked, this, [this] {
    closing_ = true;
    queue_.pauseAll();
    if (!queue_.isBusy()) emit closeWanted();
  });
  box->open();
}

}  // namespace sinkscope
