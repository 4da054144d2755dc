#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace sinkscope {

struct LoggedJob;

/// One job in the activity panel.
class JobRow : public QWidget {
  Q_OBJECT

 public:
  explicit JobRow(QWidget* parent = nullptr);

  void setJob(const LoggedJob& job);
  QString title() const;
  QString state() const;
  QString now() const;
  QToolButton* cancelButton() const { return cancel_; }

 signals:
  void cancelWanted();

 private:
  QLabel* title_;
  QLabel* state_;
  QLabel* now_;
  QProgressBar* bar_;
  QToolButton* cancel_;
};

}  // namespace sinkscope
