#pragma once

#include <QImage>
#include <QVector>
#include <QWidget>
#include <utility>
#include <vector>

#include "widgets/colour_bar.h"
#include "widgets/colour_map.h"
#include "widgets/matrix.h"

namespace sinkscope {

struct Theme;

/** Where the cells of a layer-by-head grid stand. Rows are layers (0 on top), columns are heads. Plain numbers. */
struct GridGeometry {
  int layers = 0;
  int heads = 0;
  QRectF area;  ///< of the cells together
  double cellWidth = 0;
  double cellHeight = 0;
  double gap = 0;  ///< between neighbours; 0 when cells are tiny

  /** The largest grid in `bounds`: cells are whole pixels where they can be, at most four times as wide as high,
   * or as high as wide. */
  static GridGeometry fit(int layers, int heads, const QRectF &bounds, double maximumCell = 96);
  QRectF cell(int layer, int column) const;
  /** (layer, column) at a point; (-1, -1) when there is none. */
  std::pair<int, int> at(const QPointF &point) const;
  /** Every how many rows or columns a label fits, given its extent: 1, 2, 5, 10, 20, 50, ... */
  static int labelStep(double cell, double label);
};

/** For each layer the heads in the order of falling share (or 0, 1, 2, ...): order[layer][column] = head. */
std::vector<std::vector<int>> headOrder(const Matrix &shares, bool sorted);

/** Layers by heads: the attention that goes to the sink, amber frames where it exceeds eps, thumbnails where they fit.
 */
class HeadGrid : public QWidget {
  Q_OBJECT

 public:
  explicit HeadGrid(QWidget *parent = nullptr);

  /** The shares alpha_0 [layer, head]; NaN for a head that has none yet. */
  void setShares(Matrix shares);
  const Matrix &shares() const { return shares_; }
  void setThreshold(double eps);
  /** One image a head, layer-major (index = layer * heads + head); null images and an empty vector show colours. */
  void setThumbnails(QVector<QImage> thumbnails);
  /** Orders the heads within each layer by falling share. */
  void setSorted(bool sorted);
  void setSelected(int layer, int head);
  /** Lights a head's cell from outside, (-1, -1) none; sends no signal. */
  void setHovered(int layer, int head);
  void setColourMap(ColourMap map);
  /** What the colour bar is called. */
  void setScaleLabel(const QString &label);
  /** Said in place of the grid when there are no shares. */
  void setPlaceholder(const QString &text);
  int selectedLayer() const { return selectedLayer_; }
  int selectedHead() const { return selectedHead_; }
  /** How many heads exceed the threshold. */
  int sinkCount() const;
  /** Where a head's cell stands in the widget. */
  QRectF cellRect(int layer, int head) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void headSelected(int layer, int head);
  void headHovered(int layer, int head);    ///< (-1, -1) when the pointer leaves
  void headActivated(int layer, int head);  ///< double click or Return

 protected:
  void paintEvent(QPaintEvent *event) override;
  void mouseMoveEvent(QMouseEvent *event) override;
  void mousePressEvent(QMouseEvent *event) override;
  void mouseDoubleClickEvent(QMouseEvent *event) override;
  void leaveEvent(QEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;
  bool event(QEvent *event) override;

 private:
  GridGeometry geometryNow() const;
  std::pair<int, int> headAt(const QPointF &point) const;
  int columnOf(int layer, int head) const;
  void hover(std::pair<int, int> head);
  QString headText(int layer, int head) const;
  void describe();
  void paintCell(QPainter &painter, const Theme &theme, const GridGeometry &grid, int layer, int column) const;
  void paintSmallCells(QPainter &painter, const Theme &theme, const GridGeometry &grid) const;
  void paintTinyCells(QPainter &painter, const Theme &theme, const GridGeometry &grid) const;
  void paintOutlines(QPainter &painter, const GridGeometry &grid) const;
  void paintMarks(QPainter &painter, const GridGeometry &grid) const;
  void paintLabels(QPainter &painter, const GridGeometry &grid) const;
  ColourBar colourBar() const;

  Matrix shares_;
  QVector<QImage> thumbnails_;
  std::vector<std::vector<int>> order_;  // [layer][column] = head
  ColourScale scale_;
  QString scaleLabel_;
  QString placeholder_;
  double eps_ = 0.3;
  bool sorted_ = false;
  int selectedLayer_ = -1;
  int selectedHead_ = -1;
  std::pair<int, int> hovered_{-1, -1};
};

}  // namespace sinkscope
