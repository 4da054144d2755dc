#include "app/pages/runs_page.h"

#include "app/compare_table.h"
#include "app/file_path.h"
#include "app/notice.h"
#include "app/pages/compare_panel.h"
#include "app/pages/layout_parts.h"
#include "app/pages/preview_panel.h"
#include "app/pages/run_contents.h"
#include "app/pages/run_details.h"
#include "app/pages/run_groups.h"
#include "app/pages/run_search.h"
#include "app/run_table.h"
#include "app/session.h"
#include "app/show_in_folder.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kDetailsWidth = 64 * kGrid;

}  // namespace

RunsPage::RunsPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      table_(new RunTableModel(this)),
      notice_(new Notice(this)),
      search_(new RunSearch(this)),
      groups_(new RunGroups(this)),
      view_(runView(table_, this)),
      rows_(new QStackedWidget(this)),
      nothing_(new QLabel(this)),
      state_(new QLabel(this)),
      details_(new RunDetails(this)),
      comparison_(new ComparePanel(document, this)),
      contents_(new RunContents(this)),
      views_(new QStackedWidget(this)) {
  setAcceptDrops(true);
  needNotAsk();
  layOut();
  wire();
  details_->setColourMap(document_.inputs().colourMap);
  contents_->preview()->setColourMap(document_.inputs().colourMap);
}

void RunsPage::layOut() {
  nothing_->setObjectName(QStringLiteral("noRuns"));
  nothing_->setAlignment(Qt::AlignCenter);
  nothing_->setWordWrap(true);
  nothing_->setTextFormat(Qt::PlainText);
  state_->setObjectName(QStringLiteral("runsState"));
  state_->setFont(themeFor(this).caption);
  state_->setTextFormat(Qt::PlainText);
  details_->setFixedWidth(kDetailsWidth);
  rows_->addWidget(view_);
  rows_->addWidget(nothing_);

  auto* left = new QVBoxLayout;
  left->setSpacing(kSpacing);
  left->addWidget(rows_, 1);
  left->addWidget(state_);
  auto* row = new QHBoxLayout;
  row->setSpacing(kMargin);
  row->addWidget(groups_);
  row->addLayout(left, 1);
  row->addWidget(details_);
  auto* list = new QWidget(this);
  auto* lines = new QVBoxLayout(list);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(kSpacing);
  lines->addWidget(search_);
  lines->addLayout(row, 1);
  views_->addWidget(list);
  views_->addWidget(comparison_);
  views_->addWidget(contents_);
  fitToCurrent(views_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(notice_);
  column->addWidget(views_, 1);
}

void RunsPage::wire() {
  connect(&library_, &RunLibrary::listed, this, &RunsPage::take);
  connect(&library_, &RunLibrary::found, this,
          [this](const QString& run, const std::shared_ptr<const RunCard>& card) { details_->setCard(run, *card); });
  connect(&library_, &RunLibrary::progressed, this, [this](const QString& what) {
    work_ = what;
    showState();
  });
  connect(&library_, &RunLibrary::checked, this, [this](const QString& run) {
    if (run != waiting_.first) return emit checked(run);
    waiting_.first.clear();
    waiting_.second();
  });
  connect(&library_, &RunLibrary::compared, this, &RunsPage::showComparison);
  connect(&library_, &RunLibrary::failed, this, [this](const QString& sentence) {
    work_.clear();
    showState();
    if (isVisible())
      notice_->showError(sentence, sentence);
    else
      emit refused(sentence);
  });
  connect(search_, &RunSearch::changed, this, &RunsPage::query);
  connect(search_, &RunSearch::regrouped, this, [this] {
    groups_->forget();
    query();
  });
  connect(search_, &RunSearch::foldersChanged, this, &RunsPage::begin);
  connect(search_, &RunSearch::failed, this,
          [this](const QString& sentence) { notice_->showError(sentence, sentence); });
  connect(search_, &RunSearch::compareWanted, this, [this] { compare(chosen()); });
  connect(comparison_, &ComparePanel::leaveWanted, this, &RunsPage::leave);
  connect(contents_, &RunContents::leaveWanted, this, &RunsPage::leave);
  connect(contents_, &RunContents::previewWanted, &library_, &RunLibrary::preview);
  connect(&library_, &RunLibrary::previewed, this, [this](const QString& run, const RunPreviewPtr& preview) {
    if (run == contents_->run()) contents_->setPreview(preview);
  });
  connect(&library_, &RunLibrary::treeRead, this, [this](const QString& run, const RunTreePtr& tree) {
    contents_->setTree(run, tree);
    views_->setCurrentWidget(contents_);
    contents_->setFocus();
  });
  connect(details_, &RunDetails::contentsWanted, this, [this] {
    notice_->clear();
    library_.readTree(current());
  });
  connect(comparison_, &ComparePanel::conventionsChanged, this, [this] { emit conventionsChanged(conventions()); });
  connect(groups_, &RunGroups::chosenChanged, this, &RunsPage::query);
  connect(view_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &RunsPage::query);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::showChosen);
  connect(view_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const RunRow* run = table_->run(index.row());
    if (run && run->problem.empty()) emit openWanted(pathText(run->path));
  });
  connect(details_, &RunDetails::openWanted, this, [this] { emit openWanted(current()); });
  connect(details_, &RunDetails::settingsWanted, this, &RunsPage::useSettings);
  connect(details_, &RunDetails::revealWanted, this, [this] { showInFolder(current()); });
  connect(details_, &RunDetails::rerunWanted, this,
          [this] { afterCheck(current(), [this, run = current()] { session_.rerun(run); }); });
  connect(&session_, &Session::ranAgain, this,
          [this](quint64, const QString& run, const std::shared_ptr<const RunComparison>& comparison) {
            details_->setRerun(run, tr("Run again. %1").arg(agreementWords(*comparison)));
          });
  connect(details_, &RunDetails::discardWanted, this, &RunsPage::discardChosen);
  connect(details_, &RunDetails::labelsEdited, this, [this](const QString& run, const RunLabels& labels) {
    notice_->clear();
    library_.label(run, labels);
  });
}

