#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <deque>
#include <functional>

namespace sinkscope {

/// Something that takes time, from when it was asked for to its end.
struct LoggedJob {
  enum class State { Waiting, Running, Done, Stopped, Failed };

  QString key;    ///< its own among all jobs of the window
  QString title;  ///< what it is, in a few words
  std::function<void()> cancel;
  State state = State::Waiting;
  QString now;            ///< what it does; of one that failed the sentence that says why
  double fraction = -1;   ///< how far it is; below 0: nobody knows
  QElapsedTimer running;  ///< since it began
  qint64 tookMs = 0;      ///< of one that ended

  bool isOver() const { return state > State::Running; }
  qint64 elapsedMs() const { return isOver() ? tookMs : running.isValid() ? running.elapsed() : 0; }
};

/// All jobs of a window: those that wait or run, and the last hundred that ended. One that made way for another within
/// a second, as while a prompt is typed, leaves no trace.
class JobLog : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostEnded = 100;

  using QObject::QObject;

  void add(const QString& key, const QString& title, std::function<void()> cancel);
  void begin(const QString& key);
  void progress(const QString& key, const QString& now, double fraction);
  /// `sentence`: why it failed.
  void end(const QString& key, LoggedJob::State state, const QString& sentence = {});

  /// The newest first.
  const std::deque<LoggedJob>& jobs() const { return jobs_; }
  const LoggedJob* job(const QString& key) const;

 signals:
  void changed();
  void ended(const sinkscope::LoggedJob& job);

 private:
  LoggedJob* find(const QString& key);
  void forgetOld();

  std::deque<LoggedJob> jobs_;
};

}  // namespace sinkscope
