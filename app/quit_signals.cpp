#include "app/quit_signals.h"

#include <QSocketNotifier>

#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sinkscope {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

int ends[2] = {-1, -1};  // of the pipe: a handler may do no more than write

void write(int) {
  const char byte = 1;
  [[maybe_unused]] const auto written = ::write(ends[1], &byte, 1);
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  for (const int signal : kSignals) ::sigaction(signal, &action, nullptr);
}

}  // namespace

QuitSignals::QuitSignals(QObject* parent) : QObject(parent) {
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;  // then they end the program, as without this
  auto* notifier = new QSocketNotifier(ends[0], QSocketNotifier::Read, this);
  connect(notifier, &QSocketNotifier::activated, this, [this] {
    char byte = 0;
    while (::read(ends[0], &byte, 1) > 0) continue;
    emit wanted();
  });
  handle(write);
}

QuitSignals::~QuitSignals() {
  if (ends[0] < 0) return;
  handle(SIG_DFL);
  for (int& end : ends) ::close(std::exchange(end, -1));
}

}  // namespace sinkscope
