#pragma once

#include <QFrame>

class QLabel;

namespace sinkscope {

class Page;

/// A card upon a page that has no result: what to do to see one. Goes once there is one.
class PageHint : public QFrame {
  Q_OBJECT

 public:
  PageHint(Page* page, const QString& hint);

 signals:
  void helpWanted();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void follow();
  void place();
  void restyle();

  Page* page_;
  QLabel* text_;
};

}  // namespace sinkscope
