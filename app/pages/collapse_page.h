#pragma once

#include "app/collapse_figures.h"
#include "app/collapsed.h"
#include "app/document.h"
#include "app/pages/page.h"

#include <QTimer>
#include <vector>

class QComboBox;
class QLabel;

namespace sinkscope {

class CurvePlot;
class PromptPanel;
class ScatterPlot;
class Session;

/// Do the tokens of a prompt become alike with depth? A measure over the layers with <bos> and without, the
/// compression valley on the same axis, and what the heads that rest on the first token write of it.
class CollapsePage : public Page {
  Q_OBJECT

 public:
  CollapsePage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const CollapsedPtr& run);

  CollapsedPtr collapsed() const { return collapsed_; }
  bool hasResult() const override { return collapsed_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  CurvePlot* measurePlot() const { return measure_; }
  CurvePlot* valleyPlot() const { return valley_; }
  ScatterPlot* headPlot() const { return heads_; }
  PromptPanel* promptPanel() const { return prompt_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void follow(const Inputs& now, const Inputs& before);
  void ask();
  void showResult(const CollapsedPtr& result);
  void draw();
  void showHead();
  /// The condition that the top bar's <bos> stands for.
  const CollapseResult& shown() const;
  SinkSettings settings() const;
  CollapseMeasure measure() const;
  /// How the page looks, as a run keeps it.
  QString look() const;

  Session& session_;
  Document& document_;
  CollapsedPtr collapsed_;
  quint64 asking_ = 0;
  bool replacing_ = false;  // inputs come from a run, not from the user
  bool stale_ = true;       // the inputs changed while the page was hidden
  QTimer edited_;           // runs out 150 ms after the last edit of the prompt
  PromptPanel* prompt_;
  QComboBox* choice_;
  QLabel* valleyTitle_;
  QLabel* headsTitle_;
  QLabel* head_;
  CurvePlot* measure_;
  CurvePlot* valley_;
  ScatterPlot* heads_;
};

}  // namespace sinkscope
