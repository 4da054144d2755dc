#include "app/guide/page_hint.h"

#include "app/pages/page.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kWidth = 100 * kGrid;

}  // namespace

PageHint::PageHint(Page* page, const QString& hint) : QFrame(page), page_(page), text_(new QLabel(hint, this)) {
  setObjectName(QStringLiteral("pageHint"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  auto* help = new QToolButton(this);
  help->setText(tr("What is this?"));
  help->setToolTip(tr("What is measured here (F1)"));
  help->setAutoRaise(true);
  connect(help, &QToolButton::clicked, this, &PageHint::helpWanted);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(text_);
  column->addWidget(help, 0, Qt::AlignRight);
  setFixedWidth(kWidth);
  page->installEventFilter(this);
  connect(page, &Page::resultShown, this, &PageHint::follow);
  restyle();
  follow();
}

bool PageHint::eventFilter(QObject* object, QEvent* event) {
  if (event->type() == QEvent::Resize) place();
  if (event->type() == QEvent::Show) follow();
  return QFrame::eventFilter(object, event);
}

void PageHint::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) restyle();
}

void PageHint::follow() {
  setVisible(!page_->hasResult());
  place();
}

void PageHint::place() {
  if (page_->hasResult()) return;
  adjustSize();
  resize(width(), layout()->heightForWidth(width()));
  // Low and to the right, where plots are empty: above it stand the prompt, the controls that the hint speaks of and
  // words on measures, to the left forms.
  move((page_->width() - width()) * 3 / 5, page_->height() * 4 / 5 - height() / 2);
  raise();
}

void PageHint::restyle() {
  const Theme theme = themeFor(parentWidget());  // its own palette is of the style that it has
  const QString style = QStringLiteral("#pageHint { background: %1; border: 1px solid %2; border-radius: %3px; }")
                            .arg(theme.surface.name(), theme.line.name())
                            .arg(kRadius);
  if (styleSheet() != style) setStyleSheet(style);
}

}  // namespace sinkscope
