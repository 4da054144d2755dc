#include "app/activity_bar.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>
#include <cmath>
#include <utility>

namespace sinkscope {
namespace {

constexpr qint64 kPatienceMs = 200;

}  // namespace

ActivityBar::ActivityBar(QWidget* parent)
    : QWidget(parent),
      what_(new QLabel(this)),
      bar_(new QProgressBar(this)),
      left_(new QLabel(this)),
      cancel_(new QToolButton(this)),
      list_(new QToolButton(this)),
      clock_(new QTimer(this)) {
  setAccessibleName(tr("Activity"));
  what_->setObjectName(QStringLiteral("activityText"));
  what_->setTextFormat(Qt::PlainText);
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setFixedSize(45 * kGrid, 2 * kGrid);
  bar_->setAccessibleName(tr("Progress"));
  cancel_->setObjectName(QStringLiteral("cancel"));
  cancel_->setText(tr("Cancel"));
  cancel_->setIcon(QIcon(QStringLiteral(":/icons/cancel.svg")));
  cancel_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  cancel_->setAutoRaise(true);
  list_->setObjectName(QStringLiteral("activityList"));
  list_->setText(tr("Activity"));
  list_->setToolTip(tr("All jobs: what waits, runs and ended (Ctrl+J)"));
  list_->setArrowType(Qt::UpArrow);
  list_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  list_->setAutoRaise(true);
  connect(cancel_, &QToolButton::clicked, this, [this] {
    const auto shown = activities_.find(shown_);
    if (shown != activities_.end() && shown->second.cancel) std::function<void()>(shown->second.cancel)();
  });

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kMargin, kGrid, kMargin, kGrid);
  row->setSpacing(kSpacing);
  row->addWidget(what_, 1);
  row->addWidget(left_);
  row->addWidget(bar_);
  row->addWidget(cancel_);
  row->addWidget(list_);
  setFixedHeight(row->contentsMargins().top() * 2 + cancel_->sizeHint().height());

  clock_->setInterval(100);
  connect(clock_, &QTimer::timeout, this, &ActivityBar::refresh);
  refresh();
}

void ActivityBar::begin(quint64 id, const QString& what, std::function<void()> cancel) {
  Activity& activity = activities_[id];
  activity.what = what;
  activity.cancel = std::move(cancel);
  activity.since.start();
  clock_->start();
}

void ActivityBar::progress(quint64 id, const QString& what, double fraction) {
  const auto found = activities_.find(id);
  if (found == activities_.end()) return;
  found->second.what = what;
  found->second.fraction = fraction;
}

void ActivityBar::end(quint64 id) {
  activities_.erase(id);
  refresh();
}

void ActivityBar::setRest(const QString& text) {
  rest_ = text;
  refresh();
}

QString ActivityBar::timeLeft(qint64 elapsedMs, double fraction) {
  if (fraction < 0.02 || elapsedMs < 500) return {};
  const double seconds = static_cast<double>(elapsedMs) / 1000 * (1 - fraction) / fraction;
  if (seconds < 1) return tr("less than 1 s left");
  if (seconds < 100) return tr("about %1 s left").arg(std::ceil(seconds));
  return tr("about %1 min left").arg(std::ceil(seconds / 60));
}

void ActivityBar::refresh() {
  shown_ = 0;
  for (const auto& [id, activity] : activities_) {
    if (activity.since.elapsed() >= kPatienceMs) shown_ = id;  // the newest of those that take long
  }
  if (activities_.empty()) clock_->stop();

  const bool busy = shown_ != 0;
  bar_->setVisible(busy);
  left_->setVisible(busy);
  cancel_->setVisible(busy && activities_.at(shown_).cancel);
  if (!busy) {
    what_->setText(rest_);
    return;
  }
  const Activity& activity = activities_.at(shown_);
  what_->setText(activity.what);
  left_->setText(timeLeft(activity.since.elapsed(), activity.fraction));
  bar_->setRange(0, activity.fraction < 0 ? 0 : 1000);
  bar_->setValue(static_cast<int>(activity.fraction * 1000));
}

}  // namespace sinkscope
