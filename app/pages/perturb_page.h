#pragma once

#include "app/candidate_query.h"
#include "app/pages/page.h"
#include "app/shown.h"
#include "core/analysis/perturbation.h"

#include <vector>

class QStackedWidget;

namespace sinkscope {

struct ModelFacts;
class ChangePanel;
class PromptPanel;
class Session;
class SwapBar;
class SweepPanel;

/// Swap a token and watch the change spread, or sweep: swap every token in turn and see how far a change reaches. Below
/// the prompt and what is asked stands the panel of one or the other; the prompt's tokens have the colours of their
/// change.
class PerturbPage : public Page {
  Q_OBJECT

 public:
  PerturbPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Show a run without the model.
  void showRun(const PerturbedPtr& run);
  void showRun(const SweptPtr& run);

  PerturbedPtr perturbed() const { return perturbed_; }
  SweptPtr swept() const { return swept_; }
  bool hasResult() const override { return sweeps() ? swept_ != nullptr : perturbed_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  SwapBar* swapBar() const { return swap_; }
  ChangePanel* changePanel() const { return change_; }
  SweepPanel* sweepPanel() const { return sweep_; }
  PromptPanel* promptPanel() const { return prompt_; }

 private:
  void follow(const Inputs& now, const Inputs& before) override;
  void ask() override;
  void askSwap(Inputs inputs);
  void turn();
  void pickToken(int chip);
  void takeModel(const ModelFacts& facts);
  void takeCandidates(const CandidatesPtr& candidates);
  void showResult(const PerturbedPtr& result);
  void showSweep(const SweptPtr& result);
  void draw();
  void lightToken(int token, bool firstAdded);
  void tint(const std::vector<double>& tints, bool firstAdded);
  /// How far the prompt's chips stand behind the tokens of a pass.
  int chipShift(bool firstAdded) const;
  /// How the page looks, as a run keeps it.
  QString look() const;
  bool sweeps() const { return document_.inputs().everyPosition; }
  ChangeNorm norm() const;

  PerturbedPtr perturbed_;
  SweptPtr swept_;
  Inputs sweptInputs_;  // that `swept_` answers
  CandidatesPtr candidates_;
  quint64 offering_ = 0;
  PromptPanel* prompt_;
  SwapBar* swap_;
  QStackedWidget* panels_;
  ChangePanel* change_;
  SweepPanel* sweep_;
};

}  // namespace sinkscope
