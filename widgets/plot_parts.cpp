#include "widgets/plot_parts.h"

#include <qcustomplot.h>

#include <algorithm>

#include "widgets/axis_ticks.h"

namespace sinkscope {

namespace {

constexpr double kTickRoomX = 56;  // pixels a tick
constexpr double kTickRoomY = 36;
const QString kLit = QStringLiteral("lit");
const QString kOverlay = QStringLiteral("overlay");

class FigureTicker : public QCPAxisTicker {
 public:
  FigureTicker(bool logarithmic, bool whole) : logarithmic_(logarithmic), whole_(whole) {}

  void generate(const QCPRange &range, const QLocale &, QChar, int, QVector<double> &ticks, QVector<double> *subTicks,
                QVector<QString> *labels) override {
    ticks.clear();
    if (subTicks) subTicks->clear();
    if (labels) labels->clear();
    for (const Tick &tick : axisTicks(range.lower, range.upper, logarithmic_, tickCount(), whole_)) {
      ticks.append(tick.value);
      if (labels) labels->append(tick.label);
    }
  }

 private:
  bool logarithmic_;
  bool whole_;
};

}  // namespace

void preparePlot(QCustomPlot &plot) {
  plot.plotLayout()->insertRow(0);
  plot.axisRect()->insetLayout()->take(plot.legend);
  auto *row = new QCPLayoutGrid;
  plot.plotLayout()->addElement(0, 0, row);
  row->addElement(0, 0, plot.legend);
  row->addElement(0, 1, new QCPLayoutElement);  // takes the width that the legend does not need
  row->setColumnStretchFactor(0, 0.001);
  plot.plotLayout()->setRowStretchFactor(0, 0.001);
  plot.plotLayout()->setRowSpacing(0);
  plot.legend->setFillOrder(QCPLegend::foColumnsFirst);
  plot.legend->setBorderPen(Qt::NoPen);
  plot.legend->setMargins(QMargins(kMargin, kGrid, 0, kGrid));
  plot.legend->setIconSize(24, 12);
  plot.setAttribute(Qt::WA_OpaquePaintEvent, false);
  plot.setMouseTracking(true);
  plot.setFocusPolicy(Qt::NoFocus);  // the view around it takes it
  plot.addLayer(kLit, plot.layer(QStringLiteral("main")), QCustomPlot::limAbove);
}

QCPLayer *litLayer(QCustomPlot &plot) {
  return plot.layer(kLit);
}

void stylePlot(QCustomPlot &plot, const Theme &theme) {
  plot.setBackground(QBrush(Qt::NoBrush));
  for (QCPAxis *axis : {plot.xAxis, plot.yAxis}) {
    axis->setBasePen(QPen(theme.mutedText, 1));
    axis->setTickPen(QPen(theme.mutedText, 1));
    axis->setSubTicks(false);
    axis->setTickLength(0, 3);
    axis->setTickLabelFont(theme.caption);
    axis->setTickLabelColor(theme.mutedText);
    axis->setLabelFont(theme.caption);
    axis->setLabelColor(theme.mutedText);
    axis->setLabelPadding(kGrid);
    axis->setUpperEnding(QCPLineEnding::esNone);
    axis->grid()->setZeroLinePen(Qt::NoPen);
    axis->grid()->setPen(QPen(theme.line, 1));
  }
  plot.xAxis->grid()->setVisible(false);
  plot.legend->setBrush(Qt::NoBrush);
  plot.legend->setFont(theme.caption);
  plot.legend->setTextColor(theme.text);
  plot.plotLayout()->setRowStretchFactor(1, 1);
}

void setAxis(QCPAxis &axis, const PlotAxis &wanted, const AxisScale &scale, bool whole) {
  axis.setLabel(wanted.title);
  axis.setScaleType(scale.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  axis.setTicker(QSharedPointer<FigureTicker>::create(scale.logarithmic, whole));
  axis.setRange(scale.low, scale.high);
}

void redraw(QCustomPlot &plot) {
  if (!plot.size().isEmpty()) plot.replot(QCustomPlot::rpQueuedReplot);
}

void fitPlot(QCustomPlot &plot, const QSize &size) {
  plot.xAxis->ticker()->setTickCount(std::clamp(static_cast<int>(size.width() / kTickRoomX), 2, 12));
  plot.yAxis->ticker()->setTickCount(std::clamp(static_cast<int>(size.height() / kTickRoomY), 2, 8));
  const QFontMetricsF metrics(plot.legend->font());
  double widest = 1;
  for (int i = 0; i < plot.legend->itemCount(); ++i) {
    auto *item = qobject_cast<QCPPlottableLegendItem *>(plot.legend->item(i));
    if (item) widest = std::max(widest, metrics.horizontalAdvance(item->plottable()->name()));
  }
  const QCPLegend &legend = *plot.legend;
  const double column = legend.iconSize().width() + legend.iconTextPadding() + widest + legend.columnSpacing();
  plot.legend->setWrap(std::max(1, static_cast<int>((size.width() - 2 * kMargin) / column)));
  plot.legend->setFillOrder(QCPLegend::foColumnsFirst, true);  // what is in it already wraps there too
  redraw(plot);
}

void addLevel(QCustomPlot &plot, const Level &level, const AxisScale &y, const Theme &theme) {
  const double share = y.position(level.value);
  if (!(share >= 0 && share <= 1)) return;  // NaN as well
  auto *line = new QCPItemStraightLine(&plot);
  line->setLayer(kOverlay);
  line->setPen(QPen(level.sink ? theme.accent : theme.mutedText, 1.5, Qt::DashLine));
  line->point1->setCoords(0, level.value);
  line->point2->setCoords(1, level.value);
  auto *label = new QCPItemText(&plot);
  label->setLayer(kOverlay);
  QColor ground = theme.background;
  ground.setAlphaF(0.75);  // read even where curves pass
  label->setBrush(ground);
  label->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
  label->position->setTypeY(QCPItemPosition::ptPlotCoords);
  label->position->setCoords(1, level.value);
  // Above its line, but not out of the plot.
  label->setPositionAlignment(Qt::AlignRight | (share > 0.9 ? Qt::AlignTop : Qt::AlignBottom));
  label->setPadding(QMargins(kGrid, 0, kGrid, 0));
  label->setFont(theme.caption);
  label->setColor(level.sink ? theme.accentText : theme.mutedText);
  label->setText(level.name);
}

QCPItemText *addReadout(QCustomPlot &plot) {
  auto *readout = new QCPItemText(&plot);
  readout->setLayer(kOverlay);
  readout->position->setType(QCPItemPosition::ptAxisRectRatio);
  readout->setTextAlignment(Qt::AlignLeft);
  readout->setPadding(QMargins(kGrid, kGrid / 2, kGrid, kGrid / 2));
  readout->setVisible(false);
  return readout;
}

void showReadout(QCPItemText &readout, const QString &text, double position, const Theme &theme) {
  readout.setVisible(!text.isEmpty());
  readout.setText(text);
  readout.setFont(theme.caption);
  readout.setColor(theme.text);
  readout.setBrush(theme.surface);
  readout.setPen(QPen(theme.line, 1));
  const bool right = position < 0.5;
  readout.position->setCoords(right ? 1 : 0, 0);
  readout.setPositionAlignment(Qt::AlignTop | (right ? Qt::AlignRight : Qt::AlignLeft));
}

}  // namespace sinkscope
