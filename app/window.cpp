#include "app/window.h"

#include "app/activity_bar.h"
#include "app/export_dialog.h"
#include "app/guide/guide.h"
#include "app/guide/model_choice.h"
#include "app/guide/tour_panel.h"
#include "app/guide/welcome_page.h"
#include "app/model_fetcher.h"
#include "app/model_menu.h"
#include "app/model_names.h"
#include "app/models_dialog.h"
#include "app/notice.h"
#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/explore_page.h"
#include "app/pages/heads_page.h"
#include "app/pages/influence_page.h"
#include "app/pages/intervene_page.h"
#include "app/pages/intervene_tabs.h"
#include "app/pages/layout_parts.h"
#include "app/pages/perturb_page.h"
#include "app/pages/probe_page.h"
#include "app/pages/prompt_panel.h"
#include "app/pages/report_page.h"
#include "app/pages/robustness_page.h"
#include "app/pages/runs_page.h"
#include "app/pages/train_page.h"
#include "app/rail.h"
#include "app/recovery.h"
#include "app/session.h"
#include "app/top_bar.h"
#include "app/training_paths.h"
#include "app/window_files.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

bool isThere(const QString& model) {
  try {
    return QFileInfo::exists(QString::fromStdString(resolveModel(model.toStdString()).string()));
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Window::Window(Settings& settings, Appearance& appearance, QWidget* parent)
    : QMainWindow(parent),
      settings_(settings),
      appearance_(appearance),
      document_(settings.inputs()),
      session_(std::make_unique<Session>()),
      fetcher_(new ModelFetcher(this)) {
  setWindowTitle(QStringLiteral("Sinkscope"));
  setWindowIcon(QIcon(QStringLiteral(":/sinkscope.svg")));
  setAcceptDrops(true);
  layOut();
  wireMenus();
  guide_->addTo(*menuBar()->actions().constLast()->menu());  // Help is the last
  wireSession();
  wireActivity();
  wireFetcher();
  applyResources();
  resize(1360, 880);
  connect(&appearance_, &Appearance::desktopChanged, this, &Window::applyLooks);
  restoreGeometry(settings_.state(QStringLiteral("window")));
  explore_->restoreState(settings_.state(QStringLiteral("explore")));
}

Window::~Window() {
  session_.reset();  // while the views that hear of its end are still there
}

void Window::layOut() {
  auto* models = new ModelMenu(document_, settings_, this);
  connect(models, &ModelMenu::chosen, this, &Window::chooseModel);
  connect(models, &ModelMenu::fetchWanted, this, &Window::fetchModel);
  connect(models, &ModelMenu::openFileWanted, this, &Window::askForModelFile);
  connect(models, &ModelMenu::openFolderWanted, this, &Window::askForModelFolder);
  connect(models, &ModelMenu::allModelsWanted, this, &Window::showModels);
  models->setObjectName(QStringLiteral("models"));
  top_ = new TopBar(document_, models, Session::devices(), this);
  notice_ = new Notice(this);
  recovered_ = new Notice(this);
  ofRail_ = new QStackedWidget(this);
  rail_ = new Rail(ofRail_, this);  // before its pages: so goes the Tab key

  guide_ = new Guide(*this, settings_, document_);
  connect(guide_, &Guide::welcomeChanged, this, &Window::showPages);
  ModelChoice* choice = guide_->welcome()->models();
  connect(choice, &ModelChoice::fetchWanted, this, &Window::fetchModel);
  connect(choice, &ModelChoice::openFileWanted, this, &Window::askForModelFile);
  connect(choice, &ModelChoice::openFolderWanted, this, &Window::askForModelFolder);
  connect(choice, &ModelChoice::allModelsWanted, this, &Window::showModels);
  connect(choice, &ModelChoice::trainWanted, this, [this] { turnTo(train_); });
  explore_ = new ExplorePage(*session_, document_, this);

  perturb_ = new PerturbPage(*session_, document_, this);
  influence_ = new InfluencePage(*session_, document_, this);
  report_ = new ReportPage(*session_, document_, settings_, this);
  addPage(tr("Explore"), QStringLiteral(":/icons/explore.svg"), explore_);
  addPage(tr("Perturb"), QStringLiteral(":/icons/perturb.svg"), perturb_);
  addPage(tr("Influence"), QStringLiteral(":/icons/influence.svg"), influence_);
  addCollapse();
  addIntervene();
  addTrain();
  addPage(tr("Report"), QStringLiteral(":/icons/report.svg"), report_);
  addRuns();
  connect(ofRail_, &QStackedWidget::currentChanged, this, [this] {
    guide_->leaveWelcome();
    showConventions();
    showPages();
  });
  railAndPages_ = new QWidget(this);
  auto* row = new QHBoxLayout(railAndPages_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(rail_);
  row->addWidget(ofRail_, 1);
  pages_ = new QStackedWidget(this);
  activity_ = new ActivityBar(this);
  pages_->addWidget(guide_->welcome());
  pages_->addWidget(railAndPages_);
  fitToCurrent(pages_);
  fitToCurrent(ofRail_);

  auto* all = new QWidget(this);
  auto* column = new QVBoxLayout(all);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(top_);
  column->addWidget(notice_);
  column->addWidget(recovered_);
  column->addWidget(pages_, 1);
  column->addWidget(guide_->tour());
  column->addWidget(activity_);
  setCentralWidget(all);

  connect(&document_, &Document::changed, this, &Window::showPages);
  connect(top_, &TopBar::helpWanted, guide_, [this] { guide_->showHelp(); });
  guide_->addHints();
}

Page* Window::page() const {
  QWidget* turnedTo = ofRail_->currentWidget();
  const auto* tabs = qobject_cast<TabbedPages*>(turnedTo);
  return tabs ? tabs->page() : static_cast<Page*>(turnedTo);
}

void Window::turnTo(Page* page) {
  guide_->leaveWelcome();
  for (TabbedPages* tabs : {static_cast<TabbedPages*>(collapse_), static_cast<TabbedPages*>(intervene_)}) {
    if (!tabs->isAncestorOf(page)) continue;
    tabs->turnTo(page);
    return rail_->turnTo(tabs);
  }
  rail_->turnTo(page);
}

void Window::showConventions() {
  guide_->followPage();
  top_->setConventions(page()->conventions());
}

void Window::addCollapse() {
  collapse_ = new CollapseTabs(*session_, document_, this);
  addTabs(tr("Collapse"), QStringLiteral(":/icons/collapse.svg"), collapse_);
  connect(collapse_, &CollapseTabs::headActivated, this, [this](int layer, int head) {
    turnTo(explore_);
    explore_->selectHead(layer, head);
  });
  connect(collapse_, &CollapseTabs::promptFileWanted, this, [this] {
    const QString path = chosenPrompts(this, settings_);
    if (!path.isEmpty()) collapse_->heads()->setPromptFile(path);
  });
}

void Window::addIntervene() {
  intervene_ = new InterveneTabs(*session_, document_, this);
  addTabs(tr("Intervene"), QStringLiteral(":/icons/intervene.svg"), intervene_);
  RobustnessPage* robustness = intervene_->robustness();
  connect(robustness, &RobustnessPage::promptFileWanted, this, [this, robustness] {
    const QString path = chosenPrompts(this, settings_);
    if (!path.isEmpty()) robustness->setPromptFile(path);
  });
}

void Window::addTrain() {
  train_ = new TrainPage(*session_, document_, settings_, this);
  addPage(tr("Train"), QStringLiteral(":/icons/train.svg"), train_);
  connect(train_, &TrainPage::modelWanted, this, [this](const QString& model) {
    chooseModel(model);
    turnTo(explore_);
  });
  connect(train_, &TrainPage::closeWanted, this, &Window::close);
}

void Window::addRuns() {
  runs_ = new RunsPage(*session_, document_, this);
  addPage(tr("Runs"), QStringLiteral(":/icons/runs.svg"), runs_);
  connect(runs_, &RunsPage::openWanted, this, &Window::openRun);
  connect(runs_, &RunsPage::settingsWanted, this, [this](const QString& run) {
    openRun(run);
    askWhenOpened_ = true;
  });
  connect(runs_, &RunsPage::recipeWanted, this, [this](const QString& run) {
    turnTo(train_);
    train_->useRecipe(run);
  });
  connect(runs_, &RunsPage::checked, this, [this](const QString& run) { session_->open(run); });
  connect(runs_, &RunsPage::refused, this, [this](const QString& sentence) { notice_->showError(sentence, sentence); });
}

void Window::setRunReader(const std::filesystem::path& executable) {
  runs_->setReader(executable);
  runsAreChecked_ = true;
}

void Window::addTabs(const QString& name, const QString& icon, TabbedPages* pages) {
  for (Page* tab : pages->pages()) wirePage(tab);
  rail_->addPage(name, icon, pages);
  connect(pages, &TabbedPages::turned, this, &Window::showConventions);
}

void Window::addPage(const QString& name, const QString& icon, Page* page) {
  rail_->addPage(name, icon, page);
  wirePage(page);
}

void Window::wirePage(Page* page) {
  connect(page, &Page::conventionsChanged, this, [this, page](const QString& line) {
    if (page == this->page()) top_->setConventions(line);
  });
  connect(page, &Page::resultShown, this, [this, page] {
    if (!std::exchange(noticeOutlivesResult_, false)) notice_->clear();
    files_.remove(page);
    if (page == this->page()) activity_->setRest(page->doneLine());
    setWindowTitle(tr("%1 – Sinkscope").arg(modelTitle(document_.inputs().model)));
  });
}

void Window::holdRun(Page* page, const QString& path) {
  showPages();
  turnTo(page);
  if (!isSampleTraining(path)) {  // of the program's own runs there is only one copy
    files_[page] = path;
    settings_.addRecentRun(path);
  }
  activity_->setRest(tr("Opened %1").arg(path));
  if (!std::exchange(askWhenOpened_, false)) return;
  files_.remove(page);  // what comes is another run
  page->askNow();
}

void Window::wireSession() {
  Session* session = session_.get();
  connect(session, &Session::failed, this, [this](quint64 id, const QString& sentence, const QString& details) {
    notice_->showError(sentence, details);
    if (id != saving_) return;
    saving_ = 0;
    closeWhenSaved_ = false;  // the window stays, with the sentence
  });
  connect(session, &Session::opened, this, [this](quint64, const ExploredPtr& run, const ViewState& view) {
    explore_->showRun(run, view);
    holdRun(explore_, run->file);
  });
  const auto opens = [this, session](auto signal, auto* page) {
    connect(session, signal, this, [this, page](quint64, const auto& result) {
      if (result->file.isEmpty()) return;
      page->showRun(result);
      holdRun(page, result->file);
    });
  };
  opens(&Session::perturbed, perturb_);
  opens(&Session::swept, perturb_);
  opens(&Session::influenced, influence_);
  opens(&Session::collapsed, collapse_->layers());
  opens(&Session::probed, collapse_->probes());
  opens(&Session::scanned, collapse_->heads());
  opens(&Session::ablated, intervene_->interventions());
  opens(&Session::robustnessMeasured, intervene_->robustness());
  opens(&Session::reported, report_);
  connect(session, &Session::trainingFound, this, [this](quint64, const QString& run) {
    train_->showRun(run);
    holdRun(train_, run);
  });
  connect(session, &Session::saved, this, [this](quint64, const QString& path) {
    files_[savingPage_] = path;
    settings_.addRecentRun(path);
    activity_->setRest(tr("Saved %1").arg(path));
  });
  for (const auto end : {&Session::finished, &Session::stopped}) {
    connect(session, end, this, [this](quint64 id) {
      if (id == saving_) saving_ = 0;
      if (saving_ == 0 && closeWhenSaved_) close();
    });
  }
  connect(session, &Session::resourcesTaken, this, [this](int threads) { threads_ = threads; });
  connect(session, &Session::modelLoaded, this, [this](quint64, const ModelFacts& facts) {
    top_->setBosText(facts.bosText);
    top_->setModelTip(facts.description + (facts.licence.isEmpty() ? QString() : tr("\nLicence: ") + facts.licence));
    const QString model = document_.inputs().model;
    if (QFileInfo::exists(model)) settings_.addRecentModel(model);
  });
}

void Window::start(const QString& what) {
  const std::optional<WindowState> lost = recovery_ ? recover(what.isEmpty()) : std::nullopt;
  const bool isRun = isRunFile(what);
  const QString model = isRun ? QString() : what;
  const QString last = document_.inputs().model;
  Inputs inputs = document_.inputs();
  const DemoModel* demo = fetchedDemoModel();
  inputs.model = !model.isEmpty()                   ? model
                 : !last.isEmpty() && isThere(last) ? last
                 : demo                             ? QString::fromStdString(demo->name)
                                                    : QString();
  document_.replace(inputs);
  if (what.isEmpty() && !lost) turnToKeptPage();
  if (what.isEmpty() && settings_.state(QStringLiteral("welcomed")).isEmpty()) guide_->showWelcome();
  settings_.setState(QStringLiteral("welcomed"), "yes");
  showPages();
  explore_->promptPanel()->editor()->setFocus();
  if (isRun) {
    openRun(what);
  } else {
    explore_->askNow();
  }
  if (recovery_) keepStart(lost);
}

void Window::showPages() {
  const bool nothing = document_.inputs().model.isEmpty() && ofRail_->currentWidget() != train_ &&
                       ofRail_->currentWidget() != runs_ &&
                       std::ranges::none_of(findChildren<Page*>(), &Page::hasResult);
  guide_->welcome()->setClosable(!nothing);
  pages_->setCurrentIndex(nothing || guide_->showsWelcome() ? 0 : 1);
}

void Window::chooseModel(const QString& model) {
  notice_->clear();
  document_.edit(Document::Field::Model, [&model](Inputs& inputs) { inputs.model = model; });
}

void Window::openAny(const QString& path) {
  isRunFile(path) ? openRun(path) : chooseModel(path);
}

void Window::openFromOutside(const QString& what) {
  setWindowState(windowState() & ~Qt::WindowMinimized);
  raise();
  activateWindow();
  if (!what.isEmpty()) openAny(what);
}

void Window::openRun(const QString& path) {
  notice_->clear();
  askWhenOpened_ = false;
  if (runsAreChecked_)
    runs_->check(path);
  else
    session_->open(path);
}

void Window::saveRun(const QString& path) {
  if (!page()->hasResult()) return;
  savingPage_ = page();
  saving_ = page()->save(path, settings_.keepAttention());
}

void Window::saveAgain() {
  const QString file = files_.value(page());
  if (file.isEmpty()) return askWhereToSave();
  saveRun(file);
}

void Window::copyNumbers() {
  if (page()->hasResult()) QApplication::clipboard()->setText(page()->numbers());
}

void Window::exportFigure() {
  const std::vector<PageFigure> figures =
      ofRail_->currentWidget() == collapse_ ? collapse_->figures() : page()->figures();
  if (!figures.empty()) ExportDialog(figures, settings_, document_.inputs().colourMap, this).exec();
}

void Window::showModels() {
  if (!models_) {
    models_ = new ModelsDialog(settings_, this);
    connect(models_, &ModelsDialog::chosen, this, &Window::chooseModel);
  }
  models_->look();
  models_->show();
  models_->raise();
  models_->activateWindow();
}

void Window::askForModelFile() {
  const QString path = chosenModelFile(this, settings_);
  if (!path.isEmpty()) chooseModel(path);
}

void Window::askForModelFolder() {
  const QString path = chosenModelFolder(this, settings_);
  if (!path.isEmpty()) chooseModel(path);
}

void Window::askForRun() {
  const QString path = chosenRun(this, settings_);
  if (!path.isEmpty()) openRun(path);
}

void Window::askWhereToSave() {
  if (!page()->hasResult()) return;
  const QString path = chosenRunToSave(this, settings_, document_.inputs().prompt);
  if (!path.isEmpty()) saveRun(path);
}

bool Window::event(QEvent* event) {
  if (event->type() == QEvent::ThemeChange) appearance_.takePalette();
  return QMainWindow::event(event);
}

void Window::closeEvent(QCloseEvent* event) {
  if (saving_ != 0) {
    closeWhenSaved_ = true;
    return event->ignore();
  }
  if (!train_->mayClose()) return event->ignore();
  guide_->leaveTour();
  settings_.setInputs(document_.inputs());
  settings_.setState(QStringLiteral("window"), saveGeometry());
  settings_.setState(QStringLiteral("explore"), explore_->saveState());
  keepPage();
  session_->cancelAll();
  if (recovery_) recovery_->close();
  recovery_.reset();  // what still ends is no change
  event->accept();
}

void Window::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void Window::dropEvent(QDropEvent* event) {
  openAny(event->mimeData()->urls().front().toLocalFile());
}

}  // namespace sinkscope
