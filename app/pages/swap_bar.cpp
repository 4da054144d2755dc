#include "app/pages/swap_bar.h"

#include "app/change_figures.h"
#include "app/pages/flow_layout.h"
#include "app/pages/sweep_bar.h"
#include "core/text/tokenizer.h"
#include "widgets/theme.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr std::size_t kFound = 30;
constexpr int kMostConditions = 3;

QString visible(const std::string& bytes) {
  return QString::fromStdString(visibleText(bytes));
}

QString conditionWords(Condition condition, const QString& bos) {
  return QString::fromStdString(conditionTitle(condition, bos.toStdString()));
}

}  // namespace

SwapBar::SwapBar(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      one_(modeButton(tr("One swap"), "oneSwap", false)),
      every_(modeButton(tr("Every position"), "everyPosition", true)),
      sweep_(new SweepBar(document, this)),
      from_(new QLabel(this)),
      token_(new QLineEdit(this)),
      completer_(new QCompleter(this)),
      offered_(new QStandardItemModel(this)),
      changed_(new QLineEdit(this)),
      norm_(new QComboBox(this)),
      log_(new QCheckBox(tr("&Log scale"), this)) {
  from_->setObjectName(QStringLiteral("swapFrom"));
  from_->setTextFormat(Qt::PlainText);
  token_->setObjectName(QStringLiteral("swapToken"));
  token_->setAccessibleName(tr("Token that takes its place"));
  token_->setPlaceholderText(tr("search the vocabulary"));
  token_->setToolTip(tr("The model's own candidates come first; type to search the vocabulary"));
  token_->setMinimumWidth(30 * kGrid);
  token_->setMaximumWidth(50 * kGrid);
  token_->installEventFilter(this);
  completer_->setModel(offered_);
  completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
  completer_->setMaxVisibleItems(14);
  completer_->setWidget(token_);
  changed_->setObjectName(QStringLiteral("changedPrompt"));
  changed_->setAccessibleName(tr("Changed prompt"));
  changed_->setPlaceholderText(tr("or type the whole changed prompt"));
  changed_->setClearButtonEnabled(true);
  changed_->findChild<QToolButton*>()->setAccessibleName(tr("Clear the changed prompt"));
  norm_->setObjectName(QStringLiteral("changeNorm"));
  norm_->setAccessibleName(tr("Measure of the change"));
  for (const ChangeNorm norm : kChangeNorms) {
    const std::string_view name = changeNormName(norm);
    norm_->addItem(changeNormTitle(norm), QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
  }
  log_->setObjectName(QStringLiteral("logChange"));

  auto* top = new QHBoxLayout;
  top->setSpacing(kSpacing);
  auto* modes = new QHBoxLayout;
  modes->setSpacing(0);  // two sides of one switch
  modes->addWidget(one_);
  modes->addWidget(every_);
  top->addLayout(modes);
  top->addWidget(sweep_, 1);
  top->addWidget(from_);
  top->addWidget(token_);
  top->addWidget(changed_, 1);
  top->addWidget(norm_);
  top->addWidget(log_);
  auto* under = new FlowLayout(kMargin);
  for (const Condition condition : kConditions) {
    auto* button = new QCheckBox(this);
    const std::string_view name = conditionName(condition);
    button->setObjectName(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    connect(button, &QCheckBox::clicked, this, [this, button](bool on) { setCondition(button->objectName(), on); });
    conditions_.push_back(button);
    under->addWidget(button);
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addLayout(under);
  setBosText({});

  using Field = Document::Field;
  connect(token_, &QLineEdit::textEdited, this, &SwapBar::search);
  connect(token_, &QLineEdit::returnPressed, this, &SwapBar::takeTyped);
  connect(completer_, qOverload<const QModelIndex&>(&QCompleter::activated), this,
          [this](const QModelIndex& index) { choose(index.data(Qt::UserRole).toLongLong()); });
  connect(changed_, &QLineEdit::textEdited, this, [this](const QString& text) {
    document_.edit(Field::ChangedPrompt, [&text](Inputs& inputs) { inputs.changedPrompt = text; });
  });
  // The clear button edits without saying so as typing does.
  connect(changed_, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (text.isEmpty()) document_.edit(Field::ChangedPrompt, [](Inputs& inputs) { inputs.changedPrompt.clear(); });
  });
  connect(norm_, &QComboBox::activated, this, [this](int index) {
    document_.edit(Field::Norm,
                   [this, index](Inputs& inputs) { inputs.changeNorm = norm_->itemData(index).toString(); });
  });
  connect(log_, &QCheckBox::toggled, this,
          [this](bool on) { document_.edit(Field::Scale, [on](Inputs& inputs) { inputs.logarithmicChange = on; }); });
  connect(sweep_, &SweepBar::runWanted, this, &SwapBar::sweepWanted);
  connect(&document_, &Document::changed, this, &SwapBar::follow);
  follow(document_.inputs(), {});
}

QToolButton* SwapBar::modeButton(const QString& text, const char* name, bool every) {
  auto* button = new QToolButton(this);
  button->setObjectName(QLatin1String(name));
  button->setText(text);
  button->setCheckable(true);
  button->setStyleSheet(
      QStringLiteral("QToolButton { border: 1px solid palette(mid); padding: 3px 10px; background: palette(button); }"
                     "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }"
                     "QToolButton:focus { border-color: palette(text); }"));
  connect(button, &QToolButton::clicked, this, [this, every] {
    document_.edit(Document::Field::Sweep, [every](Inputs& inputs) { inputs.everyPosition = every; });
    follow(document_.inputs(), document_.inputs());  // the side that was down stays down
  });
  return button;
}

void SwapBar::setTokenizer(std::shared_ptr<const Tokenizer> tokenizer) {
  tokenizer_ = std::move(tokenizer);
  follow(document_.inputs(), document_.inputs());
}

void SwapBar::setCandidates(CandidatesPtr candidates) {
  candidates_ = std::move(candidates);
  from_->setText(tr("%1 becomes").arg(visible(candidates_->token.bytes)));
  if (token_->hasFocus() && !token_->isModified()) offerCandidates();
}

void SwapBar::setBosText(const QString& bos) {
  for (std::size_t i = 0; i < conditions_.size(); ++i) conditions_[i]->setText(conditionWords(kConditions[i], bos));
}

void SwapBar::showSwap(const Token& from, const Token& to) {
  from_->setText(tr("%1 becomes").arg(visible(from.bytes)));
  token_->setText(visible(to.bytes));
}

void SwapBar::follow(const Inputs& now, const Inputs& before) {
  if (now.model != before.model) tokenizer_ = nullptr;
  one_->setChecked(!now.everyPosition);
  every_->setChecked(now.everyPosition);
  // What goes, goes first: both together would widen the window.
  if (!now.everyPosition) sweep_->hide();
  for (QWidget* part : std::initializer_list<QWidget*>{from_, token_, changed_}) part->setVisible(!now.everyPosition);
  if (now.everyPosition) sweep_->show();
  const QSignalBlocker quiet[] = {QSignalBlocker(changed_), QSignalBlocker(log_)};
  if (changed_->text() != now.changedPrompt) changed_->setText(now.changedPrompt);
  log_->setChecked(now.logarithmicChange);
  norm_->setCurrentIndex(norm_->findData(now.changeNorm));
  token_->setEnabled(now.changedPrompt.isEmpty());
  from_->setEnabled(now.changedPrompt.isEmpty());
  for (QCheckBox* button : conditions_) button->setChecked(now.conditions.contains(button->objectName()));
  if (!token_->hasFocus() && tokenizer_ && now.swapId >= 0 && now.swapId < tokenizer_->size())
    token_->setText(visible(tokenizer_->bytesOf(now.swapId)));
  if (now.swapPosition < 0) from_->setText(tr("Click a token to swap it"));
}

bool SwapBar::eventFilter(QObject* object, QEvent* event) {
  // Not when the focus comes back from the list itself: then something was chosen.
  if (object == token_ && event->type() == QEvent::FocusIn &&
      static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
    token_->setModified(false);
    QMetaObject::invokeMethod(
        this,
        [this] {
          token_->selectAll();
          offerCandidates();
        },
        Qt::QueuedConnection);
  }
  if (object == token_ && event->type() == QEvent::FocusOut) follow(document_.inputs(), document_.inputs());
  return QWidget::eventFilter(object, event);
}

void SwapBar::offer(const std::vector<Candidate>& found, const QString& remark) {
  for (const Candidate& candidate : found) {
    const QString beside =
        candidate.probability > 0.0 ? tr("%1 %").arg(100.0 * candidate.probability, 0, 'g', 3) : remark;
    auto* item = new QStandardItem(beside.isEmpty() ? visible(candidate.bytes)
                                                    : visible(candidate.bytes) + QStringLiteral("    ") + beside);
    item->setData(qint64{candidate.id}, Qt::UserRole);
    offered_->appendRow(item);
  }
}

void SwapBar::offerCandidates() {
  if (!candidates_ || !token_->hasFocus()) return;
  offered_->clear();
  offer(candidates_->likely, {});
  offer(candidates_->similar, tr("random, as frequent"));
  completer_->complete();
}

void SwapBar::search(const QString& text) {
  if (!tokenizer_) return;
  if (text.isEmpty()) return offerCandidates();
  offered_->clear();
  // A middle dot is how the window shows a space.
  QString bytes = text;
  bytes.replace(QChar(0x00B7), QLatin1Char(' '));
  // Where a word begins, the words that begin one come first.
  if (candidates_ && candidates_->token.bytes.starts_with(' ') && !bytes.startsWith(QLatin1Char(' ')))
    bytes.prepend(' ');
  offer(tokensContaining(*tokenizer_, bytes.toStdString(), kFound), {});
  completer_->complete();
}

void SwapBar::takeTyped() {
  const QModelIndex current = completer_->popup()->currentIndex();
  if (current.isValid()) return choose(current.data(Qt::UserRole).toLongLong());
  if (offered_->rowCount() > 0) choose(offered_->item(0)->data(Qt::UserRole).toLongLong());
}

void SwapBar::choose(qint64 id) {
  if (tokenizer_) token_->setText(visible(tokenizer_->bytesOf(id)));
  token_->setModified(false);
  completer_->popup()->hide();
  document_.edit(Document::Field::Swap, [id](Inputs& inputs) { inputs.swapId = id; });
}

void SwapBar::setCondition(const QString& name, bool on) {
  document_.edit(Document::Field::Conditions, [&](Inputs& inputs) {
    QStringList chosen;
    // In their own order; the last one stays, and a fourth takes the place of the third.
    for (const QCheckBox* button : conditions_) {
      const bool wanted = button->objectName() == name ? on : inputs.conditions.contains(button->objectName());
      if (wanted) chosen << button->objectName();
    }
    while (chosen.size() > kMostConditions)
      chosen.removeAt(chosen.last() == name ? chosen.size() - 2 : chosen.size() - 1);
    if (!chosen.isEmpty()) inputs.conditions = chosen;
  });
  follow(document_.inputs(), document_.inputs());
}

}  // namespace sinkscope
