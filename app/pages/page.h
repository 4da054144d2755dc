#pragma once

#include "app/page_figure.h"

#include <QString>
#include <QWidget>
#include <vector>

namespace sinkscope {

/// A page of the window: one question, its answer, and what can be made of the answer.
class Page : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

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
};

}  // namespace sinkscope
