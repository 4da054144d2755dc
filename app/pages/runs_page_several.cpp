// What becomes of several runs: they are held against each other, and files are dropped; the list is in runs_page.cpp.
#include "app/file_path.h"
#include "app/notice.h"
#include "app/pages/compare_panel.h"
#include "app/pages/run_details.h"
#include "app/pages/run_search.h"
#include "app/pages/runs_page.h"
#include "app/run_table.h"
#include "app/window_files.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <algorithm>

namespace sinkscope {
namespace {

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

bool RunsPage::isComparing() const {
  return views_->currentWidget() == comparison_;
}

void RunsPage::compare(const QStringList& runs) {
  if (runs.size() < 2 || runs.size() > static_cast<qsizetype>(ComparedRuns::kMost)) return;
  notice_->clear();
  details_->takeLabels();
  library_.compare(runs);
}

void RunsPage::showComparison(const ComparedRunsPtr& runs) {
  work_.clear();
  showState();
  views_->setCurrentWidget(comparison_);
  comparison_->setRuns(runs);
  comparison_->setFocus();
  emit conventionsChanged(conventions());
}

void RunsPage::leave() {
  views_->setCurrentIndex(0);
  view_->setFocus();
  emit conventionsChanged(conventions());
}

std::vector<PageFigure> RunsPage::figures() const {
  return isComparing() ? comparison_->figures() : std::vector<PageFigure>();
}

bool RunsPage::areListed(const QStringList& files) const {
  return std::ranges::all_of(files, [this](const QString& file) { return table_->rowOf(file) >= 0; });
}

QStringList RunsPage::droppedOn(const QPoint& place, QStringList runs) const {
  const QWidget* button = search_->compareButton();
  if (button->rect().contains(button->mapFrom(this, place))) return runs;
  const QPoint inside = view_->viewport()->mapFrom(this, place);
  if (!view_->viewport()->rect().contains(inside)) return {};
  const RunRow* row = table_->run(view_->rowAt(inside.y()));
  const bool isOther = row && row->problem.empty() && !runs.contains(pathText(row->path));
  return isOther ? runs << pathText(row->path) : QStringList();
}

void RunsPage::dragEnterEvent(QDragEnterEvent* event) {
  if (!runFilesIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void RunsPage::dragMoveEvent(QDragMoveEvent* event) {
  // What is in the library already comes from it, or from its folder: it is not copied once more.
  const QStringList files = runFilesIn(event->mimeData());
  const bool listed = areListed(files);
  const qsizetype together = listed ? droppedOn(event->position().toPoint(), files).size() : 0;
  const bool compares = together >= 2 && together <= static_cast<qsizetype>(ComparedRuns::kMost);
  event->setAccepted(!listed || compares);
  work_ = compares ? tr("let go to compare the %1").arg(together) : QString();
  showState();
}

void RunsPage::dragLeaveEvent(QDragLeaveEvent*) {
  work_.clear();
  showState();
}

void RunsPage::dropEvent(QDropEvent* event) {
  notice_->clear();
  const QStringList files = runFilesIn(event->mimeData());
  if (areListed(files))
    compare(droppedOn(event->position().toPoint(), files));
  else
    library_.add(files);
  event->acceptProposedAction();
}

}  // namespace sinkscope
