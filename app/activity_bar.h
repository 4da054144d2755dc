#pragma once

#include <QElapsedTimer>
#include <QString>
#include <QWidget>
#include <functional>
#include <map>

class QLabel;
class QProgressBar;
class QTimer;
class QToolButton;

namespace sinkscope {

/// The bottom line of the window: what is going on, how far it is, how long it takes, and a way to cancel. What is done
/// within 200 ms never shows.
class ActivityBar : public QWidget {
  Q_OBJECT

 public:
  explicit ActivityBar(QWidget* parent = nullptr);

  void begin(quint64 id, const QString& what, std::function<void()> cancel);
  /// A fraction below 0 means that nobody knows how far it is.
  void progress(quint64 id, const QString& what, double fraction);
  void end(quint64 id);

  /// What is said when nothing is going on.
  void setRest(const QString& text);
  /// Opens the list of all jobs.
  QToolButton* listButton() const { return list_; }
  bool isShowingActivity() const { return shown_ != 0; }

  /// "about 5 s left", or nothing when it is too early to say.
  static QString timeLeft(qint64 elapsedMs, double fraction);

 private:
  struct Activity {
    QString what;
    double fraction = -1;
    std::function<void()> cancel;
    QElapsedTimer since;
  };
  void refresh();

  std::map<quint64, Activity> activities_;
  quint64 shown_ = 0;
  QString rest_;
  QLabel* what_;
  QProgressBar* bar_;
  QLabel* left_;
  QToolButton* cancel_;
  QToolButton* list_;
  QTimer* clock_;
};

}  // namespace sinkscope
