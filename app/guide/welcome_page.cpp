#include "app/guide/welcome_page.h"

#include "app/guide/model_choice.h"
#include "app/guide/tour_steps.h"
#include "app/settings.h"
#include "widgets/theme.h"

#include <QCommandLinkButton>
#include <QFileInfo>
#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kWidth = 240 * kGrid, kMostRecent = 5;

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setFont(themeFor(parent).heading);
  return label;
}

QToolButton* link(const QString& text, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(tip);
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

struct Sample {
  const char* run;
  const char* title;
};
constexpr Sample kSamples[] = {
    {"built-in", QT_TRANSLATE_NOOP("Welcome", "The built-in model learns: half of its heads come to rest")},
    {"table2-2-causal-fixed", QT_TRANSLATE_NOOP("Welcome", "Trained with a fixed <bos>: a sink forms")},
    {"table2-1-causal-separator", QT_TRANSLATE_NOOP("Welcome", "Trained without one: none in the same time")},
    {"attention-off-by-one", QT_TRANSLATE_NOOP("Welcome", "Softmax-off-by-one: heads rest without a sink")},
};

}  // namespace

WelcomePage::WelcomePage(const Settings& settings, QWidget* parent)
    : QWidget(parent),
      settings_(settings),
      models_(new ModelChoice(this)),
      recentTitle_(heading(tr("Recent runs"), this)),
      recent_(new QVBoxLayout),
      close_(new QPushButton(tr("To the pages"), this)) {
  setObjectName(QStringLiteral("welcome"));
  close_->setObjectName(QStringLiteral("closeWelcome"));
  close_->setShortcut(Qt::Key_Escape);
  close_->hide();
  connect(close_, &QPushButton::clicked, this, &WelcomePage::closeWanted);

  auto* what = new QLabel(tr("Language models rest much of their attention on the first token: the attention sink. See "
                             "which heads do, on any prompt you type, what changes it, and what it is good for."),
                          this);
  what->setWordWrap(true);
  auto* top = new QHBoxLayout;
  top->setSpacing(kMargin);
  top->addWidget(what, 1);
  top->addWidget(close_, 0, Qt::AlignTop);

  auto* content = new QWidget(this);
  auto* grid = new QGridLayout(content);
  grid->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  grid->setHorizontalSpacing(2 * kMargin);
  grid->setVerticalSpacing(kMargin);
  grid->addLayout(top, 0, 0, 1, 2);
  grid->addLayout(deeds(), 1, 0);
  grid->addWidget(models_, 1, 1, 2, 1);
  grid->addLayout(runs(), 2, 0);
  grid->setColumnStretch(0, 4);
  grid->setColumnStretch(1, 5);
  grid->setRowStretch(2, 1);
  content->setMaximumWidth(kWidth);

  auto* middle = new QWidget(this);
  auto* row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->addStretch();
  row->addWidget(content, 1000);
  row->addStretch();
  auto* scroll = new QScrollArea(this);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setWidget(middle);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(scroll);
}

QLayout* WelcomePage::deeds() {
  auto* column = new QVBoxLayout;
  column->setSpacing(kGrid);
  column->addWidget(heading(tr("Three things to do first"), this));
  const auto deed = [this, column](const char* name, const QString& title, const QString& words, const char* icon,
                                   void (WelcomePage::*wanted)()) {
    auto* button = new QCommandLinkButton(title, words, this);
    button->setObjectName(QString::fromLatin1(name));
    button->setIcon(QIcon(QStringLiteral(":/icons/%1.svg").arg(QLatin1String(icon))));
    connect(button, &QPushButton::clicked, this, wanted);
    column->addWidget(button);
  };
  deed("look", tr("Type a prompt and look"), tr("Which heads rest on the first token?"), "explore",
       &WelcomePage::lookWanted);
  deed("swap", tr("Swap a token and watch it spread"), tr("How far does a change reach, with the sink and without?"),
       "perturb", &WelcomePage::swapWanted);
  deed("training", tr("Watch a sink form"), tr("A small model learns; its heads turn to the first token."), "train",
       &WelcomePage::trainingWanted);
  column->addSpacing(kSpacing);
  deed("tour", tr("Take the tour of the paper"), tr("Seven sights on real data; needs no model to be fetched."), "zoom",
       &WelcomePage::tourWanted);
  return column;
}

QLayout* WelcomePage::runs() {
  auto* column = new QVBoxLayout;
  column->setSpacing(kGrid);
  column->addWidget(recentTitle_);
  recent_->setSpacing(0);
  column->addLayout(recent_);
  column->addWidget(heading(tr("Sample runs"), this));
  for (const Sample& sample : kSamples) {
    const QString path = sampleRun(QString::fromLatin1(sample.run));
    if (!QFileInfo::exists(path)) continue;
    QToolButton* open = link(tr(sample.title), path, this);
    open->setObjectName(QStringLiteral("sample-") + QLatin1String(sample.run));
    connect(open, &QToolButton::clicked, this, [this, path] { emit runWanted(path); });
    column->addWidget(open, 0, Qt::AlignLeft);
  }
  column->addStretch();
  return column;
}

void WelcomePage::listRecent() {
  while (QLayoutItem* item = recent_->takeAt(0)) {
    item->widget()->deleteLater();
    delete item;
  }
  for (const QString& path : settings_.recentRuns()) {
    if (recent_->count() == kMostRecent) break;
    if (!QFileInfo::exists(path)) continue;
    QToolButton* open = link(QFileInfo(path).fileName(), path, this);
    open->setObjectName(QStringLiteral("recentRun"));
    connect(open, &QToolButton::clicked, this, [this, path] { emit runWanted(path); });
    recent_->addWidget(open, 0, Qt::AlignLeft);
  }
  recentTitle_->setVisible(recent_->count() > 0);
}

void WelcomePage::setClosable(bool closable) {
  close_->setVisible(closable);
}

void WelcomePage::showEvent(QShowEvent* event) {
  listRecent();
  QWidget::showEvent(event);
}

}  // namespace sinkscope
