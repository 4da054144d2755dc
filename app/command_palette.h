#pragma once

#include "app/fuzzy_match.h"
#include "app/menu_walk.h"
#include "app/overlay.h"

#include <QPointer>
#include <QStringList>
#include <vector>

class QLineEdit;
class QListWidget;
class QMainWindow;

namespace sinkscope {

/// A field over the window that finds every entry of its menus by a few letters, and chooses it: actions, pages, what
/// the page offers, recent models and runs. It goes when it loses the focus.
///
/// Text fields take Ctrl+E and Ctrl+K for themselves, as emacs does; where there is a palette they leave them to the
/// menus.
class CommandPalette : public Overlay {
  Q_OBJECT

 public:
  explicit CommandPalette(QMainWindow& window);

  void open();
  QLineEdit* field() const { return field_; }
  QListWidget* list() const { return list_; }

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  struct Hit {
    std::size_t entry;
    FuzzyMatch match;
  };

  void close();
  void find();
  std::vector<Hit> hits(const QString& typed) const;
  void choose(int row);
  bool takeKey(int key);
  void place();

  QMainWindow& window_;
  std::vector<MenuEntry> entries_;
  QStringList chosen_;  ///< paths of the entries that were chosen here, the last one first
  QPointer<QWidget> before_;
  QLineEdit* field_;
  QListWidget* list_;
};

}  // namespace sinkscope
