#include "app/notice.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QToolButton>

namespace sinkscope {

Notice::Notice(QWidget* parent) : QWidget(parent), text_(new QLabel(this)), copy_(new QToolButton(this)) {
  setObjectName(QStringLiteral("notice"));
  setAttribute(Qt::WA_StyledBackground);
  text_->setObjectName(QStringLiteral("noticeText"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  copy_->setText(tr("Copy details"));
  copy_->setIcon(QIcon(QStringLiteral(":/icons/copy.svg")));
  copy_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  copy_->setAutoRaise(true);
  connect(copy_, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(details_); });
  auto* close = new QToolButton(this);
  close->setIcon(QIcon(QStringLiteral(":/icons/cancel.svg")));
  close->setAutoRaise(true);
  close->setToolTip(tr("Close"));
  close->setAccessibleName(tr("Close the message"));
  connect(close, &QToolButton::clicked, this, &Notice::clear);

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, kGrid, kGrid, kGrid);
  row->addWidget(text_, 1);
  row->addWidget(copy_);
  row->addWidget(close);
  restyle();
  hide();
}

void Notice::showError(const QString& sentence, const QString& details) {
  text_->setText(sentence);
  text_->setAccessibleName(sentence);
  details_ = QStringLiteral("%1\n\n%2\n\nsinkscope " SINKSCOPE_VERSION ", Qt %3, %4")
                 .arg(sentence, details, QString::fromLatin1(qVersion()), QSysInfo::prettyProductName());
  show();
}

void Notice::clear() {
  text_->clear();
  details_.clear();
  hide();
}

QString Notice::sentence() const {
  return text_->text();
}

void Notice::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) restyle();
}

void Notice::restyle() {
  const bool dark = themeFor(this).dark;
  // Neutral but for a red edge: amber is the sink's.
  const QString style = QStringLiteral("#notice { background: %1; border-left: 4px solid %2; border-radius: 2px; }")
                            .arg(dark ? "#3a2428" : "#fbeaea", dark ? "#e5707a" : "#c0323e");
  if (styleSheet() != style) setStyleSheet(style);
}

}  // namespace sinkscope
