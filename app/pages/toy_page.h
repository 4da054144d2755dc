#pragma once

#include "app/pages/page.h"
#include "app/toy_figures.h"

#include <vector>

class QLabel;
class QSlider;

namespace sinkscope {

class CurvePlot;
class LayerMapRow;

/// The linear toy that explains the others: what one changed token does to those behind it, with a sink and without.
/// Needs no model, and nothing of it is worth a run file.
class ToyPage : public Page {
  Q_OBJECT

 public:
  ToyPage(Session& session, Document& document, QWidget* parent = nullptr);

  bool hasResult() const override { return false; }
  QString conventions() const override { return {}; }
  QString doneLine() const override { return {}; }
  QString numbers() const override { return {}; }
  std::vector<PageFigure> figures() const override;
  quint64 save(const QString&, bool) override { return 0; }

  LayerMapRow* maps() const { return maps_; }
  CurvePlot* curves() const { return curves_; }

 private:
  void ask() override {}
  void follow(const Inputs&, const Inputs&) override;
  void draw();
  ToyPair pair() const;

  QSlider* tokens_;
  QSlider* layers_;
  QSlider* perturbed_;
  QSlider* share_;
  QLabel* words_;
  LayerMapRow* maps_;
  CurvePlot* curves_;
};

}  // namespace sinkscope
