#include "app/commands/console.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

namespace sinkscope {
namespace {

/// Waits for Ctrl-C in a thread of its own (a signal handler could not touch a stop source) and asks for a stop.
class InterruptWatch {
 public:
  InterruptWatch() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);  // inherited by the threads of the work
    thread_ = std::jthread([this](std::stop_token done) {
      const timespec pause{0, 50'000'000};
      while (!done.stop_requested())
        if (sigtimedwait(&signals_, nullptr, &pause) > 0) source_.request_stop();
    });
  }
  ~InterruptWatch() {
    thread_.request_stop();
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t signals_{}, before_{};
  std::stop_source source_;
  std::jthread thread_;
};

/// One line on a terminal that is written over, at most ten times a second.
class ProgressLine {
 public:
  ProgressLine() : shown_(isatty(STDERR_FILENO) != 0) {}
  ~ProgressLine() { clear(); }

  void operator()(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    std::fprintf(stderr, "\r\033[K%3.0f %%  %s", 100.0 * progress.fraction, progress.what.c_str());
    if (seconds > 2.0 && progress.fraction > 0.02)
      std::fprintf(stderr, "  (%.0f s left)", seconds * (1.0 - progress.fraction) / progress.fraction);
    std::fflush(stderr);
  }
  void clear() const {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  bool shown_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), last_{};
};

}  // namespace

int runCommand(const std::function<void(const Job&)>& work) {
  InterruptWatch watch;
  ProgressLine line;
  try {
    work(Job(watch.token(), [&line](const Progress& progress) { line(progress); }));
    return kSuccess;
  } catch (const Stopped&) {
    line.clear();
    std::cerr << "stopped\n";
    return kStopped;
  } catch (const std::exception& error) {
    line.clear();
    std::cerr << "error: " << firstLine(error) << '\n';
    return kFailure;
  }
}

}  // namespace sinkscope
