#pragma once

#include <QWidget>
#include <utility>

#include "widgets/colour_bar.h"
#include "widgets/colour_map.h"
#include "widgets/layer_map_data.h"
#include "widgets/token_axes.h"

namespace sinkscope {

struct Theme;

/** Layers down and tokens across: how far a change spreads, how much of a token is left. */
class LayerMap : public QWidget {
  Q_OBJECT

 public:
  explicit LayerMap(QWidget *parent = nullptr);

  /** What is lit stays lit where it still exists. */
  void setData(LayerMapData data);
  const LayerMapData &data() const { return data_; }
  /** Set from outside, so that several maps share one. */
  void setScale(const ColourScale &scale);
  /** What the colour bar is called. */
  void setScaleLabel(const QString &label);
  /** Of several maps on one scale, one shows the bar. */
  void setColourBarShown(bool shown);
  /** What the axes are called: "token" and "layer" unless told. */
  void setAxisTitles(const QString &x, const QString &y);
  /** Said in place of the map when there is none. */
  void setPlaceholder(const QString &text);
  /** How wide the room of a token's label is, so that maps in line have theirs alike; 0 follows the tokens. */
  void setLabelExtent(double pixels);
  double labelExtent() const;
  /** Draws the first rows only and the others faded: the spread, layer by layer. Negative draws all. */
  void setShownRows(int rows);
  int shownRows() const;
  /** Lights a row, a column or both, -1 none; sends no signal. */
  void setHighlight(int row, int column);
  std::pair<int, int> highlight() const { return lit_; }

  /** Where a cell stands in the widget. */
  QRectF cellRect(int row, int column) const;
  LayerMapGeometry geometryNow() const;
  /** The width that is not cells: the labels on the left, the colour bar on the right. */
  double sideRoom() const;

  QSize sizeHint() const override { return {480, 320}; }
  QSize minimumSizeHint() const override { return {200, 160}; }

 signals:
  void cellHovered(int row, int column);  ///< (-1, -1) when the pointer leaves
  void cellClicked(int row, int column);

 protected:
  void paintEvent(QPaintEvent *event) override;
  void mouseMoveEvent(QMouseEvent *event) override;
  void mousePressEvent(QMouseEvent *event) override;
  void leaveEvent(QEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;

 private:
  void hover(std::pair<int, int> cell);
  void describe();
  double leftRoom() const;
  double rightRoom() const;
  ColourBar colourBar() const;
  TokenAxes axes(const LayerMapGeometry &map) const;
  void paintCells(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const;
  void paintHighlight(QPainter &painter, const LayerMapGeometry &map) const;
  void paintRowLabels(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const;
  void paintTitles(QPainter &painter, const Theme &theme, const LayerMapGeometry &map) const;

  LayerMapData data_;
  ColourScale scale_;
  QString scaleLabel_;
  QString xTitle_;
  QString yTitle_;
  QString placeholder_;
  bool barShown_ = true;
  double labelExtent_ = 0;
  int shown_ = -1;
  std::pair<int, int> lit_{-1, -1};
  std::pair<int, int> hovered_{-1, -1};  // what was last sent
};

}  // namespace sinkscope
