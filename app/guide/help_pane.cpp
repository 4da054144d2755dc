#include "app/guide/help_pane.h"

#include "app/guide/help_topics.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kWidth = 90 * kGrid;
const QString kContents = QStringLiteral("contents");

QToolButton* button(const QString& text, const QString& tip, QWidget* parent) {
  auto* made = new QToolButton(parent);
  made->setText(text);
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  made->setAutoRaise(true);
  return made;
}

}  // namespace

HelpPane::HelpPane(QWidget* parent)
    : QDockWidget(tr("Help"), parent),
      search_(new QLineEdit(this)),
      stack_(new QStackedWidget(this)),
      found_(new QListWidget(this)),
      browser_(new QTextBrowser(this)) {
  setObjectName(QStringLiteral("help"));
  setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
  search_->setObjectName(QStringLiteral("helpSearch"));
  search_->setPlaceholderText(tr("Search"));
  search_->setAccessibleName(tr("Search the measures"));
  search_->setClearButtonEnabled(true);
  found_->setObjectName(QStringLiteral("helpFound"));
  found_->setAccessibleName(tr("Topics with these words"));
  found_->setFrameShape(QFrame::NoFrame);
  found_->setWordWrap(true);
  browser_->setObjectName(QStringLiteral("helpText"));
  browser_->setAccessibleName(tr("Help"));
  browser_->setFrameShape(QFrame::NoFrame);
  browser_->setOpenExternalLinks(true);
  browser_->document()->setDocumentMargin(kSpacing);

  auto* back = button(QStringLiteral("←"), tr("Back"), this);
  auto* forward = button(QStringLiteral("→"), tr("Forward"), this);
  auto* contents = button(tr("Contents"), tr("All measures"), this);
  contents->setObjectName(QStringLiteral("helpContents"));
  for (QToolButton* step : {back, forward}) step->setEnabled(false);
  connect(back, &QToolButton::clicked, browser_, &QTextBrowser::backward);
  connect(forward, &QToolButton::clicked, browser_, &QTextBrowser::forward);
  connect(contents, &QToolButton::clicked, this, [this] { showTopic(kContents); });
  connect(browser_, &QTextBrowser::backwardAvailable, back, &QToolButton::setEnabled);
  connect(browser_, &QTextBrowser::forwardAvailable, forward, &QToolButton::setEnabled);
  connect(search_, &QLineEdit::textChanged, this, &HelpPane::look);
  connect(search_, &QLineEdit::returnPressed, this, [this] { openFound(0); });
  connect(found_, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { openFound(found_->row(item)); });
  connect(found_, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { openFound(found_->row(item)); });

  stack_->addWidget(browser_);
  stack_->addWidget(found_);
  auto* all = new QWidget(this);
  auto* column = new QVBoxLayout(all);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kGrid);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(kSpacing, kGrid, kSpacing, 0);
  row->setSpacing(kGrid);
  row->addWidget(back);
  row->addWidget(forward);
  row->addWidget(contents);
  row->addWidget(search_, 1);
  column->addLayout(row);
  column->addWidget(stack_, 1);
  all->setMinimumWidth(kWidth * 2 / 3);
  setWidget(all);
  resize(kWidth, height());
  showTopic(kContents);
}

void HelpPane::showTopic(const QString& name) {
  search_->clear();
  stack_->setCurrentWidget(browser_);
  browser_->setSource(QUrl(QStringLiteral("qrc:/help/%1.md").arg(name)));
}

QString HelpPane::topic() const {
  return QFileInfo(browser_->source().path()).completeBaseName();
}

void HelpPane::look(const QString& words) {
  found_->clear();
  stack_->setCurrentWidget(words.trimmed().isEmpty() ? static_cast<QWidget*>(browser_) : found_);
  // Those whose title has the words stand first.
  for (const bool inTitle : {true, false}) {
    for (const HelpTopic& topic : helpTopics()) {
      if (!topic.has(words) || HelpTopic{{}, {}, topic.title}.has(words) != inTitle) continue;
      auto* item = new QListWidgetItem(topic.title, found_);
      item->setData(Qt::UserRole, topic.name);
    }
  }
  if (found_->count() > 0) return;
  auto* none = new QListWidgetItem(tr("No topic has these words."), found_);
  none->setFlags(Qt::NoItemFlags);
}

void HelpPane::openFound(int row) {
  const QListWidgetItem* item = found_->item(row);
  const QString name = item ? item->data(Qt::UserRole).toString() : QString();
  if (name.isEmpty()) return;
  const QString words = search_->text();
  showTopic(name);
  mark(words);
}

void HelpPane::mark(const QString& words) {
  QList<QTextEdit::ExtraSelection> marks;
  for (const QString& word : words.split(' ', Qt::SkipEmptyParts)) {
    QTextCursor place = browser_->document()->find(word);
    for (; !place.isNull(); place = browser_->document()->find(word, place)) {
      QTextEdit::ExtraSelection mark;
      mark.cursor = place;
      mark.format.setBackground(themeFor(this).line);
      marks << mark;
    }
  }
  browser_->setExtraSelections(marks);
}

void HelpPane::changeEvent(QEvent* event) {
  QDockWidget::changeEvent(event);
  // A text takes the colour of its links when it is read.
  if (event->type() == QEvent::PaletteChange) browser_->reload();
}

}  // namespace sinkscope
