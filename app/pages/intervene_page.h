#pragma once

#include "app/pages/page.h"
#include "app/shown.h"

#include <vector>

class QTableView;
class QToolButton;

namespace sinkscope {

class CurvePlot;
class InterventionBar;
class LayerMapRow;
class OutcomeTable;
class PromptPanel;

/// Change the model and see what becomes of it: its loss and predictions, its sinks, and how a swapped token spreads,
/// beside the untouched one.
class IntervenePage : public Page {
  Q_OBJECT

 public:
  IntervenePage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const AblatedPtr& run);

  AblatedPtr ablated() const { return ablated_; }
  bool hasResult() const override { return ablated_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  PromptPanel* promptPanel() const { return prompt_; }
  InterventionBar* bar() const { return bar_; }
  QTableView* table() const { return table_; }
  LayerMapRow* maps() const { return maps_; }
  CurvePlot* lossPlot() const { return losses_; }
  CurvePlot* changePlot() const { return changes_; }

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void showResult(const AblatedPtr& result);
  void draw();
  void drawSelected();
  void add(const QString& notation);
  void removeSelected();
  /// Index of the outcome that is selected in the table, 0 the untouched model's.
  int selected() const;

  AblatedPtr ablated_;
  PromptPanel* prompt_;
  InterventionBar* bar_;
  OutcomeTable* outcomes_;
  QTableView* table_;
  QToolButton* remove_;
  CurvePlot* losses_;
  CurvePlot* changes_;
  LayerMapRow* maps_;
};

}  // namespace sinkscope
