#pragma once

#include "app/document.h"
#include "app/explored.h"
#include "core/analysis/sink_metric.h"

#include <QImage>
#include <QVector>
#include <QWidget>

class QCheckBox;
class QLabel;

namespace sinkscope {

class HeadGrid;
class ProfilePlot;

/// Which heads rest on the first token: the two numbers, the layer-by-head grid and the profile over layers. Follows
/// eps without the model.
class GridPanel : public QWidget {
  Q_OBJECT

 public:
  explicit GridPanel(Document& document, QWidget* parent = nullptr);

  void setResult(ExploredPtr result);
  void addThumbnails(const LayerThumbnails& images);
  void dropThumbnails();
  bool hasAllThumbnails() const;
  /// Pixels a side that thumbnails have room for; 0 when there is none.
  int thumbnailSide() const;

  HeadGrid* grid() const { return grid_; }
  ProfilePlot* profile() const { return profile_; }

 private:
  void follow(const Inputs& now, const Inputs& before);
  void showMeasures();   ///< what eps does not change, then what it does
  void showThreshold();  ///< while eps is dragged
  void showSecondary();
  void recolour();

  Document& document_;
  ExploredPtr explored_;
  OrderedShares shares_;
  QVector<Matrix> thumbnails_;  // layer-major
  QLabel* heads_;
  QLabel* attention_;
  QLabel* secondary_;
  QCheckBox* sorted_;
  HeadGrid* grid_;
  ProfilePlot* profile_;
};

}  // namespace sinkscope
