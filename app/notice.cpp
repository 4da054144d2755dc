#include "app/notice.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QToolButton>
#include <utility>

namespace sinkscope {

Notice::Notice(QWidget* parent)
    : QWidget(parent), text_(new QLabel(this)), copy_(new QToolButton(this)), do_(new QToolButton(this)) {
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
  do_->setObjectName(QStringLiteral("noticeButton"));
  do_->setText(tr("Go on"));
  connect(do_, &QToolButton::clicked, this, [this] {
    const std::function<void()> pressed = std::exchange(whenPressed_, nullptr);
    clear();
    if (pressed) pressed();
  });
  auto* close = new QToolButton(this);
  close->setIcon(QIcon(QStringLiteral(":/icons/cancel.svg")));
  close->setAutoRaise(true);
  close->setToolTip(tr("Close"));
  close->setAccessibleName(tr("Close the message"));
  connect(close, &QToolButton::clicked, this, &Notice::clear);

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(3 * kGrid, kGrid, kGrid, kGrid);
  row->addWidget(text_, 1);
  row->addWidget(do_);
  row->addWidget(copy_);
  row->addWidget(close);
  restyle();
  hide();
}

void Notice::showError(const QString& sentence, const QString& details) {
  text_->setText(sentence);
  text_->setAccessibleName(sentence);
  isError_ = true;
  do_->hide();
  copy_->show();
  restyle();
  details_ = QStringLiteral("%1\n\n%2\n\nsinkscope " SINKSCOPE_VERSION ", Qt %3, %4")
                 .arg(sentence, details, QString::fromLatin1(qVersion()), QSysInfo::prettyProductName());
  show();
}

void Notice::showHint(const QString& sentence, const QString& button, std::function<void()> whenPressed) {
  text_->setText(sentence);
  text_->setAccessibleName(sentence);
  details_.clear();
  whenPressed_ = std::move(whenPressed);
  isError_ = false;
  do_->setText(button);
  do_->setVisible(!button.isEmpty());
  copy_->hide();
  restyle();
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
  // Its own palette is of the style that it has.
  const Theme theme = themeFor(parentWidget() ? parentWidget() : this);
  // Neutral, but for a red edge where something went wrong: amber is the sink's.
  const QString ground = !isError_ ? theme.surface.name() : theme.dark ? "#3a2428" : "#fbeaea";
  const QString edge = !isError_ ? theme.mutedText.name() : theme.dark ? "#e5707a" : "#c0323e";
  const QString style =
      QStringLiteral("sinkscope--Notice { background: %1; border-left: 4px solid %2; border-radius: 2px; }")
          .arg(ground, edge);
  if (styleSheet() != style) setStyleSheet(style);
}

}  // namespace sinkscope
