#include "app/palette_delegate.h"

#include "app/menu_walk.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QIcon>
#include <QListWidgetItem>
#include <QPainter>
#include <QTextLayout>

namespace sinkscope {
namespace {

enum Role { kKeys = Qt::UserRole + 1, kTitleAt, kPlaces, kTicked };

constexpr int kGutter = 7 * kGrid;  // of the icon or the tick
constexpr int kIcon = 4 * kGrid;

QTextLayout::FormatRange format(qsizetype from, qsizetype length, const QTextCharFormat& look) {
  QTextLayout::FormatRange range;
  range.start = static_cast<int>(from);
  range.length = static_cast<int>(length);
  range.format = look;
  return range;
}

}  // namespace

void PaletteDelegate::fill(QListWidgetItem& item, const MenuEntry& entry, const QList<qsizetype>& places) {
  QVariantList letters;
  for (const qsizetype place : places) letters << static_cast<qlonglong>(place);
  const QAction& action = *entry.action;
  item.setData(kKeys, entry.keys);
  item.setData(kTitleAt, static_cast<qlonglong>(entry.path().size() - entry.title.size()));
  item.setData(kPlaces, letters);
  item.setData(kTicked, action.isCheckable() && action.isChecked());
  item.setIcon(action.icon());
  if (action.toolTip() != action.iconText()) item.setToolTip(action.toolTip());
  if (!action.isEnabled()) item.setFlags(item.flags() & ~Qt::ItemIsEnabled);
}

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Theme theme = themeFor(option.palette, option.font);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool enabled = option.state.testFlag(QStyle::State_Enabled);
  const QPalette::ColorGroup group = enabled ? QPalette::Active : QPalette::Disabled;
  const QColor text = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
  const QColor muted = selected || !enabled ? text : theme.mutedText;
  painter->save();
  if (selected) painter->fillRect(option.rect, option.palette.color(QPalette::Active, QPalette::Highlight));

  const QRect gutter(option.rect.left(), option.rect.top(), kGutter, option.rect.height());
  painter->setPen(text);
  if (index.data(kTicked).toBool()) {
    painter->setFont(option.font);
    painter->drawText(gutter, Qt::AlignCenter, QStringLiteral("✓"));
  } else {
    const QIcon icon = index.data(Qt::DecorationRole).value<QIcon>();
    const QPoint corner = gutter.center() - QPoint(kIcon / 2, kIcon / 2);
    icon.paint(painter, QRect(corner, QSize(kIcon, kIcon)), Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
  }

  const QString keys = index.data(kKeys).toString();
  const int keysWidth = keys.isEmpty() ? 0 : QFontMetrics(theme.caption).horizontalAdvance(keys) + kMargin;
  const QRect right = option.rect.adjusted(0, 0, -kSpacing, 0);
  painter->setFont(theme.caption);
  painter->setPen(muted);
  painter->drawText(right, Qt::AlignRight | Qt::AlignVCenter, keys);

  const QRect row = right.adjusted(kGutter, 0, -keysWidth, 0);
  const QString path = index.data().toString();
  QTextLayout layout(path, option.font);
  QTextCharFormat plain, above, found;
  plain.setForeground(text);
  above.setForeground(muted);
  found.setFontWeight(QFont::Bold);
  found.setFontUnderline(true);
  const qsizetype titleAt = index.data(kTitleAt).toLongLong();
  QList<QTextLayout::FormatRange> formats{format(0, titleAt, above), format(titleAt, path.size() - titleAt, plain)};
  for (const QVariant& place : index.data(kPlaces).toList()) formats << format(place.toLongLong(), 1, found);
  layout.setFormats(formats);
  layout.beginLayout();
  QTextLine line = layout.createLine();
  line.setLineWidth(1e6);  // what is too long is cut off, not wrapped
  layout.endLayout();
  painter->setClipRect(row);
  layout.draw(painter, QPointF(row.left(), row.top() + (row.height() - line.height()) / 2));
  painter->restore();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return {QStyledItemDelegate::sizeHint(option, index).width(), QFontMetrics(option.font).height() + 3 * kGrid};
}

}  // namespace sinkscope
