#pragma once

#include <QDialog>

class QMenuBar;

namespace sinkscope {

/// The keys of everything in the menus, menu by menu, on one sheet. It stays beside the window.
class ShortcutSheet : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutSheet(QWidget* parent = nullptr);

  /// Reads the keys anew, and shows itself.
  void showKeysOf(const QMenuBar& bar);
};

}  // namespace sinkscope
