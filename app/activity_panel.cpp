#include "app/activity_panel.h"

#include "app/job_log.h"
#include "app/job_row.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kWidth = 110 * kGrid, kHeight = 90 * kGrid;
constexpr int kRefreshMs = 250;

}  // namespace

ActivityPanel::ActivityPanel(JobLog& log, QWidget& window)
    : Overlay(&window),
      log_(log),
      window_(window),
      nothing_(new QLabel(tr("Nothing was done yet"), this)),
      content_(new QWidget(this)),
      column_(new QVBoxLayout(content_)),
      clock_(new QTimer(this)) {
  setObjectName(QStringLiteral("activityPanel"));
  setAccessibleName(tr("Activity"));
  auto* title = new QLabel(tr("Activity"), this);
  title->setFont(themeFor(this).heading);
  auto* close = new QToolButton(this);
  close->setIcon(QIcon(QStringLiteral(":/icons/cancel.svg")));
  close->setAutoRaise(true);
  close->setToolTip(tr("Close"));
  close->setAccessibleName(tr("Close the list of activities"));
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  auto* scroll = new QScrollArea(this);
  scroll->setAccessibleName(tr("Jobs"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(content_);
  for (QWidget* ground : {scroll->viewport(), content_}) ground->setAutoFillBackground(false);
  column_->setContentsMargins(0, 0, kSpacing, 0);
  column_->setSpacing(0);
  column_->addWidget(nothing_);
  column_->addStretch();
  auto* top = new QHBoxLayout;
  top->addWidget(title, 1);
  top->addWidget(close);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kSpacing, kSpacing);
  column->setSpacing(kGrid);
  column->addLayout(top);
  column->addWidget(scroll, 1);
  clock_->setInterval(kRefreshMs);
  connect(clock_, &QTimer::timeout, this, &ActivityPanel::refresh);
  connect(&log_, &JobLog::changed, this, [this] {
    if (isVisible() && !clock_->isActive()) clock_->start();  // many changes, one look
  });
  window_.installEventFilter(this);
  hide();
}

void ActivityPanel::toggle(QWidget* bar) {
  if (isVisible()) return hide();
  bar_ = bar;
  refresh();
  place();
  show();
  raise();
  setFocus(Qt::PopupFocusReason);
}

void ActivityPanel::refresh() {
  bool moving = false;
  int at = 0;
  QHash<QString, JobRow*> kept;
  for (const LoggedJob& job : log_.jobs()) {
    JobRow*& row = kept[job.key];
    row = byKey_.take(job.key);
    if (!row) {
      row = new JobRow(content_);
      connect(row, &JobRow::cancelWanted, this, [this, key = job.key] {
        const LoggedJob* wanted = log_.job(key);
        if (wanted && wanted->cancel) std::function<void()>(wanted->cancel)();
      });
    }
    row->setJob(job);
    if (column_->indexOf(row) != at) column_->insertWidget(at, row);
    ++at;
    moving = moving || !job.isOver();
  }
  qDeleteAll(byKey_);
  byKey_ = kept;
  nothing_->setVisible(kept.isEmpty());
  if (!moving) clock_->stop();
  if (moving && isVisible()) clock_->start();
}

QList<JobRow*> ActivityPanel::rows() const {
  QList<JobRow*> rows;
  for (int i = 0; i < column_->count(); ++i)
    if (auto* row = qobject_cast<JobRow*>(column_->itemAt(i)->widget())) rows << row;
  return rows;
}

void ActivityPanel::place() {
  const QPoint above = bar_->mapTo(&window_, QPoint(0, 0));
  const int width = std::min(kWidth, window_.width() - 2 * kSpacing);
  const int height = std::min(kHeight, above.y() - 2 * kSpacing);
  setGeometry(window_.width() - width - kSpacing, above.y() - height - kGrid, width, height);
}

bool ActivityPanel::eventFilter(QObject* object, QEvent* event) {
  // After the window's layout, which moves the bar.
  if (object == &window_ && event->type() == QEvent::Resize && isVisible())
    QMetaObject::invokeMethod(this, &ActivityPanel::place, Qt::QueuedConnection);
  return Overlay::eventFilter(object, event);
}

void ActivityPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return hide();
  Overlay::keyPressEvent(event);
}

}  // namespace sinkscope
