#pragma once

#include <QObject>
#include <QString>

class QLocalServer;

namespace sinkscope {

/// One window for all starts of a user: the first start listens, the others hand it what they were to open and end.
class SingleWindow : public QObject {
  Q_OBJECT

 public:
  /// `name` is that of the local socket; the user's own by default.
  explicit SingleWindow(QString name = ownName(), QObject* parent = nullptr);

  /// Hands over what is to be opened, a model or a run file as it was named (empty: nothing but to come to the front),
  /// to the window that listens; false where none does, or it does not answer within a second.
  bool handOver(const QString& what) const;
  /// Listens from now on. A socket that a window left behind when it died is taken over; false where one lives.
  bool listen();

  /// Of this user, with these settings, on this display.
  static QString ownName();

 signals:
  /// Another start was told to open this: an absolute path, or a name; empty: only to come to the front.
  void wanted(const QString& what);

 private:
  void take();

  QString name_;
  QLocalServer* server_;
};

}  // namespace sinkscope
