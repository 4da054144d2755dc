#pragma once

#include <QObject>

namespace sinkscope {

/// Tells of Ctrl-C, `kill` and the end of the desktop's session as of any other event, so that a window can close as it
/// should. The second such signal ends the program at once. One is enough.
class QuitSignals : public QObject {
  Q_OBJECT

 public:
  explicit QuitSignals(QObject* parent = nullptr);
  ~QuitSignals() override;

 signals:
  void wanted();
};

}  // namespace sinkscope
