#include "app/compute_thread.h"
#include "core/error.h"

#include <QTest>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace sinkscope;
using namespace std::chrono_literals;

namespace {

/// Everything a thread reports, with a way to wait for it.
class Log {
 public:
  ComputeThread::Reports reports() {
    return {[this](auto id) { add(id, "started"); }, [this](auto id, const Progress&) { add(id, "progress"); },
            [this](auto id) { add(id, "finished"); },
            [this](auto id, const std::string& sentence, const std::string&) { add(id, "failed: " + sentence); },
            [this](auto id) { add(id, "stopped"); }};
  }

  /// What was reported of a task; waits up to 5 s for its end.
  std::vector<std::string> untilEnd(ComputeThread::Id id) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] {
      const auto& said = said_[id];
      return !said.empty() && said.back() != "started" && said.back() != "progress";
    });
    return said_[id];
  }
  std::vector<std::string> now(ComputeThread::Id id) {
    const std::lock_guard lock(mutex_);
    return said_[id];
  }

 private:
  void add(ComputeThread::Id id, const std::string& what) {
    const std::lock_guard lock(mutex_);
    said_[id].push_back(what);
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<ComputeThread::Id, std::vector<std::string>> said_;
};

/// Work that goes on until it is stopped.
void untilStopped(const Job& job) {
  while (true) {
    job.check();
    std::this_thread::sleep_for(1ms);
  }
}

using Said = std::vector<std::string>;

}  // namespace

class TestComputeThread : public QObject {
  Q_OBJECT

 private slots:
  void endsOnceHoweverItEnds() {
    Log log;
    ComputeThread thread(log.reports());
    thread.post(1, 0, [](const Job&) {});
    thread.post(2, 1, [](const Job&) { throw Error("The file x is no model."); });
    thread.post(3, 2, [](const Job&) { throw std::runtime_error("boom\nat line 3"); });
    thread.post(4, 3, [](const Job&) { throw Stopped(); });
    QCOMPARE(log.untilEnd(1), (Said{"started", "finished"}));
    QCOMPARE(log.untilEnd(2), (Said{"started", "failed: The file x is no model."}));
    QCOMPARE(log.untilEnd(3), (Said{"started", "failed: This failed unexpectedly: boom"}));
    QCOMPARE(log.untilEnd(4), (Said{"started", "stopped"}));
  }

  void stopsBeforeTheStart() {
    Log log;
    ComputeThread thread(log.reports());
    std::promise<void> gate;
    thread.post(1, 0, [&](const Job&) { gate.get_future().wait(); });
    bool ran = false;
    thread.post(2, 1, [&](const Job&) { ran = true; });
    thread.stop(2);
    QCOMPARE(log.now(2), Said{"stopped"});
    gate.set_value();
    log.untilEnd(1);
    QVERIFY(!ran);
  }

  /// What a replaced task held may be let go of on this very thread: a run file is closed where it is read.
  void whatAReplacedTaskHeldMayPost() {
    Log log;
    ComputeThread thread(log.reports());
    std::promise<void> gate, released;
    thread.post(1, 0, [&](const Job&) { gate.get_future().wait(); });
    {
      const std::shared_ptr<int> held(new int(0), [&](const int* number) {
        thread.postQuiet([&released, number] {
          delete number;
          released.set_value();
        });
      });
      thread.post(2, 1, [held](const Job&) {});
    }
    auto replaced = std::async(std::launch::async, [&] { thread.post(3, 1, [](const Job&) {}); });
    const bool returned = replaced.wait_for(5s) == std::future_status::ready;
    if (!returned) qFatal("the thread waits for itself");  // and so would every way out of here
    gate.set_value();
    QCOMPARE(log.untilEnd(2), Said{"stopped"});
    QCOMPARE(log.untilEnd(3), (Said{"started", "finished"}));
    QVERIFY(released.get_future().wait_for(5s) == std::future_status::ready);
  }

  void stopsDuring() {
    Log log;
    ComputeThread thread(log.reports());
    std::promise<void> running;
    thread.post(1, 0, [&](const Job& job) {
      running.set_value();
      untilStopped(job);
    });
    running.get_future().wait();
    thread.stop(1);
    QCOMPARE(log.untilEnd(1), (Said{"started", "stopped"}));
  }

  void theLatestOfAKindWins() {
    Log log;
    ComputeThread thread(log.reports());
    thread.post(1, 7, untilStopped);
    thread.post(2, 7, untilStopped);
    thread.post(3, 7, [](const Job&) {});
    QCOMPARE(log.untilEnd(3), (Said{"started", "finished"}));
    QCOMPARE(log.untilEnd(1).back(), std::string("stopped"));
    QCOMPARE(log.untilEnd(2).back(), std::string("stopped"));
  }

  void workWithoutAKindQueues() {
    Log log;
    ComputeThread thread(log.reports());
    std::vector<int> order;
    for (int i = 1; i <= 3; ++i) thread.post(i, -1, [&order, i](const Job&) { order.push_back(i); });
    log.untilEnd(3);
    QCOMPARE(order, (std::vector<int>{1, 2, 3}));
  }

  void destructionStopsWhatRunsAndWhatWaits() {
    Log log;
    {
      ComputeThread thread(log.reports());
      std::promise<void> running;
      thread.post(1, 0, [&](const Job& job) {
        running.set_value();
        untilStopped(job);
      });
      thread.post(2, 1, [](const Job&) {});
      running.get_future().wait();
    }
    QCOMPARE(log.now(1), (Said{"started", "stopped"}));
    QCOMPARE(log.now(2), Said{"stopped"});
  }

  void quietWorkIsDoneEvenAtTheEnd() {
    Log log;
    std::atomic<std::thread::id> where;
    std::thread::id home;
    {
      ComputeThread thread(log.reports());
      thread.post(1, 0, [&](const Job&) { home = std::this_thread::get_id(); });
      log.untilEnd(1);
      thread.post(2, 0, untilStopped);
      thread.postQuiet([&] { where = std::this_thread::get_id(); });
    }
    QVERIFY(where.load() == home);
    QVERIFY(home != std::this_thread::get_id());
  }

  void progressIsThrottled() {
    Log log;
    ComputeThread thread(log.reports());
    thread.post(1, 0, [](const Job& job) {
      const Job part = job.part(0, 0.5);
      for (int i = 0; i < 10000; ++i) part.progress("layer", i / 10000.0);
    });
    const Said said = log.untilEnd(1);
    const auto reports = std::count(said.begin(), said.end(), "progress");
    QVERIFY2(reports >= 1 && reports < 200, qPrintable(QString::number(reports)));
  }
};

QTEST_GUILESS_MAIN(TestComputeThread)
#include "tst_compute_thread.moc"
