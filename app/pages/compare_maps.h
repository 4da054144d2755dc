#pragma once

#include "app/compare_views.h"

#include <QWidget>
#include <utility>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace sinkscope {

class HeadGrid;
class LayerMap;
class ZoomArea;

/// The maps of compared runs beside each other, each under what its run is. What is hovered in one lights up in all.
class CompareMaps : public QWidget {
  Q_OBJECT

 public:
  explicit CompareMaps(QWidget* parent = nullptr);

  /// Other runs: the columns are made anew, and `areas` are others.
  void setRuns(const ComparedRuns& runs, bool ofHeads);
  void setViews(const CompareViews& views, const CompareLook& look, ColourMap colours);
  /// Lights a cell of a run, and those of the others that belong to it; -1 none. Sends no signal.
  void setHighlight(int run, int row, int column);
  /// The cell of another run that belongs to a run's; -1 where there is none.
  std::pair<int, int> cellIn(int other, int run, int row, int column) const;

  std::vector<ZoomArea*> areas() const;
  HeadGrid* grid(int run) const { return columns_[static_cast<std::size_t>(run)].grid; }
  LayerMap* map(int run) const { return columns_[static_cast<std::size_t>(run)].map; }

 signals:
  void cellHovered(int run, int row, int column);  ///< row and column -1 when the pointer leaves

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Column {
    QWidget* whole = nullptr;
    QLabel* name = nullptr;
    HeadGrid* grid = nullptr;  // one of the two
    LayerMap* map = nullptr;
    ZoomArea* area = nullptr;
  };
  Column columnOf(const ComparedRuns& runs, int run, bool ofHeads);
  void paintNames();

  std::vector<Column> columns_;
  std::vector<QString> names_;
  std::vector<LayerMapData> maps_;
  bool ofHeads_ = false;
  QHBoxLayout* row_;
};

}  // namespace sinkscope
