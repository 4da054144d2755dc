#include "app/compute_thread.h"

#include "core/error.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace sinkscope {
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(40);

}  // namespace

ComputeThread::ComputeThread(Reports reports)
    : reports_(std::move(reports)), thread_([this](const std::stop_token& end) { run(end); }) {}

ComputeThread::~ComputeThread() {
  stopAll();
  thread_.request_stop();
  wake_.notify_all();
  thread_.join();
}

void ComputeThread::post(Id id, int kind, Work work) {
  if (kind >= 0) stopWhere([kind](const Task& task) { return task.kind == kind; });
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({id, kind, false, std::move(work), std::stop_source()});
  }
  wake_.notify_one();
}

void ComputeThread::postQuiet(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({0, -1, true, [work = std::move(work)](const Job&) { work(); }, std::stop_source()});
  }
  wake_.notify_one();
}

void ComputeThread::stop(Id id) {
  stopWhere([id](const Task& task) { return task.id == id; });
}

void ComputeThread::stopAll() {
  stopWhere([](const Task&) { return true; });
}

template <typename Match>
void ComputeThread::stopWhere(Match match) {
  std::vector<Task> dropped;  // let go of without the lock: what they held may post work in its turn
  {
    const std::lock_guard lock(mutex_);
    const auto first = std::stable_partition(waiting_.begin(), waiting_.end(),
                                             [&](const Task& task) { return task.quiet || !match(task); });
    std::move(first, waiting_.end(), std::back_inserter(dropped));
    waiting_.erase(first, waiting_.end());
    if (running_.id != 0 && match(running_)) running_.stop.request_stop();
  }
  for (const Task& task : dropped) reports_.stopped(task.id);
}

void ComputeThread::run(const std::stop_token& end) {
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, end, [this] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
      running_ = {task.id, task.kind, task.quiet, {}, task.stop};
    }
    perform(task);
    const std::lock_guard lock(mutex_);
    running_ = {};
  }
}

void ComputeThread::perform(Task& task) {
  if (task.quiet) return task.work(Job());
  const Id id = task.id;
  reports_.started(id);
  lastProgress_ = {};
  const Job job(task.stop.get_token(), [this, id](const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now - lastProgress_ < kProgressInterval) return;
    lastProgress_ = now;
    reports_.progress(id, progress);
  });
  try {
    job.check();
    task.work(job);
    task.work = {};  // what it held is let go of here, before anybody hears of the end
    reports_.finished(id);
  } catch (const Stopped&) {
    reports_.stopped(id);
  } catch (const Error& error) {
    reports_.failed(id, error.what(), error.what());
  } catch (const std::bad_alloc&) {
    reports_.failed(id, "There is not enough memory for this; a shorter prompt needs less.", "std::bad_alloc");
  } catch (const std::exception& error) {
    reports_.failed(id, "This failed unexpectedly: " + firstLine(error), error.what());
  }
}

}  // namespace sinkscope
