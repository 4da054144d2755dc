#pragma once

#include "app/document.h"
#include "app/page_figure.h"

#include <QString>
#include <QTimer>
#include <QWidget>
#include <vector>

namespace sinkscope {

class Session;

/// A page of the window: one question, its answer, and what can be made of the answer. It asks anew a moment after the
/// inputs that it depends on were changed; while it is hidden, not before it is shown again.
class Page : public QWidget {
  Q_OBJECT

 public:
  Page(Session& session, Document& document, QWidget* parent = nullptr);

  /// Asks now rather than in a moment.
  void askNow();

  virtual bool hasResult() const = 0;
  /// What the shown numbers depend on, in one line; empty without a result.
  virtual QString conventions() const = 0;
  /// What was done and how long it took, in one line.
  virtual QString doneLine() const = 0;
  /// The main numbers as text, to be copied.
  virtual QString numbers() const = 0;
  virtual std::vector<PageFigure> figures() const = 0;
  /// Saves the result, which must be there; the session's id of the saving.
  virtual quint64 save(const QString& path, bool keepAttention) = 0;

 signals:
  void conventionsChanged(const QString& line);
  void resultShown();

 protected:
  static constexpr int kAfterEditMs = 150;

  /// Asks the session what the inputs say, and keeps its id in `asking_`; nothing where the inputs say too little.
  virtual void ask() = 0;
  /// The inputs changed, but not by `replaceInputs`.
  virtual void follow(const Inputs& now, const Inputs& before) = 0;

  /// What was asked no longer holds: asks after a pause without another change.
  void askSoon(int pauseMs = kAfterEditMs);
  /// There is nothing to ask: what is shown, or nothing, belongs to the inputs.
  void needNotAsk();
  /// Puts the inputs of a run in place, whose result is there: asks nothing, and drops what was asked.
  void replaceInputs(const Inputs& inputs);

  void showEvent(QShowEvent* event) override;

  Session& session_;
  Document& document_;
  quint64 asking_ = 0;  // the session's id of the last question

 private:
  bool stale_ = true;  // the inputs ask something else than what was asked
  bool replacing_ = false;
  QTimer edited_;
};

}  // namespace sinkscope
