#include "widgets/curve_plot.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/plot_parts.h"

namespace sinkscope {

namespace {

constexpr double kNear = 24;               // pixels from a curve that still mean it
constexpr std::size_t kMostInReadout = 8;  // curves that are all read at once
constexpr double kLine = 2;
constexpr double kFaintLine = 1;
constexpr double kLitLine = 3.5;
constexpr int kBandAlpha = 44;

QString shortNumber(double value) {
  return std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'g', 3);
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/** The point of a curve at that x, or its size. */
std::size_t pointAt(const Curve &curve, double x) {
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (curve.xAt(i) == x) return i;
  }
  return curve.size();
}

}  // namespace

CurvePlot::CurvePlot(QWidget *parent) : QWidget(parent), plot_(new QCustomPlot(this)) {
  auto *layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(plot_);
  preparePlot(*plot_);
  plot_->setAutoAddPlottableToLegend(false);
  plot_->installEventFilter(this);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Curves"));
  rebuild();
}

void CurvePlot::setCurves(Curves curves) {
  curves_ = std::move(curves);
  if (lit_ >= static_cast<int>(curves_.curves.size())) lit_ = -1;
  hovered_ = -1;  // the next move of the pointer is news again
  hoveredX_ = kNone;
  rebuild();
}

void CurvePlot::highlight(int curve) {
  const int wanted = curve >= 0 && curve < static_cast<int>(curves_.curves.size()) ? curve : -1;
  if (wanted == lit_) return;
  lit_ = wanted;
  light();
}

void CurvePlot::highlightX(double x) {
  if (same(x, litX_)) return;
  litX_ = x;
  light();
}

QString CurvePlot::readout() const {
  return readout_ && readout_->visible() ? readout_->text() : QString();
}

QPen CurvePlot::penOf(const Curve &curve) const {
  QPen pen = curvePen(curve.role, themeFor(this).dark);
  pen.setWidthF(curve.role == ColourRole::Faint ? kFaintLine : kLine);
  if (curve.line) pen.setStyle(*curve.line);
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

void CurvePlot::addCurve(std::size_t index) {
  const Curve &curve = curves_.curves[index];
  QVector<double> x;
  QVector<double> y;
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
  const AxisScale y = curves_.yScale();
  setAxis(*plot_->xAxis, curves_.x, curves_.xScale(), curves_.counted());
  setAxis(*plot_->yAxis, curves_.y, y, false);
  stylePlot(*plot_, theme);
  graphs_.assign(curves_.curves.size(), nullptr);
  xs_.clear();
  const std::vector<std::size_t> order = curves_.drawingOrder();
  for (std::size_t index : order) {
    if (curves_.curves[index].banded()) addBand(curves_.curves[index], y);
  }
  for (std::size_t index : order) {
    addCurve(index);
    const Curve &curve = curves_.curves[index];
    for (std::size_t i = 0; i < curve.size(); ++i) {
      if (curves_.x.shows(curve.xAt(i))) xs_.push_back(curve.xAt(i));
    }
  }
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

QString CurvePlot::readoutAt(double x) const {
  QStringList lines;
  const auto value = [&](const Curve &curve) {
    const std::size_t at = pointAt(curve, x);
    if (at == curve.size()) return;
    QString text = tr("%1: %2").arg(curve.name, shortNumber(curve.y[at]));
    if (curve.banded()) text += tr(" (%1 to %2)").arg(shortNumber(curve.lower[at]), shortNumber(curve.upper[at]));
    lines << text;
  };
  if (!std::isnan(x)) {
    lines << tr("%1 %2").arg(curves_.x.title, QString::number(x, 'g', 6));
    if (curves_.curves.size() <= kMostInReadout) {
      for (const Curve &curve : curves_.curves) value(curve);
    } else if (lit_ >= 0) {
      value(curves_.curves[static_cast<std::size_t>(lit_)]);
    }
  } else if (lit_ >= 0 && curves_.curves.size() > kMostInReadout) {
    lines << curves_.curves[static_cast<std::size_t>(lit_)].name;
  }
  return lines.join(QLatin1Char('\n'));
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
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

int CurvePlot::curveAt(const QPointF &position) const {
  double nearest = kNear;
  int found = -1;
  for (std::size_t i = 0; i < graphs_.size(); ++i) {
    const double distance = graphs_[i]->selectTest(position, false);
    if (distance < 0 || distance >= nearest) continue;
    nearest = distance;
    found = static_cast<int>(i);
  }
  return found;
}

double CurvePlot::xAt(const QPointF &position) const {
  if (xs_.empty() || !plot_->axisRect()->rect().contains(position.toPoint())) return kNone;
  const auto pixels = [&](double x) { return std::abs(plot_->xAxis->coordToPixel(x) - position.x()); };
  return *std::min_element(xs_.begin(), xs_.end(), [&](double a, double b) { return pixels(a) < pixels(b); });
}

void CurvePlot::hover(int curve, double x) {
  if (curve == hovered_ && same(x, hoveredX_)) return;
  hovered_ = curve;
  hoveredX_ = x;
  lit_ = curve;
  litX_ = x;
  light();
  emit hovered(curve, x);
}

void CurvePlot::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild();
}

void CurvePlot::resizeEvent(QResizeEvent *event) {
  QWidget::resizeEvent(event);
  fitPlot(*plot_, size());
}

void CurvePlot::keyPressEvent(QKeyEvent *event) {
  const int last = static_cast<int>(curves_.curves.size()) - 1;
  const auto at = std::lower_bound(xs_.begin(), xs_.end(), litX_);
  int place = std::isnan(litX_) || at == xs_.end() ? -1 : static_cast<int>(at - xs_.begin());
  int curve = lit_;
  switch (event->key()) {
    case Qt::Key_Left:
      --place;
      break;
    case Qt::Key_Right:
      ++place;
      break;
    case Qt::Key_Up:
      --curve;
      break;
    case Qt::Key_Down:
      ++curve;
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      emit clicked(lit_, litX_);
      return;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (xs_.empty()) return;
  hover(std::clamp(curve, 0, last),
        xs_[static_cast<std::size_t>(std::clamp(place, 0, static_cast<int>(xs_.size()) - 1))]);
}

bool CurvePlot::eventFilter(QObject *object, QEvent *event) {
  if (object == plot_ && event->type() == QEvent::MouseMove) {
    const QPointF position = static_cast<QMouseEvent *>(event)->position();
    const double x = xAt(position);
    hover(std::isnan(x) ? -1 : curveAt(position), x);
  } else if (object == plot_ && event->type() == QEvent::Leave) {
    hover(-1, kNone);
  } else if (object == plot_ && event->type() == QEvent::MouseButtonPress) {
    const auto *press = static_cast<QMouseEvent *>(event);
    const double x = xAt(press->position());
    if (press->button() == Qt::LeftButton && !std::isnan(x)) emit clicked(curveAt(press->position()), x);
  }
  return QWidget::eventFilter(object, event);
}

}  // namespace sinkscope
