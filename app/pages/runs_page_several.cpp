// What becomes of several runs: they are held against each other, and files are dropped; the list is in runs_page.cpp.
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

QStringList RunsPage::droppedOn(const QPoint& place) const {
  QStringList runs = chosen();  // they are what is dragged
  const QWidget* button = search_->compareButton();
  if (button->rect().contains(button->mapFrom(this, place))) return runs;
  const QPoint inside = view_->viewport()->mapFrom(this, place);
  if (!view_->viewport()->rect().contains(inside)) return {};
  const RunRow* row = table_->run(view_->rowAt(inside.y()));
  const bool isOther = row && row->problem.empty() && !runs.contains(pathOf(*row));
  return isOther ? runs << pathOf(*row) : QStringList();
}

void RunsPage::dragEnterEvent(QDragEnterEvent* event) {
  if (!runFilesIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void RunsPage::dragMoveEvent(QDragMoveEvent* event) {
  const bool isOwn = event->source() == view_;
  const qsizetype together = isOwn ? droppedOn(event->position().toPoint()).size() : 0;
  const bool compares = together >= 2 && together <= static_cast<qsizetype>(ComparedRuns::kMost);
  event->setAccepted(!isOwn || compares);
  work_ = compares ? tr("let go to compare the %1").arg(together) : QString();
  showState();
}

void RunsPage::dragLeaveEvent(QDragLeaveEvent*) {
  work_.clear();
  showState();
}

void RunsPage::dropEvent(QDropEvent* event) {
  notice_->clear();
  if (event->source() == view_)
    compare(droppedOn(event->position().toPoint()));
  else
    library_.add(runFilesIn(event->mimeData()));
  event->acceptProposedAction();
}

}  // namespace sinkscope
