#pragma once

#include "app/pages/page.h"
#include "app/probe_figures.h"
#include "app/shown.h"

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace sinkscope {

class CurvePlot;

/// Do long sequences collapse? The last token of n digits against n, beside what each number type can tell apart, and
/// the norms of many copies of one token. Asks when it is first shown, later on a click.
class ProbePage : public Page {
  Q_OBJECT

 public:
  ProbePage(Session& session, Document& document, QWidget* parent = nullptr);

  /// Shows a run without the model.
  void showRun(const ProbedPtr& run);

  ProbedPtr probed() const { return probed_; }
  bool hasResult() const override { return probed_ != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString& path, bool keepAttention) override;

  CurvePlot* lengthPlot() const { return lengthPlot_; }
  CurvePlot* copyPlot() const { return copyPlot_; }

 private:
  void ask() override;
  void follow(const Inputs& now, const Inputs& before) override;
  void showResult(const ProbedPtr& result);
  void draw();
  /// The button says whether what is shown belongs to what is set.
  void showButton();
  ProbeRequest request() const;
  ProbePlace lengthPlace() const;
  QString look() const;

  ProbedPtr probed_;
  ProbeRequest asked_;  // the last one
  QLineEdit* lengths_;
  QLineEdit* text_;
  QSpinBox* copies_;
  QPushButton* run_;
  QComboBox* lengthPlace_;
  QComboBox* copyPlace_;
  QLabel* lost_;
  QLabel* copyTitle_;
  CurvePlot* lengthPlot_;
  CurvePlot* copyPlot_;
};

}  // namespace sinkscope
