#include "widgets/scatter_plot.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/plot_parts.h"

namespace sinkscope {

namespace {

constexpr double kNear = 16;         // pixels from a point that still mean it
constexpr double kMarker = 8;        // pixels across
constexpr double kSmallMarker = 4;   // where there are many
constexpr std::size_t kMany = 2000;  // points
constexpr int kDiagonalSteps = 64;   // a straight line bends where one axis is logarithmic

}  // namespace

ScatterPlot::ScatterPlot(QWidget *parent) : QWidget(parent), plot_(new QCustomPlot(this)) {
  auto *layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(plot_);
  preparePlot(*plot_);
  plot_->setAutoAddPlottableToLegend(false);
  plot_->installEventFilter(this);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Scatter plot"));
  rebuild();
}

void ScatterPlot::setScatter(Scatter scatter) {
  scatter_ = std::move(scatter);
  const int count = static_cast<int>(scatter_.size());
  if (lit_ >= count) lit_ = -1;
  if (selected_ >= count) selected_ = -1;
  rebuild();
}

void ScatterPlot::setSelected(int point) {
  const int wanted = point >= 0 && point < static_cast<int>(scatter_.size()) ? point : -1;
  if (wanted == selected_) return;
  selected_ = wanted;
  light();
}

void ScatterPlot::highlight(int point) {
  const int wanted = point >= 0 && point < static_cast<int>(scatter_.size()) ? point : -1;
  if (wanted == lit_) return;
  lit_ = wanted;
  light();
}

QString ScatterPlot::readout() const {
  return readout_->visible() ? readout_->text() : QString();
}

void ScatterPlot::addPoints() {
  const bool dark = themeFor(this).dark;
  const std::size_t count = std::max<std::size_t>(1, scatter_.classes.size());
  std::vector<QVector<double>> x(count);
  std::vector<QVector<double>> y(count);
  for (std::size_t i = 0; i < scatter_.size(); ++i) {
    const std::size_t index = i < scatter_.classOf.size() ? static_cast<std::size_t>(scatter_.classOf[i]) : 0;
    if (!scatter_.shows(i) || index >= count) continue;
    x[index] << scatter_.x[i];
    y[index] << scatter_.y[i];
  }
  const double size = scatter_.size() > kMany ? kSmallMarker : kMarker;
  for (std::size_t index = 0; index < count; ++index) {
    const PointClass shown = index < scatter_.classes.size() ? scatter_.classes[index] : PointClass{};
    const QColor colour = curvePen(shown.role, dark).color();
    QCPGraph *graph = plot_->addGraph();
    graph->setName(shown.name);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setPen(colour);
    // A path of QCustomPlot's is 6 units across.
    const QPainterPath path = QTransform::fromScale(3, 3).map(markerPath(shown.role));
    graph->setScatterStyle(QCPScatterStyle(path, Qt::NoPen, colour, size));
    graph->setData(x[index], y[index]);
    if (count > 1 && !shown.name.isEmpty()) graph->addToLegend();
  }
  plot_->legend->setVisible(plot_->legend->itemCount() > 0);
}

void ScatterPlot::addBounds() {
  const auto add = [this](double x, double y, double nextX, double nextY) {
    auto *line = new QCPItemStraightLine(plot_);
    line->setLayer(QStringLiteral("grid"));  // under the points
    line->setPen(QPen(themeFor(this).mutedText, 1));
    line->point1->setCoords(x, y);
    line->point2->setCoords(nextX, nextY);
  };
  const AxisScale xs = scatter_.xScale();
  const AxisScale ys = scatter_.yScale();
  for (double bound : scatter_.xBounds) add(bound, ys.low, bound, ys.high);
  for (double bound : scatter_.yBounds) add(xs.low, bound, xs.high, bound);
}

void ScatterPlot::addDiagonal() {
  const auto ends = scatter_.diagonalEnds();
  if (!ends) return;
  const AxisScale scale{ends->first, ends->second, scatter_.xAxis.logarithmic};
  QVector<double> along;
  for (int i = 0; i <= kDiagonalSteps; ++i) along << scale.valueAt(static_cast<double>(i) / kDiagonalSteps);
  QCPGraph *line = plot_->addGraph();
  line->setPen(QPen(themeFor(this).text, 1, Qt::DashLine));
  line->setData(along, along, true);
}

QCPGraph *ScatterPlot::addRing(double size, double width) {
  QCPGraph *ring = plot_->addGraph();
  ring->setLayer(litLayer(*plot_));
  ring->setLineStyle(QCPGraph::lsNone);
  const QPen pen(themeFor(this).selection, width);
  ring->setPen(pen);
  ring->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, pen, Qt::NoBrush, size));
  return ring;
}

