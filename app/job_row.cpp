#include "app/job_row.h"

#include "app/activity_bar.h"
#include "app/job_log.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace sinkscope {
namespace {

/// "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"
QString tookWords(qint64 ms) {
  const qint64 seconds = ms / 1000;
  if (seconds < 10) return QObject::tr("%1 s").arg(QLocale().toString(static_cast<double>(ms) / 1000, 'f', 1));
  if (seconds < 60) return QObject::tr("%1 s").arg(seconds);
  if (seconds < 3600) return QObject::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
  return QObject::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
}

QString stateWords(const LoggedJob& job) {
  switch (job.state) {
    case LoggedJob::State::Waiting:
      return QObject::tr("waiting");
    case LoggedJob::State::Running: {
      const QString left = ActivityBar::timeLeft(job.elapsedMs(), job.fraction);
      return left.isEmpty() ? tookWords(job.elapsedMs()) : left;
    }
    case LoggedJob::State::Done:
      return QObject::tr("done in %1").arg(tookWords(job.tookMs));
    case LoggedJob::State::Stopped:
      return QObject::tr("stopped after %1").arg(tookWords(job.tookMs));
    case LoggedJob::State::Failed:
      return QObject::tr("failed after %1").arg(tookWords(job.tookMs));
  }
  return {};
}

}  // namespace

JobRow::JobRow(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      state_(new QLabel(this)),
      now_(new QLabel(this)),
      bar_(new QProgressBar(this)),
      cancel_(new QToolButton(this)) {
  for (QLabel* label : {title_, state_, now_}) label->setTextFormat(Qt::PlainText);
  title_->setObjectName(QStringLiteral("jobTitle"));
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  state_->setObjectName(QStringLiteral("jobState"));
  now_->setObjectName(QStringLiteral("jobNow"));
  now_->setFont(themeFor(this).caption);
  now_->setWordWrap(true);
  now_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setFixedHeight(kGrid);
  cancel_->setIcon(QIcon(QStringLiteral(":/icons/cancel.svg")));
  cancel_->setToolTip(tr("Cancel"));
  cancel_->setAutoRaise(true);
  connect(cancel_, &QToolButton::clicked, this, &JobRow::cancelWanted);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, kSpacing, 0, kSpacing);
  grid->setHorizontalSpacing(kSpacing);
  grid->setVerticalSpacing(kGrid);
  grid->setColumnStretch(0, 1);
  grid->addWidget(title_, 0, 0);
  grid->addWidget(state_, 0, 1);
  grid->addWidget(cancel_, 0, 2);
  grid->addWidget(bar_, 1, 0, 1, 3);
  grid->addWidget(now_, 2, 0, 1, 3);
}

void JobRow::setJob(const LoggedJob& job) {
  const bool running = job.state == LoggedJob::State::Running;
  title_->setText(job.title);
  title_->setToolTip(job.title);
  state_->setText(stateWords(job));
  now_->setText(job.now);
  now_->setVisible(!job.now.isEmpty());
  bar_->setVisible(running);
  bar_->setRange(0, job.fraction < 0 ? 0 : 1000);
  bar_->setValue(static_cast<int>(job.fraction * 1000));
  bar_->setAccessibleName(tr("Progress of %1").arg(job.title));
  cancel_->setVisible(!job.isOver() && job.cancel != nullptr);
  cancel_->setAccessibleName(tr("Cancel %1").arg(job.title));
}

QString JobRow::title() const {
  return title_->text();
}

QString JobRow::state() const {
  return state_->text();
}

QString JobRow::now() const {
  return now_->text();
}

}  // namespace sinkscope
