#include "app/pages/prompt_panel.h"

#include "core/error.h"
#include "core/text/tokenizer.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTextCursor>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

constexpr int kEditorLines = 2;
constexpr int kMostTokens = 1 << 20;

QVector<TokenChip> chipsOf(const std::vector<Token>& tokens) {
  QVector<TokenChip> chips;
  for (std::size_t position = 0; position < tokens.size(); ++position) {
    const Token& token = tokens[position];
    const QByteArray bytes = QByteArray::fromStdString(token.bytes);
    chips.append({QString::fromStdString(visibleText(token)),
                  QObject::tr("position %1, id %2, bytes %3")
                      .arg(position)
                      .arg(token.id)
                      .arg(QString::fromLatin1(bytes.toHex(' '))),
                  position == 0});
  }
  return chips;
}

}  // namespace

PromptEditor::PromptEditor(QWidget* parent) : QPlainTextEdit(parent) {
  setUndoRedoEnabled(false);
  setTabChangesFocus(true);
  setPlaceholderText(tr("Type a prompt"));
  setAccessibleName(tr("Prompt"));
}

void PromptEditor::put(const QString& text) {
  const QString old = toPlainText();
  if (text == old) return;
  const int shorter = static_cast<int>(std::min(text.size(), old.size()));
  int tail = 0;
  while (tail < shorter && text[text.size() - 1 - tail] == old[old.size() - 1 - tail]) ++tail;
  setPlainText(text);
  QTextCursor cursor = textCursor();
  cursor.setPosition(static_cast<int>(text.size()) - tail);
  setTextCursor(cursor);
}

QSize PromptEditor::sizeHint() const {
  const int frame = 2 * (frameWidth() + static_cast<int>(document()->documentMargin()));
  return {60 * kGrid, kEditorLines * fontMetrics().lineSpacing() + frame};
}

bool PromptEditor::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      event->ignore();
      return false;
    }
  }
  return QPlainTextEdit::event(event);
}

bool PromptEditor::canInsertFromMimeData(const QMimeData* source) const {
  return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

PromptPanel::PromptPanel(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      editor_(new PromptEditor(this)),
      limit_(new QSpinBox(this)),
      chat_(new QCheckBox(tr("As a chat message"), this)),
      chooser_(new QSpinBox(this)),
      chooserLabel_(new QLabel(tr("Prompt"), this)),
      count_(new QLabel(this)),
      note_(new QLabel(this)),
      strip_(new TokenStrip(this)) {
  editor_->setObjectName(QStringLiteral("prompt"));
  limit_->setObjectName(QStringLiteral("tokenLimit"));
  limit_->setRange(0, kMostTokens);
  limit_->setSpecialValueText(tr("no limit"));
  limit_->setKeyboardTracking(false);
  limit_->setAccessibleName(tr("Token limit T"));
  limit_->setToolTip(tr("Cut the prompt to T tokens, <bos> included; 0: no limit"));
  chat_->setObjectName(QStringLiteral("chat"));
  chat_->hide();
  chooser_->setMinimum(1);
  chooser_->setAccessibleName(tr("Prompt of the run"));
  strip_->setAccessibleName(tr("Tokens"));
  strip_->setPlaceholder(tr("The tokens of the prompt show here"));
  count_->setObjectName(QStringLiteral("tokenCount"));
  note_->setWordWrap(true);

  auto* limitLabel = new QLabel(tr("&T limit"), this);
  limitLabel->setBuddy(limit_);
  auto* side = new QGridLayout;
  side->setHorizontalSpacing(kSpacing);
  side->setVerticalSpacing(kGrid);
  side->addWidget(limitLabel, 0, 0);
  side->addWidget(limit_, 0, 1);
  side->addWidget(count_, 1, 0, 1, 2);
  side->addWidget(chat_, 2, 0, 1, 2);
  auto* top = new QHBoxLayout;
  top->setSpacing(kMargin);
  top->addWidget(chooserLabel_);
  top->addWidget(chooser_);
  top->addWidget(editor_, 1);
  top->addLayout(side);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addLayout(top);
  column->addWidget(strip_);
  column->addWidget(note_);
  setPromptCount(1);
  setNote({});

  using Field = Document::Field;
  connect(editor_, &QPlainTextEdit::textChanged, this, [this] {
    document_.edit(Field::Prompt, [this](Inputs& inputs) { inputs.prompt = editor_->toPlainText(); });
  });
  connect(limit_, &QSpinBox::valueChanged, this, [this](int limit) {
    document_.edit(Field::TokenLimit, [limit](Inputs& inputs) { inputs.tokenLimit = limit; });
  });
  connect(chat_, &QCheckBox::toggled, this,
          [this](bool on) { document_.edit(Field::Chat, [on](Inputs& inputs) { inputs.chat = on; }); });
  connect(chooser_, &QSpinBox::valueChanged, this, [this](int number) { emit promptChosen(number - 1); });
  connect(&document_, &Document::changed, this, &PromptPanel::follow);
  follow(document_.inputs(), {});
}

void PromptPanel::follow(const Inputs& now, const Inputs& before) {
  const QSignalBlocker quietEditor(editor_), quietLimit(limit_), quietChat(chat_);
  editor_->put(now.prompt);
  limit_->setValue(now.tokenLimit);
  chat_->setChecked(now.chat);
  if (now.model != before.model) setTokenizer(nullptr);
  if (!now.sameQuestion(before)) tokenise();
}

void PromptPanel::setTokenizer(std::shared_ptr<const Tokenizer> tokenizer) {
  tokenizer_ = std::move(tokenizer);
  const std::string problem = tokenizer_ ? tokenizer_->chatTemplate().problem() : std::string();
  chat_->setEnabled(problem.empty());
  chat_->setToolTip(problem.empty() ? tr("Read the prompt as a user's message, in the markup of the model's chat "
                                         "template, up to where the answer begins; otherwise as raw text")
                                    : QString::fromStdString(problem));
  tokenise();
}

void PromptPanel::offerChat() {
  chat_->show();
}

void PromptPanel::tokenise() {
  if (!tokenizer_) return;
  const Inputs& inputs = document_.inputs();
  EncodeOptions options;
  options.addBos = inputs.bos && tokenizer_->bos().has_value();
  options.chat = !chat_->isHidden() && chat_->isEnabled() && inputs.chat;
  options.limit = static_cast<std::size_t>(inputs.tokenLimit);
  try {
    showTokens(tokenizer_->encode(inputs.prompt.toStdString(), options));
  } catch (const Error&) {
    showTokens({});  // the analysis says what is wrong
  }
}

void PromptPanel::showTokens(const std::vector<Token>& tokens) {
  strip_->setTokens(chipsOf(tokens));
  count_->setText(tokens.size() == 1 ? tr("1 token") : tr("%1 tokens").arg(tokens.size()));
}

void PromptPanel::setPromptCount(int count) {
  const QSignalBlocker quiet(chooser_);
  chooser_->setMaximum(std::max(1, count));
  chooser_->setValue(1);
  chooser_->setSuffix(tr(" of %1").arg(count));
  chooser_->setVisible(count > 1);
  chooserLabel_->setVisible(count > 1);
}

int PromptPanel::prompt() const {
  return chooser_->value() - 1;
}

void PromptPanel::setNote(const QString& note) {
  note_->setText(note);
  note_->setVisible(!note.isEmpty());
}

}  // namespace sinkscope
