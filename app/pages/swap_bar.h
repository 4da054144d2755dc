#pragma once

#include "app/candidate_query.h"
#include "app/document.h"

#include <QWidget>
#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QCompleter;
class QLabel;
class QLineEdit;
class QStandardItemModel;
class QToolButton;

namespace sinkscope {

class SweepBar;

/// One swap or a sweep: what is changed, and under which conditions: the swapped token with its candidates, or another
/// text; the conditions; the measure.
class SwapBar : public QWidget {
  Q_OBJECT

 public:
  explicit SwapBar(Document& document, QWidget* parent = nullptr);

  /// Of the model; forgotten when the document has another one.
  void setTokenizer(std::shared_ptr<const Tokenizer> tokenizer);
  /// The swap of a run, whose model need not be in memory.
  void showSwap(const Token& from, const Token& to);
  void setCandidates(CandidatesPtr candidates);
  /// How the model calls <bos>, for the conditions' names.
  void setBosText(const QString& bos);

  QLineEdit* tokenEdit() const { return token_; }

 signals:
  void sweepWanted();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void follow(const Inputs& now, const Inputs& before);
  void offerCandidates();
  void search(const QString& text);
  void offer(const std::vector<Candidate>& found, const QString& remark);
  void choose(qint64 id);
  void takeTyped();
  void setCondition(const QString& name, bool on);
  QToolButton* modeButton(const QString& text, const char* name, bool every);

  Document& document_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  CandidatesPtr candidates_;
  QToolButton* one_;
  QToolButton* every_;
  SweepBar* sweep_;
  QLabel* from_;
  QLineEdit* token_;
  QCompleter* completer_;
  QStandardItemModel* offered_;
  QLineEdit* changed_;
  QComboBox* norm_;
  QCheckBox* log_;
  std::vector<QCheckBox*> conditions_;  // in the order of kConditions
};

}  // namespace sinkscope
