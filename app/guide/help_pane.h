#pragma once

#include <QDockWidget>

class QLineEdit;
class QListWidget;
class QStackedWidget;
class QTextBrowser;

namespace sinkscope {

/// The help beside the pages: one topic at a time, with links between them, contents and a search over titles and
/// texts.
class HelpPane : public QDockWidget {
  Q_OBJECT

 public:
  explicit HelpPane(QWidget* parent = nullptr);

  void showTopic(const QString& name);  ///< "contents", or the name of one
  QString topic() const;                ///< that is shown

  QLineEdit* search() const { return search_; }
  QListWidget* found() const { return found_; }
  QTextBrowser* browser() const { return browser_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void look(const QString& words);
  void openFound(int row);
  void mark(const QString& words);

  QLineEdit* search_;
  QStackedWidget* stack_;
  QListWidget* found_;
  QTextBrowser* browser_;
};

}  // namespace sinkscope
