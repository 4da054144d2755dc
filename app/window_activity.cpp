// What the window tells of its jobs: the bar at the bottom, the list above it, and a word to who looks elsewhere.
#include "app/activity_bar.h"
#include "app/activity_panel.h"
#include "app/announcer.h"
#include "app/job_log.h"
#include "app/model_fetcher.h"
#include "app/model_names.h"
#include "app/notice.h"
#include "app/pages/train_page.h"
#include "app/session.h"
#include "app/window.h"
#include "core/model/demo_models.h"

#include <QFileInfo>
#include <QToolButton>
#include <limits>

namespace sinkscope {
namespace {

/// The activity bar's number of fetching; the session counts from 1.
constexpr quint64 kFetching = std::numeric_limits<quint64>::max();
const QString kFetchingKey = QStringLiteral("fetching");

QString keyOf(quint64 id) {
  return QStringLiteral("session %1").arg(id);
}

QString keyOf(const QString& run) {
  return QStringLiteral("training ") + run;
}

}  // namespace

void Window::wireActivity() {
  using State = LoggedJob::State;
  log_ = new JobLog(this);
  announcer_ = new Announcer(*this);
  connect(log_, &JobLog::ended, announcer_, &Announcer::tellEnd);
  connect(activity_->listButton(), &QToolButton::clicked, this, &Window::showActivity);

  Session* session = session_.get();
  connect(session, &Session::queued, this, [this](quint64 id, const QString& title) {
    log_->add(keyOf(id), title, [this, id] { session_->cancel(id); });
  });
  connect(session, &Session::started, this, [this](quint64 id) {
    activity_->begin(id, tr("Working"), [this, id] { session_->cancel(id); });
    log_->begin(keyOf(id));
  });
  connect(session, &Session::progressed, this, [this](quint64 id, const QString& what, double fraction) {
    activity_->progress(id, what, fraction);
    log_->progress(keyOf(id), what, fraction);
  });
  const auto ends = [this](quint64 id, State state, const QString& sentence) {
    activity_->end(id);
    log_->end(keyOf(id), state, sentence);
  };
  connect(session, &Session::finished, this, [ends](quint64 id) { ends(id, State::Done, {}); });
  connect(session, &Session::stopped, this, [ends](quint64 id) { ends(id, State::Stopped, {}); });
  connect(session, &Session::failed, this,
          [ends](quint64 id, const QString& sentence) { ends(id, State::Failed, sentence); });
  wireTrainings();
}

void Window::wireTrainings() {
  using State = LoggedJob::State;
  TrainingQueue* queue = &train_->queue();
  connect(queue, &TrainingQueue::changed, this, [this, queue] {
    for (const QueuedTraining& training : queue->trainings()) {
      const QString key = keyOf(training.run);
      const LoggedJob* known = log_->job(key);
      if (!known || known->isOver())
        log_->add(key, tr("Training · %1").arg(QFileInfo(training.run).completeBaseName()),
                  [queue, run = training.run] { queue->pause(run); });
    }
    if (!queue->current().isEmpty()) log_->begin(keyOf(queue->current()));
  });
  connect(queue, &TrainingQueue::progressed, this, [this](const QString& run, const QString& what, double fraction) {
    log_->progress(keyOf(run), what, fraction);
  });
  connect(queue, &TrainingQueue::ended, this, [this](const QString& run, TrainingEnd end) {
    if (end == TrainingEnd::NotFinite)
      log_->end(keyOf(run), State::Failed, tr("A loss or a gradient was no finite number."));
    else
      log_->end(keyOf(run), end == TrainingEnd::Finished ? State::Done : State::Stopped);
  });
  connect(queue, &TrainingQueue::dropped, this, [this](const QString& run) { log_->end(keyOf(run), State::Stopped); });
  connect(queue, &TrainingQueue::failed, this,
          [this](const QString& run, const QString& sentence) { log_->end(keyOf(run), State::Failed, sentence); });
}

void Window::wireFetcher() {
  using State = LoggedJob::State;
  const auto end = [this](State state, const QString& sentence = {}) {
    activity_->end(kFetching);
    log_->end(kFetchingKey, state, sentence);
  };
  connect(fetcher_, &ModelFetcher::progressed, this, [this](const QString& what) {
    activity_->progress(kFetching, what, -1);
    log_->progress(kFetchingKey, what, -1);
  });
  connect(fetcher_, &ModelFetcher::fetched, this, [this, end](const QString& model) {
    end(State::Done);
    chooseModel(model);
  });
  connect(fetcher_, &ModelFetcher::failed, this, [this, end](const QString& sentence, const QString& details) {
    end(State::Failed, sentence);
    const bool nothing = document_.inputs().model.isEmpty();
    if (nothing) chooseModel(kBuiltInModel);
    noticeOutlivesResult_ = nothing;
    notice_->showError(nothing ? tr("%1 The built-in model is shown instead.").arg(sentence) : sentence, details);
  });
  connect(fetcher_, &ModelFetcher::cancelled, this, [end] { end(State::Stopped); });
}

void Window::fetchModel(const QString& demoModel) {
  notice_->clear();
  const QString title = tr("Fetching %1").arg(modelTitle(demoModel));
  const auto cancel = [this] { fetcher_->cancel(); };
  activity_->begin(kFetching, title, cancel);
  log_->add(kFetchingKey, title, cancel);
  log_->begin(kFetchingKey);
  fetcher_->fetch(demoModel);
}

void Window::showActivity() {
  if (!activityPanel_) activityPanel_ = new ActivityPanel(*log_, *this);
  activityPanel_->toggle(activity_);
}

}  // namespace sinkscope
