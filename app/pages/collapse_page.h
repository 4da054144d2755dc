#pragma once

#include "app/collapse_figures.h"
#include "app/pages/page.h"
#include "app/shown.h"

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

 signals:
  void headActivated(int layer, int head);

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void showResult(const CollapsedPtr& result);
  void draw();
  void showHead();
  /// The condition that the top bar's <bos> stands for.
  const CollapseResult& shown() const;
  SinkSettings settings() const;
  CollapseMeasure measure() const;
  /// How the page looks, as a run keeps it.
  QString look() const;

  CollapsedPtr collapsed_;
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
