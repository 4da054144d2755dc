#pragma once

#include "app/compare_views.h"
#include "app/document.h"
#include "app/page_figure.h"

#include <QWidget>
#include <memory>
#include <vector>

class QCheckBox;
class QLabel;
class QSplitter;
class QTableView;

namespace sinkscope {

class CompareBar;
class CompareMaps;
class CompareTable;
class CurvePlot;
class LayerMap;
class LinkedZoom;
class TrainingCurves;
class ZoomArea;

using ComparedRunsPtr = std::shared_ptr<const ComparedRuns>;

/// Runs beside and over each other: their maps, the difference of two, their curves, their settings. Follows eps and
/// the colours of the window.
class ComparePanel : public QWidget {
  Q_OBJECT

 public:
  explicit ComparePanel(Document& document, QWidget* parent = nullptr);

  void setRuns(ComparedRunsPtr runs);
  std::vector<PageFigure> figures() const;
  QString conventions() const;

  CompareMaps* maps() const { return maps_; }
  LayerMap* differenceMap() const { return difference_; }
  CurvePlot* curves() const { return curves_; }
  TrainingCurves* trainingCurves() const { return training_; }
  LinkedZoom* zoom() const { return zoom_; }
  QTableView* settings() const { return settings_; }

 signals:
  void leaveWanted();
  void conventionsChanged();

 private:
  void wire();
  void follow(const Inputs& now, const Inputs& before);
  void draw();
  void light(int run, int row, int column);
  void lightPlace(double x);
  QString readoutOf(int run, int row, int column) const;
  bool showsTraining() const;

  Document& document_;
  ComparedRunsPtr runs_;
  CompareLook look_;
  CompareViews views_;
  std::vector<NamedTraining> trainings_;  // the runs, where they are some
  CompareTable* table_;
  CompareBar* bar_;
  QLabel* note_;
  QLabel* readout_;
  QWidget* upper_;
  CompareMaps* maps_;
  TrainingCurves* training_;
  QLabel* differenceTitle_;
  LayerMap* difference_;
  ZoomArea* differenceArea_;
  QWidget* differencePanel_;
  CurvePlot* curves_;
  QWidget* curvesPanel_;
  QTableView* settings_;
  QCheckBox* onlyDifferences_;
  QSplitter *lower_, *all_;
  LinkedZoom* zoom_;
};

}  // namespace sinkscope
