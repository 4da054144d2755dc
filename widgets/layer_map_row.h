#pragma once

#include <QWidget>
#include <vector>

#include "widgets/layer_map.h"

namespace sinkscope {

/**
 * Maps of layers by tokens side by side: one scale and one colour bar, cells of one size, rows in line. What is hovered
 * in one is lit in all; columns go together from the last one backwards, as they do with and without <bos>.
 */
class LayerMapRow : public QWidget {
  Q_OBJECT

 public:
  explicit LayerMapRow(QWidget *parent = nullptr);

  /** One map each; with none, the placeholder stands alone. */
  void setMaps(std::vector<LayerMapData> maps);
  void setScale(const ColourScale &scale, const QString &label);
  void setAxisTitles(const QString &x, const QString &y);
  void setPlaceholder(const QString &text);
  /** As `LayerMap::setShownRows`, for all. */
  void setShownRows(int rows);
  /** Lights a cell of one map, and what goes with it in the others; -1 none. Sends no signal. */
  void setHighlight(int map, int row, int column);

  int count() const { return static_cast<int>(maps_.size()); }
  LayerMap *map(int index) const { return maps_[static_cast<std::size_t>(index)]; }
  /** The column of another map that goes with a map's column, -1 where there is none. */
  int columnIn(int other, int map, int column) const;

  QSize sizeHint() const override { return {720, 320}; }
  QSize minimumSizeHint() const override { return {320, 160}; }

 signals:
  void cellHovered(int map, int row, int column);  ///< row and column (-1, -1) when the pointer leaves
  void cellClicked(int map, int row, int column);

 protected:
  void resizeEvent(QResizeEvent *event) override;
  void changeEvent(QEvent *event) override;

 private:
  void setCount(int count);
  void arrange();
  void place(double pitch);

  std::vector<LayerMap *> maps_;  // at least one
  ColourScale scale_;
  QString scaleLabel_;
  QString xTitle_;
  QString yTitle_;
  QString placeholder_;
  int shown_ = -1;
};

}  // namespace sinkscope
