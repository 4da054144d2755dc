#pragma once

#include <QtGlobal>

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sinkscope {

/// A process that writes until it is killed, and tells numbers of what it has got done. A fork: it begins in no time,
/// so that it can be killed often.
class WritingChild {
 public:
  using Tell = std::function<void(std::int64_t)>;

  explicit WritingChild(const std::function<void(const Tell&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) qFatal("no pipe");
    process_ = ::fork();
    if (process_ < 0) qFatal("no process");
    if (process_ == 0) {
      try {
        work([&](std::int64_t number) {
          if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(2);
        });
      } catch (...) {
      }
      ::_exit(1);
    }
    ::close(ends[1]);
    numbers_ = ends[0];
  }
  WritingChild(const WritingChild&) = delete;
  WritingChild& operator=(const WritingChild&) = delete;
  ~WritingChild() {
    kill();
    ::close(numbers_);
  }

  /// The next number it tells; -1 once it has ended.
  std::int64_t next() {
    std::int64_t number = -1;
    return ::read(numbers_, &number, sizeof number) == sizeof number ? number : -1;
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    int status = 0;
    ::waitpid(process_, &status, 0);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) qFatal("the writing process ended by itself");
    process_ = -1;
  }
  /// Kills it when that time is over; the last number it told, or -1.
  std::int64_t killAfter(std::chrono::microseconds time) {
    std::this_thread::sleep_for(time);
    kill();
    std::int64_t last = -1;
    for (std::int64_t number = next(); number >= 0; number = next()) last = number;
    return last;
  }

 private:
  pid_t process_ = -1;
  int numbers_ = -1;
};

}  // namespace sinkscope
