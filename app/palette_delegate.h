#pragma once

#include <QList>
#include <QStyledItemDelegate>

class QListWidgetItem;

namespace sinkscope {

struct MenuEntry;

/// Draws a row of the command palette: the menus muted before the title, the letters that match set off, a tick or an
/// icon at the left, the keys at the right.
class PaletteDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  /// Puts into an item what is drawn of an entry; `places`: of its path's letters that match.
  static void fill(QListWidgetItem& item, const MenuEntry& entry, const QList<qsizetype>& places);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace sinkscope
