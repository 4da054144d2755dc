#include "app/guide/tour_panel.h"

#include "app/guide/tour_steps.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace sinkscope {

TourPanel::TourPanel(QWidget* parent)
    : QFrame(parent),
      title_(new QLabel(this)),
      text_(new QLabel(this)),
      back_(new QPushButton(tr("&Back"), this)),
      next_(new QPushButton(this)) {
  setObjectName(QStringLiteral("tour"));
  setAccessibleName(tr("Tour of the paper"));
  title_->setObjectName(QStringLiteral("tourTitle"));
  title_->setFont(themeFor(this).heading);
  title_->setTextFormat(Qt::PlainText);
  text_->setObjectName(QStringLiteral("tourText"));
  text_->setTextFormat(Qt::PlainText);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  back_->setObjectName(QStringLiteral("tourBack"));
  next_->setObjectName(QStringLiteral("tourNext"));
  auto* help = new QPushButton(tr("What is this?"), this);
  help->setObjectName(QStringLiteral("tourHelp"));
  auto* leave = new QPushButton(tr("&Leave"), this);
  leave->setObjectName(QStringLiteral("tourLeave"));
  leave->setToolTip(tr("End the tour and go back to your own prompt"));
  connect(back_, &QPushButton::clicked, this, &TourPanel::backWanted);
  connect(next_, &QPushButton::clicked, this, &TourPanel::nextWanted);
  connect(help, &QPushButton::clicked, this, &TourPanel::helpWanted);
  connect(leave, &QPushButton::clicked, this, &TourPanel::leaveWanted);

  auto* words = new QVBoxLayout;
  words->setSpacing(kGrid);
  words->addWidget(title_);
  words->addWidget(text_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  row->setSpacing(kSpacing);
  row->addLayout(words, 1);
  row->addSpacing(kMargin);
  for (QPushButton* button : {help, leave, back_, next_}) row->addWidget(button, 0, Qt::AlignBottom);
  restyle();
}

void TourPanel::showStep(const TourStep& step, int number, int of) {
  title_->setText(tr("%1 of %2 · %3").arg(number + 1).arg(of).arg(step.title));
  text_->setText(step.text);
  back_->setEnabled(number > 0);
  next_->setText(number + 1 < of ? tr("&Next") : tr("&Finish"));
}

void TourPanel::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) restyle();
}

void TourPanel::restyle() {
  const Theme theme = themeFor(parentWidget());  // its own palette is of the style that it has
  const QString style = QStringLiteral("#tour { background: %1; border-top: 1px solid %2; }")
                            .arg(theme.surface.name(), theme.line.name());
  if (styleSheet() != style) setStyleSheet(style);
}

}  // namespace sinkscope
