#pragma once

#include "app/pages/page.h"
#include "app/shown.h"
#include "core/analysis/robustness.h"

#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QSpinBox;

namespace sinkscope {

class CurvePlot;

/// How much do swapped tokens disturb what is predicted, by where they stand, with the sink and without? Over many
/// prompts; runs on a click.
class RobustnessPage : public Page {
  Q_OBJECT

 public:
  RobustnessPage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const RobustnessPtr& run);
  /// Takes the prompts of a file; says on the page what is wrong with it.
  void setPromptFile(const QString& path);

  RobustnessPtr measured() const { return measured_; }
  bool hasResult() const override { return measured_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  CurvePlot* divergencePlot() const { return divergence_; }
  CurvePlot* lossPlot() const { return loss_; }

 signals:
  void promptFileWanted();  ///< for `setPromptFile`

 private:
  void ask() override;
  void follow(const Inputs& now, const Inputs& before) override;
  void layOut();
  void setPrompts(const QString& name, std::vector<std::string> prompts);
  void showResult(const RobustnessPtr& result);
  void setRunning(bool running);

  RobustnessPtr measured_;
  std::vector<std::string> texts_;
  bool running_ = false;
  QLabel* prompts_;
  QSpinBox* count_;
  QSpinBox* swaps_;
  QPushButton* run_;
  CurvePlot* divergence_;
  CurvePlot* loss_;
};

}  // namespace sinkscope
