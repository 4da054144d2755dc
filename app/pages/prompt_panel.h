#pragma once

#include "app/document.h"
#include "widgets/token_strip.h"

#include <QPlainTextEdit>
#include <QVector>
#include <QWidget>
#include <string>
#include <vector>

class QCheckBox;
class QLabel;
class QSpinBox;

namespace sinkscope {

struct Token;
class Tokenizer;

/// A few lines of text whose undo is the window's, not its own; so are files that are dropped on it.
class PromptEditor : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit PromptEditor(QWidget* parent = nullptr);

  /// Puts a text in place and the cursor where it differs from the old one.
  void put(const QString& text);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  bool event(QEvent* event) override;
  bool canInsertFromMimeData(const QMimeData* source) const override;
};

/// The first row of a page: the prompt, its limit, and its tokens as chips that follow every key stroke.
class PromptPanel : public QWidget {
  Q_OBJECT

 public:
  explicit PromptPanel(Document& document, QWidget* parent = nullptr);

  /// The tokenizer of live chips, until the document has another model; null leaves the chips to `showTokens`.
  void setTokenizer(std::shared_ptr<const Tokenizer> tokenizer);
  void showTokens(const std::vector<Token>& tokens);

  /// Offers to read the prompt as a chat message; other pages' prompts are raw text.
  void offerChat();

  /// Which of several prompts of a run is shown; the chooser is hidden for a single one.
  void setPromptCount(int count);
  int prompt() const;

  /// A note beside the number of tokens, such as what was left out.
  void setNote(const QString& note);

  TokenStrip* strip() const { return strip_; }
  PromptEditor* editor() const { return editor_; }

 signals:
  void promptChosen(int index);

 private:
  void follow(const Inputs& now, const Inputs& before);
  void tokenise();

  Document& document_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  PromptEditor* editor_;
  QSpinBox* limit_;
  QCheckBox* chat_;
  QSpinBox* chooser_;
  QLabel* chooserLabel_;
  QLabel* count_;
  QLabel* note_;
  TokenStrip* strip_;
};

}  // namespace sinkscope
