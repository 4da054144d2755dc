#pragma once

#include <QString>
#include <QWidget>

class QAction;
class QActionGroup;
class QStackedWidget;
class QVBoxLayout;

namespace sinkscope {

/// The narrow column of pages at the left.
class Rail : public QWidget {
  Q_OBJECT

 public:
  explicit Rail(QStackedWidget* pages, QWidget* parent = nullptr);

  /// Adds a page to the stack and a button that shows it; Alt or Ctrl and the page's number do so too.
  void addPage(const QString& name, const QString& icon, QWidget* page);
  /// Turns to a page that was added.
  void turnTo(QWidget* page);
  /// What the buttons do, page by page, for a menu.
  QList<QAction*> turns() const;

 private:
  QStackedWidget* pages_;
  QActionGroup* turns_;
  QVBoxLayout* column_;
  QWidget* last_;  // that the Tab key comes to in it
};

}  // namespace sinkscope
