#include "app/pages/run_view.h"

#include "app/notice.h"
#include "app/pages/sink_film.h"
#include "app/pages/training_curves.h"
#include "app/training_words.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kProgressSteps = 1000;

}  // namespace

TrainingView::TrainingView(QWidget* parent)
    : QWidget(parent),
      name_(new QLabel(this)),
      state_(new QLabel(this)),
      progress_(new QProgressBar(this)),
      pause_(addButton(tr("Pause"), "pauseTraining", &TrainingView::pauseWanted)),
      stop_(addButton(tr("Stop"), "stopTraining", &TrainingView::stopWanted)),
      resume_(addButton(tr("Resume"), "resumeTraining", &TrainingView::resumeWanted)),
      model_(addButton(tr("Open in Explore"), "openTrained", &TrainingView::openModelWanted)),
      recipe_(addButton(tr("Edit its recipe"), "editRecipe", &TrainingView::editRecipeWanted)),
      trouble_(new Notice(this)),
      curves_(new TrainingCurves(this)),
      film_(new SinkFilm(this)) {
  name_->setObjectName(QStringLiteral("trainingName"));
  name_->setFont(themeFor(this).heading);
  state_->setObjectName(QStringLiteral("trainingState"));
  for (QLabel* label : {name_, state_}) label->setTextFormat(Qt::PlainText);
  progress_->setObjectName(QStringLiteral("trainingProgress"));
  progress_->setRange(0, kProgressSteps);
  progress_->setTextVisible(false);
  progress_->setFixedHeight(kGrid);
  pause_->setToolTip(tr("After this step, with a checkpoint to go on from"));
  stop_->setToolTip(tr("After this step, for good; the model as it is then can be opened"));
  recipe_->setToolTip(tr("A new training from the recipe of this one"));

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(name_);
  top->addWidget(state_, 1);
  for (QPushButton* button : {pause_, stop_, resume_, model_, recipe_}) {
    button->setMinimumWidth(button->sizeHint().width() + 4 * kGrid);
    top->addWidget(button);
  }
  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(curves_);
  views->addWidget(film_);
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  views->setSizes({600, 420});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(progress_);
  column->addWidget(trouble_);
  column->addWidget(views, 1);
  connect(curves_, &TrainingCurves::measurementClicked, film_, &SinkFilm::goTo);
}

QPushButton* TrainingView::addButton(const QString& text, const char* name, void (TrainingView::*wanted)()) {
  auto* button = new QPushButton(text, this);
  button->setObjectName(QString::fromLatin1(name));
  connect(button, &QPushButton::clicked, this, wanted);
  return button;
}

void TrainingView::setRun(const TrainingLogPtr& log, const Work& work, const std::vector<NamedTraining>& others) {
  log_ = log;
  setWork(work);
  std::vector<NamedTraining> runs;
  if (log) {
    runs.push_back({QString::fromStdString(log->start.name), log});
    runs.insert(runs.end(), others.begin(), others.end());
  }
  curves_->setRuns(std::move(runs));
  film_->setRun(log);
}

const std::vector<NamedTraining>& TrainingView::runs() const {
  return curves_->runs();
}

void TrainingView::setWork(const Work& work) {
  name_->setText(log_ ? QString::fromStdString(log_->start.name) : work.name);
  QStringList words;
  if (work.waiting) words << tr("waiting for the training before it");
  if (log_ && !work.waiting) words << trainingStateTitle(work.working ? TrainingState::Running : log_->state);
  if (work.working && !work.now.isEmpty()) words << work.now;
  if (log_ && !work.working) words << trainingProgress(*log_);
  if (log_ && !work.waiting && (work.working || log_->state == TrainingState::Running))
    words << trainingTimeLeft(*log_);
  words.removeAll(QString());
  state_->setText(words.join(QStringLiteral(" · ")));
  double done = work.working ? work.fraction : 0.0;
  if (log_ && !work.working) done = trainedShare(*log_);
  progress_->setValue(qRound(done * kProgressSteps));

  const TrainingState state = log_ ? log_->state : TrainingState::Running;
  const bool mine = work.working || work.waiting;
  pause_->setVisible(mine);
  const bool goesOn = log_ && !mine && (state == TrainingState::Paused || state == TrainingState::Interrupted);
  stop_->setVisible(work.working || goesOn);
  resume_->setVisible(log_ && !mine && state != TrainingState::Running && state != TrainingState::Finished);
  model_->setVisible(log_ && !mine && work.hasModel);
  recipe_->setVisible(log_ != nullptr);
  const QString trouble = log_ ? trainingTrouble(*log_) : QString();
  if (trouble.isEmpty())
    trouble_->clear();
  else
    trouble_->showError(trouble, trouble);
}

}  // namespace sinkscope
