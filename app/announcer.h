#pragma once

#include <QObject>
#include <QString>

class QWidget;

namespace sinkscope {

struct LoggedJob;

/// Tells somebody who looks elsewhere that a long job ended: marks the window in the task bar, and asks the desktop to
/// show a notification (`org.freedesktop.Notifications`), whose click brings the window to the front.
class Announcer : public QObject {
  Q_OBJECT

 public:
  explicit Announcer(QWidget& window);

  /// Says so where the job took long, was not stopped by the user, and the window is not active.
  void tellEnd(const LoggedJob& job);
  /// What takes less is not told of; 30 s unless set.
  void setPatience(qint64 ms) { patienceMs_ = ms; }

 private:
  void notify(const QString& summary, const QString& body);
  Q_SLOT void takeAction(uint notification, const QString& action);

  QWidget& window_;
  qint64 patienceMs_ = 30000;
  bool listening_ = false;
  uint shown_ = 0;  // the desktop's number of our notification, which the next one takes the place of
};

}  // namespace sinkscope
