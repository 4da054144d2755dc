#include "app/guide/guide.h"

#include "app/guide/help_pane.h"
#include "app/guide/help_topics.h"
#include "app/guide/model_choice.h"
#include "app/guide/page_hint.h"
#include "app/guide/tour_panel.h"
#include "app/guide/tour_steps.h"
#include "app/guide/welcome_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/explore_page.h"
#include "app/pages/heads_page.h"
#include "app/pages/perturb_page.h"
#include "app/pages/prompt_panel.h"
#include "app/window.h"
#include "core/model/demo_models.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace sinkscope {

Guide::Guide(Window& window, Settings& settings, Document& document)
    : QObject(&window),
      window_(window),
      settings_(settings),
      document_(document),
      welcome_(new WelcomePage(settings, &window)),
      tour_(new TourPanel(&window)) {
  tour_->hide();
  connect(welcome_, &WelcomePage::lookWanted, this, [this] {
    look(window_.explorePage());
    window_.explorePage()->promptPanel()->editor()->setFocus();
  });
  connect(welcome_, &WelcomePage::swapWanted, this, [this] { look(window_.perturbPage()); });
  connect(welcome_, &WelcomePage::trainingWanted, this,
          [this] { window_.openRun(sampleRun(QStringLiteral("built-in"))); });
  connect(welcome_, &WelcomePage::runWanted, &window_, &Window::openRun);
  connect(welcome_, &WelcomePage::tourWanted, this, &Guide::startTour);
  connect(welcome_, &WelcomePage::closeWanted, this, &Guide::leaveWelcome);
  connect(welcome_->models(), &ModelChoice::modelWanted, this, [this](const QString& model) {
    window_.chooseModel(model);
    leaveWelcome();
  });
  connect(&document_, &Document::changed, this, [this](const Inputs& now, const Inputs& before) {
    if (now.model != before.model) leaveWelcome();
  });
  connect(tour_, &TourPanel::backWanted, this, [this] { turnTo(step_ - 1); });
  connect(tour_, &TourPanel::nextWanted, this, [this] { turnTo(step_ + 1); });
  connect(tour_, &TourPanel::leaveWanted, this, &Guide::leaveTour);
  connect(tour_, &TourPanel::helpWanted, this,
          [this] { showHelp(tourSteps()[static_cast<std::size_t>(step_)].topic); });
}

void Guide::addTo(QMenu& help) {
  QAction* first = help.actions().value(0);
  const auto add = [&](const QString& text, const QKeySequence& keys, auto what) {
    auto* action = new QAction(text, &help);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, what);
    help.insertAction(first, action);
  };
  add(tr("&Help on this page"), QKeySequence::HelpContents, [this] { showHelp(); });
  add(tr("All &measures"), {}, [this] { showHelp(QStringLiteral("contents")); });
  add(tr("&Welcome"), {}, [this] { showWelcome(); });
  add(tr("&Tour of the paper"), {}, [this] { startTour(); });
  help.insertSeparator(first);
}

void Guide::addHints() {
  for (Page* page : window_.findChildren<Page*>()) {
    const PageGuide& guide = guideOf(*page);
    if (*guide.hint == 0) continue;
    auto* hint = new PageHint(page, QCoreApplication::translate("Guide", guide.hint));
    connect(hint, &PageHint::helpWanted, this, [this, topic = QString::fromLatin1(guide.topic)] { showHelp(topic); });
  }
  // Queued, for a run that is opened selects what was selected in it after it is shown.
  const auto selectOn = [this](auto* page) {
    const auto select = [this, page] {
      if (step_ < 0 || window_.shownPage() != page) return;
      const TourStep& step = tourSteps()[static_cast<std::size_t>(step_)];
      if (step.head >= 0) page->selectHead(step.layer, step.head);
    };
    connect(page, &Page::resultShown, this, select, Qt::QueuedConnection);
  };
  selectOn(window_.explorePage());
  selectOn(window_.collapseTabs()->heads());
  followPage();
}

void Guide::showHelp(const QString& topic) {
  QString wanted = topic;
  if (topic.isEmpty())
    wanted =
        welcome_->isVisible() ? QStringLiteral("contents") : QString::fromLatin1(guideOf(*window_.shownPage()).topic);
  if (!help_) {
    help_ = new HelpPane(&window_);
    help_->hide();
    window_.addDockWidget(Qt::RightDockWidgetArea, help_);
  } else if (topic.isEmpty() && help_->isVisible() && help_->topic() == wanted) {
    return help_->hide();
  }
  help_->showTopic(wanted);
  if (!help_->isVisible()) placeHelp();
  help_->show();
}

void Guide::placeHelp() {
  const int room = window_.width() - window_.centralWidget()->minimumSizeHint().width();
  const bool fits = room > help_->minimumSizeHint().width();
  if (fits && helpLeftWindow_) help_->setFloating(false);
  helpLeftWindow_ = !fits && (helpLeftWindow_ || !help_->isFloating());
  if (fits || help_->isFloating()) return;
  help_->setFloating(true);
  const QRect whole = window_.geometry();
  help_->resize(help_->sizeHint().width(), whole.height() * 3 / 4);
  help_->move(whole.right() - help_->width(), whole.top() + (whole.height() - help_->height()) / 2);
}

void Guide::followPage() {
  const QString before = std::exchange(pageTopic_, QString::fromLatin1(guideOf(*window_.shownPage()).topic));
  // Who went on to another topic goes on reading it; a tour has topics of its own.
  if (help_ && help_->isVisible() && step_ < 0 && help_->topic() == before) help_->showTopic(pageTopic_);
}

void Guide::showWelcome() {
  leaveTour();
  showsWelcome_ = true;
  emit welcomeChanged();
}

void Guide::leaveWelcome() {
  if (!showsWelcome_) return;
  showsWelcome_ = false;
  emit welcomeChanged();
}

/// At a page, with a model: the one that is chosen, else a demo model that was fetched, else the built-in one.
void Guide::look(Page* page) {
  if (document_.inputs().model.isEmpty()) {
    const DemoModel* fetched = fetchedDemoModel();
    window_.chooseModel(fetched ? QString::fromStdString(fetched->name) : QString::fromLatin1(kBuiltInModel));
  }
  window_.turnTo(page);
}

void Guide::startTour() {
  if (!before_) before_ = Before{document_.inputs(), window_.shownPage()};
  leaveWelcome();
  // What the sentences speak of is seen with the thresholds and views of the first start.
  Inputs plain;
  plain.model = document_.inputs().model;
  plain.device = document_.inputs().device;
  plain.prompt = document_.inputs().prompt;
  document_.replace(plain);
  turnTo(0);
}

void Guide::turnTo(int step) {
  const auto& steps = tourSteps();
  if (step >= static_cast<int>(steps.size())) return leaveTour();
  step_ = step;
  const TourStep& sight = steps[static_cast<std::size_t>(step)];
  tour_->showStep(sight, step, static_cast<int>(steps.size()));
  tour_->show();
  if (help_ && help_->isVisible()) help_->showTopic(sight.topic);
  window_.openRun(sight.run);
}

void Guide::leaveTour() {
  if (!before_) return;
  const Before before = *std::exchange(before_, std::nullopt);
  step_ = -1;
  tour_->hide();
  // Who had no model goes on with the tour's.
  if (before.inputs.model.isEmpty()) return;
  document_.replace(before.inputs);
  window_.turnTo(before.page);
}

}  // namespace sinkscope
