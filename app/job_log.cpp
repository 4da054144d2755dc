#include "app/job_log.h"

#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr qint64 kNoTraceMs = 1000;

}  // namespace

LoggedJob* JobLog::find(const QString& key) {
  const auto found = std::ranges::find(jobs_, key, &LoggedJob::key);
  return found == jobs_.end() || found->isOver() ? nullptr : &*found;
}

const LoggedJob* JobLog::job(const QString& key) const {
  const auto found = std::ranges::find(jobs_, key, &LoggedJob::key);
  return found == jobs_.end() ? nullptr : &*found;
}

void JobLog::add(const QString& key, const QString& title, std::function<void()> cancel) {
  std::erase_if(jobs_, [&](const LoggedJob& job) { return job.key == key; });  // the same training, resumed
  LoggedJob job;
  job.key = key;
  job.title = title;
  job.cancel = std::move(cancel);
  jobs_.push_front(std::move(job));
  emit changed();
}

void JobLog::begin(const QString& key) {
  LoggedJob* job = find(key);
  if (!job || job->state == LoggedJob::State::Running) return;
  job->state = LoggedJob::State::Running;
  job->running.start();
  emit changed();
}

void JobLog::progress(const QString& key, const QString& now, double fraction) {
  LoggedJob* job = find(key);
  if (!job) return;
  job->now = now;
  job->fraction = fraction;
  emit changed();
}

void JobLog::end(const QString& key, LoggedJob::State state, const QString& sentence) {
  LoggedJob* job = find(key);
  if (!job) return;
  job->tookMs = job->elapsedMs();
  job->state = state;
  job->now = sentence;
  job->cancel = nullptr;
  const LoggedJob over = *job;
  if (state == LoggedJob::State::Stopped && over.tookMs < kNoTraceMs)
    std::erase_if(jobs_, [&](const LoggedJob& one) { return one.key == key; });
  forgetOld();
  emit changed();
  emit ended(over);
}

void JobLog::forgetOld() {
  std::size_t ended = 0;
  std::erase_if(jobs_, [&](const LoggedJob& job) { return job.isOver() && ++ended > kMostEnded; });
}

}  // namespace sinkscope
