#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QStackedWidget;
class QTabBar;

namespace sinkscope {

class Page;
struct PageFigure;

/// Several pages behind one button of the rail: each has its own result, which is saved, exported and copied alone.
class TabbedPages : public QWidget {
  Q_OBJECT

 public:
  explicit TabbedPages(QWidget* parent = nullptr);

  void addTab(const QString& title, Page* page);
  /// The page that is turned to.
  Page* page() const;
  std::vector<Page*> pages() const;
  int index() const;  ///< of the page that is turned to
  void turnTo(Page* page);
  QString titleOf(Page* page) const;
  /// Of the page that is turned to, then of the others.
  std::vector<PageFigure> figures() const;

 signals:
  void turned();

 private:
  QTabBar* bar_;
  QStackedWidget* stack_;
};

}  // namespace sinkscope
