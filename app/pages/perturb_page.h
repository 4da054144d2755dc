#pragma once

#include "app/candidate_query.h"
#include "app/pages/page.h"
#include "app/shown.h"
#include "core/analysis/perturbation.h"

#include <QTimer>
#include <vector>

class QLabel;
class QSlider;
class QToolButton;

namespace sinkscope {

struct ModelFacts;
class CurvePlot;
class LayerMapRow;
class PromptPanel;
class Session;
class SwapBar;

/// Swap a token and watch the change spread: layer by token under several conditions, a line a token, the spread, and
/// what becomes of the attention and of the next token. What is hovered in one view lights up in all.
class PerturbPage : public Page {
  Q_OBJECT

 public:
  PerturbPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const PerturbedPtr& run);

  PerturbedPtr perturbed() const { return perturbed_; }
  bool hasResult() const override { return perturbed_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  SwapBar* swapBar() const { return swap_; }
  LayerMapRow* maps() const { return maps_; }
  CurvePlot* lines() const { return lines_; }
  CurvePlot* spread() const { return spread_; }
  PromptPanel* promptPanel() const { return prompt_; }

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void pickToken(int chip);
  void takeModel(const ModelFacts& facts);
  void takeCandidates(const CandidatesPtr& candidates);
  void showResult(const PerturbedPtr& result);
  void draw();
  void drawLines();
  void light(int map, int place, int token);
  void showPrediction();
  void play(bool on);
  void step();
  /// How the page looks, as a run keeps it.
  QString look() const;
  ChangeNorm norm() const;

  PerturbedPtr perturbed_;
  CandidatesPtr candidates_;
  quint64 offering_ = 0;
  int map_ = 0, token_ = -1;  // what the lines and the prediction show
  QTimer playing_;
  PromptPanel* prompt_;
  SwapBar* swap_;
  LayerMapRow* maps_;
  CurvePlot* lines_;
  CurvePlot* spread_;
  LayerMapRow* attention_;
  QLabel* prediction_;
  QToolButton* play_;
  QSlider* place_;
};

}  // namespace sinkscope
