#pragma once

#include <QRect>
#include <QRectF>

namespace sinkscope {

/** The part of a token-by-token matrix that is in view. x runs over keys, y over queries, both in tokens from 0. */
struct HeatmapWindow {
  int tokens = 0;
  QRectF view;  ///< in tokens

  /** All of it. */
  static HeatmapWindow whole(int tokens);
  /** Zoomed by `factor` (> 1 goes in) about a token position that stays where it is; never past 4 tokens a side. */
  HeatmapWindow zoomed(double factor, const QPointF &about) const;
  HeatmapWindow panned(const QPointF &byTokens) const;
  /** Between tokens and the pixels of the plot. */
  QPointF toPixel(const QPointF &token, const QRectF &plot) const;
  QPointF toToken(const QPointF &pixel, const QRectF &plot) const;
  /** The whole tokens that cover the view. */
  QRect region() const;

 private:
  QRectF kept(QRectF wanted) const;
};

}  // namespace sinkscope