void ScatterPlot::rebuild() {
  plot_->legend->clearItems();
  plot_->clearGraphs();
  plot_->clearItems();
  setAxis(*plot_->xAxis, scatter_.xAxis, scatter_.xScale(), false);
  setAxis(*plot_->yAxis, scatter_.yAxis, scatter_.yScale(), false);
  stylePlot(*plot_, themeFor(this));
  plot_->xAxis->grid()->setVisible(true);
  addPoints();
  addBounds();
  addDiagonal();
  litRing_ = addRing(kMarker + 5, 1.5);
  selectedRing_ = addRing(kMarker + 5, 2.5);
  readout_ = addReadout(*plot_);
  setAccessibleDescription(tr("%1 points, %2 across and %3 up. The arrow keys move, Return selects, "
                              "and once more opens.")
                               .arg(scatter_.size())
                               .arg(scatter_.xAxis.title, scatter_.yAxis.title));
  fitPlot(*plot_, size());
  light();
}

void ScatterPlot::showRing(QCPGraph *ring, int point) {
  const auto index = static_cast<std::size_t>(point);
  if (point < 0 || !scatter_.shows(index)) {
    ring->data()->clear();
  } else {
    ring->setData({scatter_.x[index]}, {scatter_.y[index]});
  }
}

void ScatterPlot::light() {
  showRing(litRing_, lit_);
  showRing(selectedRing_, selected_);
  QString text;
  double position = 0;
  const auto index = static_cast<std::size_t>(lit_);
  if (lit_ >= 0 && scatter_.shows(index)) {
    QStringList lines;
    if (lit_ < scatter_.labels.size()) lines << scatter_.labels[lit_];
    lines << tr("%1: %2").arg(scatter_.xAxis.title, QString::number(scatter_.x[index], 'g', 3));
    lines << tr("%1: %2").arg(scatter_.yAxis.title, QString::number(scatter_.y[index], 'g', 3));
    text = lines.join(QLatin1Char('\n'));
    position = scatter_.xScale().position(scatter_.x[index]);
  }
  showReadout(*readout_, text, position, themeFor(this));
  redraw(*plot_);
}

int ScatterPlot::pointAt(const QPointF &position) const {
  if (!plot_->axisRect()->rect().adjusted(-4, -4, 4, 4).contains(position.toPoint())) return -1;
  double nearest = kNear * kNear;
  int found = -1;
  for (std::size_t i = 0; i < scatter_.size(); ++i) {
    if (!scatter_.shows(i)) continue;
    const double dx = plot_->xAxis->coordToPixel(scatter_.x[i]) - position.x();
    const double dy = plot_->yAxis->coordToPixel(scatter_.y[i]) - position.y();
    const double distance = dx * dx + dy * dy;
    if (distance >= nearest) continue;
    nearest = distance;
    found = static_cast<int>(i);
  }
  return found;
}

void ScatterPlot::hover(int point) {
  if (point == lit_) return;
  highlight(point);
  emit hovered(point);
}

void ScatterPlot::select(int point) {
  if (point < 0) return;
  setSelected(point);
  emit clicked(point);
}

/** The next point that is shown, or the same. */
int ScatterPlot::stepped(int from, int by) const {
  const int count = static_cast<int>(scatter_.size());
  for (int point = from + by; point >= 0 && point < count; point += by) {
    if (scatter_.shows(static_cast<std::size_t>(point))) return point;
  }
  return from;
}

void ScatterPlot::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild();
}

void ScatterPlot::resizeEvent(QResizeEvent *event) {
  QWidget::resizeEvent(event);
  fitPlot(*plot_, size());
}

void ScatterPlot::keyPressEvent(QKeyEvent *event) {
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
      return hover(stepped(lit_, -1));
    case Qt::Key_Right:
    case Qt::Key_Down:
      return hover(stepped(lit_, 1));
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (lit_ >= 0 && lit_ == selected_) emit activated(lit_);
      return select(lit_);
    default:
      QWidget::keyPressEvent(event);
  }
}

bool ScatterPlot::eventFilter(QObject *object, QEvent *event) {
  if (object == plot_ && event->type() == QEvent::MouseMove) {
    hover(pointAt(static_cast<QMouseEvent *>(event)->position()));
  } else if (object == plot_ && event->type() == QEvent::Leave) {
    hover(-1);
  } else if (object == plot_ && event->type() == QEvent::MouseButtonPress) {
    const auto *press = static_cast<QMouseEvent *>(event);
    if (press->button() == Qt::LeftButton) select(pointAt(press->position()));
  } else if (object == plot_ && event->type() == QEvent::MouseButtonDblClick) {
    const int point = pointAt(static_cast<QMouseEvent *>(event)->position());
    if (point >= 0) emit activated(point);
  }
  return QWidget::eventFilter(object, event);
}

}  // namespace sinkscope
