#pragma once

#include <QImage>
#include <QRect>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "widgets/colour_bar.h"
#include "widgets/colour_map.h"
#include "widgets/heatmap_window.h"
#include "widgets/matrix.h"
#include "widgets/token_axes.h"

namespace sinkscope {

/** One head's attention, queries down and keys across, with zoom, pan and a crosshair. Data come as images of regions.
 */
class HeatmapView : public QWidget {
  Q_OBJECT

 public:
  explicit HeatmapView(QWidget *parent = nullptr);

  /** Shows values for a region of tokens (x = first key, y = first query); the matrix may be coarser than the region.
   */
  void setImage(Matrix image, QRect region);
  /** A label a token; without labels positions are shown. */
  void setTokens(QStringList tokens);
  /** How many tokens each axis has; another count resets the zoom and drops the image. */
  void setTokenCount(int count);
  /** One bar a key, such as the norm of W_O v; an empty vector hides the bars. */
  void setKeyBars(std::vector<float> bars);
  void setColourMap(ColourMap map);
  ColourMap colourMap() const { return scale_.map; }
  void setLogScale(bool logarithmic);
  /** Frames the sink's column in amber. */
  void setSinkColumn(bool framed);
  void setScaleMaximum(double maximum);
  /** Lower end of a linear scale, 0 unless told (a diverging map wants -maximum). */
  void setScaleMinimum(double minimum);
  /** The line under the plot, such as the value under the crosshair. */
  void setReadout(const QString &text);
  void setTitle(const QString &title);
  /** What the axes and the bars are called: "key", "query" and "||W_O v||" unless told. */
  void setAxisTitles(const QString &x, const QString &y, const QString &bars);
  /** What the colour bar is called, "attention" unless told. */
  void setScaleLabel(const QString &label);
  /** Said in place of the plot when there are no tokens. */
  void setPlaceholder(const QString &text);
  /** Said in place of the image of tokens that have none; empty: there is one, or it comes. */
  void setMessage(const QString &text);
  QString message() const { return message_; }
  /** Puts the crosshair on a cell from outside, -1 removes that line; sends no signal. */
  void setCrosshair(int query, int key);

  const HeatmapWindow &window() const { return window_; }
  void resetZoom();
  /** Of the image in widget pixels. */
  QRectF plotRect() const;

  QSize sizeHint() const override { return {560, 560}; }
  QSize minimumSizeHint() const override { return {240, 240}; }

 signals:
  void hovered(int query, int key);  ///< (-1, -1) when the pointer leaves
  void clicked(int query, int key);
  /** These tokens are in view and fill this many device pixels: a finer image of them is welcome. */
  void regionWanted(QRect tokens, QSize cells);

 protected:
  void paintEvent(QPaintEvent *event) override;
  void resizeEvent(QResizeEvent *event) override;
  void wheelEvent(QWheelEvent *event) override;
  void mousePressEvent(QMouseEvent *event) override;
  void mouseMoveEvent(QMouseEvent *event) override;
  void mouseReleaseEvent(QMouseEvent *event) override;
  void mouseDoubleClickEvent(QMouseEvent *event) override;
  void leaveEvent(QEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;
  void changeEvent(QEvent *event) override;

 private:
  static constexpr double kLargestLabel = 72;  // pixels, in the widest view

  void setWindow(const HeatmapWindow &window);
  void setCell(int query, int key);
  void hoverAt(const QPointF &position);
  void moveCrosshair(int byQuery, int byKey);
  void rebuildImage();
  void describe();
  TokenAxes axes(const QRectF &plot) const;
  ColourBar colourBar() const;
  QRectF barsRect(const QRectF &plot) const;
  void paintImage(QPainter &painter, const QRectF &plot) const;
  void paintCrosshair(QPainter &painter, const QRectF &plot) const;
  void paintTexts(QPainter &painter, const QRectF &plot) const;

  Matrix matrix_;
  QImage image_;
  QRect region_;
  QStringList tokens_;
  std::vector<float> bars_;
  ColourScale scale_;
  HeatmapWindow window_;
  bool sinkFramed_ = true;
  QString readout_;
  QString message_;
  QString title_;
  QString xTitle_;
  QString yTitle_;
  QString barTitle_;
  QString scaleLabel_;
  QString placeholder_;
  int query_ = -1;
  int key_ = -1;
  QPointF pressed_;
  HeatmapWindow pressedWindow_;
  bool down_ = false;
  bool dragging_ = false;
  double labelExtent_ = 0;  // of the widest label, measured once
  QTimer wanted_;           // gathers the steps of a zoom or a pan into one signal
};

}  // namespace sinkscope
