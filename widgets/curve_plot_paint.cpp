// How the curves look; what they do is in curve_plot.cpp.
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

#include "widgets/curve_plot.h"
#include "widgets/decimated_curve.h"
#include "widgets/plot_parts.h"

namespace sinkscope {

namespace {

constexpr double kLine = 2;
constexpr double kFaintLine = 1;
constexpr double kLitLine = 3.5;
constexpr int kBandAlpha = 44;

}  // namespace

QPen CurvePlot::penOf(const Curve &curve) const {
  QPen pen = curvePen(curve.role, themeFor(this).dark);
  pen.setWidthF(curve.role == ColourRole::Faint ? kFaintLine : kLine);
  if (curve.line) pen.setStyle(*curve.line);
  if (isLong(curve, columns())) pen.setStyle(Qt::SolidLine);  // dashes take long to draw and show nothing there
  return pen;
}

void CurvePlot::addBand(const Curve &curve, const AxisScale &y) {
  QVector<double> x;
  QVector<double> lower;
  QVector<double> upper;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const bool shown = curves_.x.shows(curve.xAt(i)) && curves_.y.shows(curve.upper[i]);
    x << curve.xAt(i);
    upper << (shown ? curve.upper[i] : kNone);
    // On a logarithmic axis a band that reaches 0 runs off the lower end.
    lower << (!shown ? kNone : curves_.y.shows(curve.lower[i]) ? curve.lower[i] : y.low);
  }
  QCPGraph *below = plot_->addGraph();
  QCPGraph *above = plot_->addGraph();
  QColor colour = penOf(curve).color();
  colour.setAlpha(kBandAlpha);
  below->setPen(Qt::NoPen);
  above->setPen(Qt::NoPen);
  below->setData(x, lower, true);
  above->setData(x, upper, true);
  above->setBrush(colour);
  above->setChannelFillGraph(below);
}

/** Points between two gaps have no line: they are shown as discs. */
void CurvePlot::addLonePoints(const Curve &curve, const QPen &pen) {
  const auto shown = [&](std::size_t i) {
    return i < curve.size() && curves_.x.shows(curve.xAt(i)) && curves_.y.shows(curve.y[i]);
  };
  QVector<double> x;
  QVector<double> y;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (!shown(i) || (i > 0 && shown(i - 1)) || shown(i + 1)) continue;
    x << curve.xAt(i);
    y << curve.y[i];
  }
  if (x.isEmpty()) return;
  QCPGraph *points = plot_->addGraph();
  points->setPen(pen);
  points->setLineStyle(QCPGraph::lsNone);
  points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), pen.color(), 5));
  points->setData(x, y, true);
}

/** How many pixels the widget is wide: a little more than the plot itself. */
int CurvePlot::columns() const {
  return qRound(width() * devicePixelRatioF());
}

void CurvePlot::addCurve(std::size_t index, const Curve &curve) {
  QVector<double> x;
  QVector<double> y;
  x.reserve(static_cast<qsizetype>(curve.size()));
  y.reserve(static_cast<qsizetype>(curve.size()));
  for (std::size_t i = 0; i < curve.size(); ++i) {
    x << curve.xAt(i);
    y << (curves_.x.shows(curve.xAt(i)) && curves_.y.shows(curve.y[i]) ? curve.y[i] : kNone);
  }
  const QPen pen = penOf(curve);
  QCPGraph *graph = plot_->addGraph();
  graph->setName(curve.name);
  graph->setPen(pen);
  if (curve.marked) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), pen.color(), 5));
  graph->setData(x, y, true);
  graphs_[index] = graph;
  if (!curve.marked) addLonePoints(curve, pen);
}

void CurvePlot::rebuild() {
  const Theme theme = themeFor(this);
  plot_->legend->clearItems();
  plot_->clearGraphs();
  plot_->clearItems();
  const AxisScale x = curves_.xScale();
  const AxisScale y = curves_.yScale();
  columns_ = 0;
  setAxis(*plot_->xAxis, curves_.x, x, curves_.counted());
  setAxis(*plot_->yAxis, curves_.y, y, false);
  stylePlot(*plot_, theme);
  graphs_.assign(curves_.curves.size(), nullptr);
  xs_.clear();
  const std::vector<std::size_t> order = curves_.drawingOrder();
  for (std::size_t index : order) {
    if (curves_.curves[index].banded()) addBand(curves_.curves[index], y);
  }
  for (std::size_t index : order) {
    const Curve curve = decimated(curves_.curves[index], curves_.x, curves_.y, x, columns());
    if (isLong(curves_.curves[index], columns())) columns_ = columns();
    addCurve(index, curve);
    for (std::size_t i = 0; i < curve.size(); ++i) {
      if (curves_.x.shows(curve.xAt(i))) xs_.push_back(curve.xAt(i));
    }
  }
  plot_->setPlottingHint(QCP::phFastPolylines, columns_ != 0);  // joints that nobody sees cost most of the time
  std::sort(xs_.begin(), xs_.end());
  xs_.erase(std::unique(xs_.begin(), xs_.end()), xs_.end());
  const std::vector<std::size_t> named = curves_.legend();
  for (std::size_t index : named) graphs_[index]->addToLegend();
  plot_->legend->setVisible(!named.empty());
  for (const Level &level : curves_.levels) addLevel(*plot_, level, y, theme);
  marker_ = nullptr;
  readout_ = nullptr;
  QStringList names;
  for (const Curve &curve : curves_.curves) names << curve.name;
  setAccessibleDescription(tr("Curves: %1").arg(names.join(QStringLiteral(", "))));
  fitPlot(*plot_, size());
  light();
}

/** Shows what is lit, and only that. */
void CurvePlot::light() {
  const Theme theme = themeFor(this);
  // Each joins its layer anew, so that they lie upon each other in the order of drawing.
  for (std::size_t i : curves_.drawingOrder()) {
    QPen pen = penOf(curves_.curves[i]);
    const bool lit = static_cast<int>(i) == lit_;
    if (lit && curves_.curves[i].role == ColourRole::Faint) pen.setColor(theme.selection);
    if (lit) pen.setWidthF(kLitLine);
    graphs_[i]->setPen(pen);
    graphs_[i]->setLayer(lit ? litLayer(*plot_) : plot_->layer(QStringLiteral("main")));
  }
  const bool marked = !std::isnan(litX_);
  if (!marker_ && (marked || lit_ >= 0)) {
    marker_ = new QCPItemStraightLine(plot_);
    readout_ = addReadout(*plot_);
  }
  if (marker_) {
    marker_->setVisible(marked);
    marker_->setPen(QPen(theme.selection, 1));
    if (marked) {
      marker_->point1->setCoords(litX_, plot_->yAxis->range().lower);
      marker_->point2->setCoords(litX_, plot_->yAxis->range().upper);
    }
    showReadout(*readout_, readoutAt(litX_), marked ? curves_.xScale().position(litX_) : 0, theme);
  }
  redraw(*plot_);
}

void CurvePlot::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild();
}

void CurvePlot::resizeEvent(QResizeEvent *event) {
  QWidget::resizeEvent(event);
  if (columns_ != 0 && columns_ != columns()) rebuild();
  fitPlot(*plot_, size());
}

}  // namespace sinkscope
