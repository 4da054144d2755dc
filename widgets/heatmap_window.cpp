#include "widgets/heatmap_window.h"

#include <algorithm>
#include <cmath>

namespace sinkscope {

namespace {

constexpr double kSmallestSide = 4;  // tokens
constexpr double kTolerance = 1e-9;  // of a token: what sums of fractions leave behind

}  // namespace

HeatmapWindow HeatmapWindow::whole(int tokens) {
  return {std::max(0, tokens), QRectF(0, 0, std::max(0, tokens), std::max(0, tokens))};
}

/** The wanted view, moved to where there are tokens. */
QRectF HeatmapWindow::kept(QRectF wanted) const {
  wanted.moveLeft(std::clamp(wanted.left(), 0.0, std::max(0.0, tokens - wanted.width())));
  wanted.moveTop(std::clamp(wanted.top(), 0.0, std::max(0.0, tokens - wanted.height())));
  return wanted;
}

HeatmapWindow HeatmapWindow::zoomed(double factor, const QPointF &about) const {
  if (tokens == 0 || !(factor > 0)) return *this;
  const double smallest = std::min(kSmallestSide, static_cast<double>(tokens));
  const double width = std::clamp(view.width() / factor, smallest, static_cast<double>(tokens));
  const double scale = width / view.width();
  const QPointF corner = about + (view.topLeft() - about) * scale;
  return {tokens, kept(QRectF(corner, QSizeF(width, width)))};
}

HeatmapWindow HeatmapWindow::panned(const QPointF &byTokens) const {
  return {tokens, kept(view.translated(byTokens))};
}

QPointF HeatmapWindow::toPixel(const QPointF &token, const QRectF &plot) const {
  if (view.isEmpty()) return plot.topLeft();
  return {plot.left() + (token.x() - view.left()) / view.width() * plot.width(),
          plot.top() + (token.y() - view.top()) / view.height() * plot.height()};
}

QPointF HeatmapWindow::toToken(const QPointF &pixel, const QRectF &plot) const {
  if (plot.isEmpty()) return view.topLeft();
  return {view.left() + (pixel.x() - plot.left()) / plot.width() * view.width(),
          view.top() + (pixel.y() - plot.top()) / plot.height() * view.height()};
}

QRect HeatmapWindow::region() const {
  const int left = std::max(0, static_cast<int>(std::floor(view.left() + kTolerance)));
  const int top = std::max(0, static_cast<int>(std::floor(view.top() + kTolerance)));
  const int right = std::min(tokens, static_cast<int>(std::ceil(view.right() - kTolerance)));
  const int bottom = std::min(tokens, static_cast<int>(std::ceil(view.bottom() - kTolerance)));
  return {left, top, right - left, bottom - top};
}

}  // namespace sinkscope
