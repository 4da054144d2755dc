#include "widgets/line_label.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include "widgets/axis_ticks.h"

namespace sinkscope {

LineLabel::LineLabel(const QString &text, QWidget *parent) : QLabel(text, parent) {
  setTextFormat(Qt::PlainText);
  auto *copy = new QAction(tr("&Copy"), this);
  connect(copy, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(this->text()); });
  addAction(copy);
  setContextMenuPolicy(Qt::ActionsContextMenu);
}

QSize LineLabel::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(QStringLiteral("mmm…")), QLabel::minimumSizeHint().height()};
}

QString LineLabel::shown() const {
  return fitted(text(), QFontMetricsF(font(), this), contentsRect().width());
}

void LineLabel::paintEvent(QPaintEvent *) {
  QPainter painter(this);
  const int flags = static_cast<int>(QStyle::visualAlignment(layoutDirection(), alignment())) | Qt::TextSingleLine;
  style()->drawItemText(&painter, contentsRect(), flags, palette(), isEnabled(), shown(), foregroundRole());
}

bool LineLabel::event(QEvent *event) {
  if (event->type() != QEvent::ToolTip || shown() == text()) return QLabel::event(event);
  const QString all = toolTip().isEmpty() ? text() : text() + QStringLiteral("\n\n") + toolTip();
  // As HTML, which wraps; the text itself may have letters that look like it, such as "<bos>".
  const QString html = QStringLiteral("<qt>%1</qt>").arg(all.toHtmlEscaped().replace('\n', QLatin1String("<br>")));
  QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), html, this);
  return true;
}

}  // namespace sinkscope
