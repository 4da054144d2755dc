#pragma once

#include "app/overlay.h"

#include <QHash>
#include <QString>

class QLabel;
class QTimer;
class QVBoxLayout;
class QWidget;

namespace sinkscope {

class JobLog;
class JobRow;

/// All jobs of the window in a list over it, above the activity bar: what they are, how far, how long yet or how long
/// it took, a way to cancel, and why one failed. It stays until it is closed.
class ActivityPanel : public Overlay {
  Q_OBJECT

 public:
  ActivityPanel(JobLog& log, QWidget& window);

  /// Opens above the bar, or closes.
  void toggle(QWidget* bar);
  QList<JobRow*> rows() const;  ///< the newest first

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void refresh();
  void place();

  JobLog& log_;
  QWidget& window_;
  QWidget* bar_ = nullptr;
  QHash<QString, JobRow*> byKey_;
  QLabel* nothing_;
  QWidget* content_;
  QVBoxLayout* column_;
  QTimer* clock_;
};

}  // namespace sinkscope
