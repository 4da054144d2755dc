#pragma once

#include "core/job.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace sinkscope {

/// The one thread that runs tensor operations: a queue of tasks, one after the other. Needs no Qt. Every task ends in
/// exactly one of `finished`, `failed` and `stopped`, also when the thread is destroyed before its turn. The reports
/// come from the compute thread, except for a task that is stopped before it started.
class ComputeThread {
 public:
  using Id = std::uint64_t;
  using Work = std::function<void(const Job&)>;

  struct Reports {
    std::function<void(Id)> started;
    std::function<void(Id, const Progress&)> progress;  ///< throttled
    std::function<void(Id)> finished;
    std::function<void(Id, const std::string& sentence, const std::string& details)> failed;
    std::function<void(Id)> stopped;
  };

  explicit ComputeThread(Reports reports);
  ~ComputeThread();  ///< stops everything and waits for the running task
  ComputeThread(const ComputeThread&) = delete;
  ComputeThread& operator=(const ComputeThread&) = delete;

  /// Queues work. A non-negative `kind` is latest-wins: older work of that kind, waiting or running, is stopped.
  void post(Id id, int kind, Work work);

  /// Queues work that reports nothing and is always done: letting go of what only this thread may touch.
  void postQuiet(std::function<void()> work);

  void stop(Id id);
  void stopAll();

 private:
  struct Task {
    Id id = 0;
    int kind = -1;
    bool quiet = false;
    Work work;
    std::stop_source stop;
  };

  void run(const std::stop_token& end);
  void perform(Task& task);
  template <typename Match>
  void stopWhere(Match match);

  Reports reports_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> waiting_;
  Task running_;                                        // without its work; id 0: none
  std::chrono::steady_clock::time_point lastProgress_;  // of the compute thread
  std::jthread thread_;
};

}  // namespace sinkscope
