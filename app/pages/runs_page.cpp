#include "app/pages/runs_page.h"

#include "app/notice.h"
#include "app/pages/layout_parts.h"
#include "app/pages/run_details.h"
#include "app/pages/run_groups.h"
#include "app/run_table.h"
#include "app/window_files.h"
#include "core/error.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kDetailsWidth = 64 * kGrid;

/// Nothing where one of the files is no run.
QStringList runFilesIn(const QMimeData* data) {
  QStringList files;
  for (const QUrl& url : data->urls()) {
    if (!url.isLocalFile() || !isRunFile(url.toLocalFile())) return {};
    files << url.toLocalFile();
  }
  return files;
}

}  // namespace

RunsPage::RunsPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      table_(new RunTable(this)),
      notice_(new Notice(this)),
      search_(new QLineEdit(this)),
      grouping_(new QComboBox(this)),
      groups_(new RunGroups(this)),
      view_(runView(table_, this)),
      rows_(new QStackedWidget(this)),
      nothing_(new QLabel(this)),
      state_(new QLabel(this)),
      details_(new RunDetails(this)) {
  setAcceptDrops(true);
  needNotAsk();
  layOut();
  wire();
  details_->setColourMap(document_.inputs().colourMap);
}

void RunsPage::layOut() {
  search_->setObjectName(QStringLiteral("searchRuns"));
  search_->setAccessibleName(tr("Search the runs"));
  search_->setPlaceholderText(tr("Search prompts, notes, names, tags; or kind=explore, sink_rate>0.3, model~gemma"));
  search_->setClearButtonEnabled(true);
  if (auto* clear = search_->findChild<QToolButton*>()) clear->setAccessibleName(tr("Clear the search"));
  grouping_->setObjectName(QStringLiteral("groupRuns"));
  grouping_->setAccessibleName(tr("Put runs together by"));
  grouping_->addItem(tr("nothing"));
  for (const RunColumn column : {RunColumn::Model, RunColumn::Tags, RunColumn::Kind, RunColumn::Folder})
    grouping_->addItem(QString::fromUtf8(infoOf(column).title.data(), int(infoOf(column).title.size())),
                       static_cast<int>(column));
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

  auto* add = new QPushButton(tr("&Add a folder…"), this);
  add->setObjectName(QStringLiteral("addRunFolder"));
  connect(add, &QPushButton::clicked, this, &RunsPage::addFolder);
  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  top->addWidget(search_, 1);
  addLabelled(*top, tr("&Group by"), grouping_);
  top->addWidget(add);
  auto* left = new QVBoxLayout;
  left->setSpacing(kSpacing);
  left->addWidget(rows_, 1);
  left->addWidget(state_);
  auto* row = new QHBoxLayout;
  row->setSpacing(kMargin);
  row->addWidget(groups_);
  row->addLayout(left, 1);
  row->addWidget(details_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(notice_);
  column->addLayout(top);
  column->addLayout(row, 1);
}

void RunsPage::wire() {
  connect(&library_, &RunLibrary::listed, this, &RunsPage::take);
  connect(&library_, &RunLibrary::found, this,
          [this](const QString& run, const std::shared_ptr<const RunCard>& card) { details_->setCard(run, *card); });
  connect(&library_, &RunLibrary::progressed, this, [this](const QString& what) {
    work_ = what;
    showState();
  });
  connect(&library_, &RunLibrary::checked, this, &RunsPage::checked);
  connect(&library_, &RunLibrary::failed, this, [this](const QString& sentence) {
    if (isVisible())
      notice_->showError(sentence, sentence);
    else
      emit refused(sentence);
  });
  connect(search_, &QLineEdit::textChanged, this, &RunsPage::query);
  connect(grouping_, &QComboBox::currentIndexChanged, this, [this] {
    groups_->forget();
    query();
  });
  connect(groups_, &RunGroups::chosenChanged, this, &RunsPage::query);
  connect(view_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &RunsPage::query);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::showChosen);
  connect(view_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const RunRow* run = table_->run(index.row());
    if (run && run->problem.empty()) emit openWanted(pathOf(*run));
  });
  connect(details_, &RunDetails::openWanted, this, [this] { emit openWanted(current()); });
  connect(details_, &RunDetails::settingsWanted, this, [this] { emit settingsWanted(current()); });
  connect(details_, &RunDetails::revealWanted, this, &RunsPage::reveal);
  connect(details_, &RunDetails::discardWanted, this, &RunsPage::discardChosen);
  connect(details_, &RunDetails::labelsEdited, this, [this](const QString& run, const RunLabels& labels) {
    notice_->clear();
    library_.label(run, labels);
  });
}

QString RunsPage::conventions() const {
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
  if (now.colourMap != before.colourMap) details_->setColourMap(now.colourMap);
}

std::optional<RunColumn> RunsPage::groupColumn() const {
  const QVariant column = grouping_->currentData();
  return column.isValid() ? std::optional(static_cast<RunColumn>(column.toInt())) : std::nullopt;
}

void RunsPage::query() {
  notice_->clear();
  RunQuery query;
  const QHeaderView* header = view_->horizontalHeader();
  query.sort = RunTable::columnAt(header->sortIndicatorSection());
  query.descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
  const std::optional<RunColumn> group = groupColumn();
  if (group && groups_->chosen()) query.filters.push_back({*group, RunFilter::Test::Equal, *groups_->chosen()});
  try {
    addTyped(query, search_->text().toStdString());
  } catch (const Error& error) {  // it may be typed to its end yet
    work_ = QString::fromUtf8(error.what());
    return showState();
  }
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
  groups_->setGroups(*runs, groupColumn().has_value());
  showState();
}

QStringList RunsPage::chosen() const {
  QStringList paths;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows())
    if (const RunRow* run = table_->run(index.row())) paths << pathOf(*run);
  return paths;
}

QString RunsPage::current() const {
  return chosen().value(0);
}

void RunsPage::showChosen() {
  const QModelIndexList rows = view_->selectionModel()->selectedRows();
  details_->setRun(rows.isEmpty() ? nullptr : table_->run(rows.front().row()), static_cast<int>(rows.size()));
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
  if (!work_.isEmpty()) words += QStringLiteral(" · ") + work_;
  state_->setText(words);
}

void RunsPage::discardChosen() {
  notice_->clear();
  library_.discard(chosen());
}

void RunsPage::reveal() {
  QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(current()).absolutePath()));
}

void RunsPage::addFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder of runs"));
  if (folder.isEmpty()) return;
  std::vector<std::filesystem::path> folders = setFolders();
  folders.emplace_back(folder.toStdString());
  try {
    setLibraryFolders(folders);
  } catch (const Error& error) {
    return notice_->showError(QString::fromUtf8(error.what()), folder);
  }
  begin();
}

void RunsPage::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Delete) && view_->hasFocus()) return discardChosen();
  if (event->key() == Qt::Key_F2 && chosen().size() == 1) return details_->editName();
  Page::keyPressEvent(event);
}

void RunsPage::dragEnterEvent(QDragEnterEvent* event) {
  if (event->source() != view_ && !runFilesIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void RunsPage::dropEvent(QDropEvent* event) {
  notice_->clear();
  library_.add(runFilesIn(event->mimeData()));
  event->acceptProposedAction();
}

}  // namespace sinkscope