QLineEdit* RunsPage::search() const {
  return search_->field();
}

QString RunsPage::conventions() const {
  if (isComparing()) return comparison_->conventions();
  return tr("sink rates at ε 0.3 · query 0 included");
}

void RunsPage::begin() {
  library_.begin(libraryFolders(), reader_);
  begun_ = true;
}

void RunsPage::check(const QString& run) {
  if (!begun_) begin();
  library_.check(run);
}

void RunsPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  if (!begun_) begin();
  library_.setWatching(true);
  emit conventionsChanged(conventions());
}

void RunsPage::hideEvent(QHideEvent* event) {
  details_->takeLabels();  // the window may close
  library_.setWatching(false);
  Page::hideEvent(event);
}

void RunsPage::follow(const Inputs& now, const Inputs& before) {
  if (now.colourMap == before.colourMap) return;
  details_->setColourMap(now.colourMap);
  contents_->preview()->setColourMap(now.colourMap);
}

void RunsPage::query() {
  notice_->clear();
  RunQuery query;
  try {
    query = search_->query();
  } catch (const Error& error) {  // it may be typed to its end yet
    work_ = QString::fromUtf8(error.what());
    return showState();
  }
  const QHeaderView* header = view_->horizontalHeader();
  query.sort = RunTableModel::columnAt(header->sortIndicatorSection());
  query.descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
  const std::optional<RunColumn> group = search_->group();
  if (group && groups_->chosen()) query.filters.push_back({*group, RunFilter::Test::Equal, *groups_->chosen()});
  work_.clear();
  library_.ask(query, group);
}

void RunsPage::take(const ListedRunsPtr& runs) {
  const QStringList before = chosen();
  const int at = view_->currentIndex().row();
  {
    const QSignalBlocker quiet(view_->selectionModel());
    runs_ = runs;
    table_->setRuns(runs);
  }
  QItemSelection selection;
  for (const QString& path : before)
    if (const int row = table_->rowOf(path); row >= 0)
      selection.select(table_->index(row, 0), table_->index(row, table_->columnCount() - 1));
  view_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  if (!selection.isEmpty())
    view_->selectionModel()->setCurrentIndex(selection.indexes().front(), QItemSelectionModel::NoUpdate);
  else if (at >= 0 && table_->rowCount() > 0)  // where the one that went was
    view_->selectRow(std::min(at, table_->rowCount() - 1));
  showChosen();
  groups_->setGroups(*runs, search_->group().has_value());
  showState();
}

QStringList RunsPage::chosen() const {
  QStringList paths;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows())
    if (const RunRow* run = table_->run(index.row())) paths << pathText(run->path);
  return paths;
}

QString RunsPage::current() const {
  return chosen().value(0);
}

void RunsPage::showChosen() {
  const QModelIndexList rows = view_->selectionModel()->selectedRows();
  details_->setRun(rows.isEmpty() ? nullptr : table_->run(rows.front().row()), static_cast<int>(rows.size()));
  search_->setChosen(static_cast<int>(rows.size()));
  if (rows.size() == 1) library_.find(current());
}

void RunsPage::showState() {
  const bool empty = runs_ && runs_->rows.empty();
  rows_->setCurrentIndex(empty ? 1 : 0);
  if (empty && runs_->all > 0)
    nothing_->setText(
        tr("No run is like that. Words are looked for in prompts, notes, names, tags and models;\n"
           "conditions are written kind=explore, sink_rate>0.3, tags=\"first try\"."));
  else if (empty)
    nothing_->setText(tr("No runs yet. What a page shows is saved with Ctrl+S, and is listed here when it lies in\n%1\n"
                         "or in a folder that you add. Run files can also be dropped here.")
                          .arg(QString::fromStdString(setFolders().front().string())));
  QString words = !runs_                             ? tr("Looking …")
                  : runs_->rows.size() == runs_->all ? tr("%1 runs").arg(runs_->all)
                                                     : tr("%1 of %2 runs").arg(runs_->rows.size()).arg(runs_->all);
  if (runs_ && !empty && std::ranges::all_of(runs_->rows, [](const RunRow& run) { return isSample(run.path); }))
    words += tr(" · samples alone: what a page shows is saved with Ctrl+S");
  if (!work_.isEmpty()) words += QStringLiteral(" · ") + work_;
  state_->setText(words);
}

void RunsPage::discardChosen() {
  notice_->clear();
  library_.discard(chosen());
}

void RunsPage::afterCheck(const QString& run, std::function<void()> what) {
  notice_->clear();
  waiting_ = {run, std::move(what)};
  library_.check(run);
}

void RunsPage::useSettings() {
  const RunRow* run = table_->run(table_->rowOf(current()));
  if (!run) return;
  if (run->card.kind != "train") return emit settingsWanted(current());
  afterCheck(current(), [this, training = current()] { emit recipeWanted(training); });
}

void RunsPage::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Delete) && view_->hasFocus()) return discardChosen();
  if (event->key() == Qt::Key_B && event->modifiers() == Qt::ControlModifier) return compare(chosen());
  if (event->key() == Qt::Key_Escape && views_->currentIndex() > 0) return leave();
  if (event->key() == Qt::Key_F2 && chosen().size() == 1) return details_->editName();
  Page::keyPressEvent(event);
}

}  // namespace sinkscope
