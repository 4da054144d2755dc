#pragma once

#include <QString>
#include <QWidget>

class QButtonGroup;
class QStackedWidget;
class QVBoxLayout;

namespace sinkscope {

/// The narrow column of pages at the left.
class Rail : public QWidget {
  Q_OBJECT

 public:
  explicit Rail(QStackedWidget* pages, QWidget* parent = nullptr);

  /// Adds a page to the stack and a button that shows it; Ctrl and the page's number do so too.
  void addPage(const QString& name, const QString& icon, QWidget* page);
  /// Turns to a page that was added.
  void turnTo(QWidget* page);

 private:
  QStackedWidget* pages_;
  QButtonGroup* buttons_;
  QVBoxLayout* column_;
};

}  // namespace sinkscope
