#include "widgets/profile_plot.h"

#include <qcustomplot.h>

#include <QEvent>
#include <QMouseEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kPadding = 0.05;    // of the range of y that follows the values
constexpr std::size_t kDotted = 48;  // curves of at most this many points show each of them

bool countsUp(const std::vector<double> &x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] != static_cast<double>(i)) return false;
  }
  return true;
}

QString shortNumber(double value) {
  return std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'g', 3);
}

}  // namespace

QPen curvePen(ColourRole role, bool dark) {
  switch (role) {
    case ColourRole::Sink:
      return QPen(QColor(dark ? 0xf5a623 : 0xe08e00), 1);
    case ColourRole::First:
      return QPen(QColor(dark ? 0x7db3ec : 0x1f5fa8), 1);
    case ColourRole::Second:
      return QPen(QColor(dark ? 0x6fd0c0 : 0x0f7f72), 1, Qt::DashLine);
    case ColourRole::Third:
      return QPen(QColor(dark ? 0xd0a6e8 : 0x7a3f9d), 1, Qt::DashDotLine);
    case ColourRole::Muted:
      break;
  }
  return QPen(QColor(dark ? 0x9da7b3 : 0x5b6570), 1, Qt::DotLine);
}

ProfilePlot::ProfilePlot(QWidget *parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), baseline_(kNone), threshold_(kNone) {
  auto *layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(plot_);
  // The legend has a row of its own above the curves: it never hides one.
  plot_->plotLayout()->insertRow(0);
  plot_->axisRect()->insetLayout()->take(plot_->legend);
  auto *row = new QCPLayoutGrid;
  plot_->plotLayout()->addElement(0, 0, row);
  row->addElement(0, 0, plot_->legend);
  row->addElement(0, 1, new QCPLayoutElement);  // takes the width that the legend does not need
  row->setColumnStretchFactor(0, 0.001);
  plot_->plotLayout()->setRowStretchFactor(0, 0.001);
  plot_->plotLayout()->setRowSpacing(0);
  plot_->legend->setFillOrder(QCPLegend::foColumnsFirst);
  plot_->legend->setWrap(3);
  plot_->legend->setBorderPen(Qt::NoPen);
  plot_->legend->setMargins(QMargins(kMargin, kGrid, 0, kGrid));
  plot_->legend->setIconSize(24, 12);
  plot_->setAttribute(Qt::WA_OpaquePaintEvent, false);
  plot_->setMouseTracking(true);
  plot_->installEventFilter(this);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Profile"));
  rebuild();
}

void ProfilePlot::setSeries(const QString &name, std::vector<double> y, ColourRole role) {
  std::vector<double> x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  setSeries(name, std::move(x), std::move(y), role);
}

void ProfilePlot::setSeries(const QString &name, std::vector<double> x, std::vector<double> y, ColourRole role) {
  const std::size_t size = std::min(x.size(), y.size());
  x.resize(size);
  y.resize(size);
  Series series{name, std::move(x), std::move(y), role};
  const auto found = std::find_if(series_.begin(), series_.end(), [&](const Series &s) { return s.name == name; });
  if (found != series_.end()) {
    if (*found == series) return;
    *found = std::move(series);
  } else {
    series_.push_back(std::move(series));
  }
  rebuild();
}

void ProfilePlot::removeSeries(const QString &name) {
  if (std::erase_if(series_, [&](const Series &series) { return series.name == name; }) > 0) rebuild();
}

void ProfilePlot::clearSeries() {
  series_.clear();
  rebuild();
}

void ProfilePlot::setBaseline(double value, const QString &name) {
  if (value == baseline_ && name == baselineName_) return;
  baseline_ = value;
  baselineName_ = name;
  rebuild();
}

void ProfilePlot::setThreshold(double value) {
  threshold_ = value;
  rebuild();
}

void ProfilePlot::setAxisTitles(const QString &x, const QString &y) {
  if (x == plot_->xAxis->label() && y == plot_->yAxis->label()) return;
  plot_->xAxis->setLabel(x);
  plot_->yAxis->setLabel(y);
  rebuild();
}

void ProfilePlot::setRange(double minimum, double maximum) {
  if (minimum == minimum_ && maximum == maximum_) return;
  minimum_ = minimum;
  maximum_ = maximum;
  rebuild();
}

void ProfilePlot::setLogScale(bool logarithmic) {
  logarithmic_ = logarithmic;
  rebuild();
}

QStringList ProfilePlot::seriesNames() const {
  QStringList names;
  for (const Series &series : series_) names << series.name;
  return names;
}

void ProfilePlot::styleAxes() {
  const Theme theme = themeFor(this);
  plot_->setBackground(QBrush(Qt::NoBrush));
  for (QCPAxis *axis : {plot_->xAxis, plot_->yAxis}) {
    axis->setBasePen(QPen(theme.line, 1));
    axis->setTickPen(QPen(theme.line, 1));
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
  plot_->xAxis->grid()->setVisible(false);
  const bool counted =
      std::all_of(series_.begin(), series_.end(), [](const Series &series) { return countsUp(series.x); });
  auto whole = QSharedPointer<QCPAxisTickerFixed>::create();
  whole->setTickStep(1);
  whole->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
  plot_->xAxis->setTicker(counted ? QSharedPointer<QCPAxisTicker>(whole) : QSharedPointer<QCPAxisTicker>::create());
  plot_->xAxis->ticker()->setTickCount(7);
  plot_->xAxis->setNumberFormat(QStringLiteral("gb"));
  plot_->yAxis->setScaleType(logarithmic_ ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->yAxis->setTicker(logarithmic_ ? QSharedPointer<QCPAxisTicker>(QSharedPointer<QCPAxisTickerLog>::create())
                                       : QSharedPointer<QCPAxisTicker>::create());
  plot_->yAxis->setNumberFormat(QStringLiteral("gb"));
  plot_->yAxis->setNumberPrecision(3);
  plot_->legend->setBrush(Qt::NoBrush);
  plot_->legend->setFont(theme.caption);
  plot_->legend->setTextColor(theme.text);
  plot_->legend->setVisible(series_.size() > 1);
  plot_->plotLayout()->setRowStretchFactor(1, 1);
}

void ProfilePlot::addCurve(const Series &series) {
  QCPGraph *graph = plot_->addGraph();
  QPen pen = curvePen(series.role, themeFor(this).dark);
  pen.setWidthF(2);
  graph->setName(series.name);
  graph->setPen(pen);
  if (series.x.size() <= kDotted) {
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), pen.color(), 5));
  }
  graph->setData(QVector<double>(series.x.begin(), series.x.end()), QVector<double>(series.y.begin(), series.y.end()));
}

void ProfilePlot::addLevel(double value, const QString &name, const QColor &line, const QColor &text) {
  if (std::isnan(value)) return;
  auto *level = new QCPItemStraightLine(plot_);
  level->setPen(QPen(line, 1.5, Qt::DashLine));
  level->point1->setCoords(0, value);
  level->point2->setCoords(1, value);
  auto *label = new QCPItemText(plot_);
  label->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
  label->position->setTypeY(QCPItemPosition::ptPlotCoords);
  label->position->setCoords(1, value);
  // Above its line, but not out of the plot.
  const QCPRange range = plot_->yAxis->range();
  const double share = logarithmic_ ? std::log(value / range.lower) / std::log(range.upper / range.lower)
                                    : (value - range.lower) / range.size();
  const bool top = share > 0.9;
  label->setPositionAlignment(Qt::AlignRight | (top ? Qt::AlignTop : Qt::AlignBottom));
  label->setPadding(QMargins(kGrid, 1, kGrid, 1));
  label->setFont(themeFor(this).caption);
  label->setColor(text);
  label->setText(name);
}

void ProfilePlot::setRanges() {
  double low = INFINITY;
  double high = -INFINITY;
  double first = INFINITY;
  double last = -INFINITY;
  const auto take = [&](double value) {
    if (!std::isfinite(value) || (logarithmic_ && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const Series &series : series_) {
    for (double value : series.y) take(value);
    for (double x : series.x) {
      first = std::min(first, x);
      last = std::max(last, x);
    }
  }
  take(baseline_);
  take(threshold_);
  if (minimum_ < maximum_) {
    low = minimum_;
    high = maximum_;
  } else if (!(low <= high)) {
    low = logarithmic_ ? 0.1 : 0;
    high = 1;
  } else if (logarithmic_) {
    const double factor = std::pow(std::max(high / low, 1.5), kPadding);
    low /= factor;
    high *= factor;
  } else {
    const double padding = high > low ? kPadding * (high - low) : 0.5;
    low -= padding;
    high += padding;
  }
  plot_->yAxis->setRange(low, high);
  if (!(first <= last)) first = last = 0;
  const double side = std::max(0.5, 0.02 * (last - first));
  plot_->xAxis->setRange(first - side, last + side);
}

void ProfilePlot::rebuild() {
  const Theme theme = themeFor(this);
  plot_->clearGraphs();
  plot_->clearItems();
  marker_ = nullptr;
  readout_ = nullptr;
  hovered_ = -1;  // the next move of the pointer shows its point again
  styleAxes();
  setRanges();
  // The sink's curve comes last, to lie upon the others.
  for (const Series &series : series_) {
    if (series.role != ColourRole::Sink) addCurve(series);
  }
  for (const Series &series : series_) {
    if (series.role == ColourRole::Sink) addCurve(series);
  }
  addLevel(baseline_, baselineName_, theme.mutedText, theme.mutedText);
  addLevel(threshold_, tr("eps %1").arg(threshold_), theme.accent, theme.accentText);
  setAccessibleDescription(tr("Curves: %1").arg(seriesNames().join(QStringLiteral(", "))));
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void ProfilePlot::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild();
}

bool ProfilePlot::eventFilter(QObject *object, QEvent *event) {
  if (object == plot_ && event->type() == QEvent::MouseMove) {
    showPoint(static_cast<QMouseEvent *>(event)->position());
  } else if (object == plot_ && event->type() == QEvent::Leave) {
    markPoint(-1);
  }
  return QWidget::eventFilter(object, event);
}

void ProfilePlot::showPoint(const QPointF &position) {
  if (series_.empty() || series_[0].x.empty() || !plot_->axisRect()->rect().contains(position.toPoint())) {
    return markPoint(-1);
  }
  const double x = plot_->xAxis->pixelToCoord(position.x());
  const std::vector<double> &all = series_[0].x;
  const auto nearest =
      std::min_element(all.begin(), all.end(), [x](double a, double b) { return std::abs(a - x) < std::abs(b - x); });
  markPoint(static_cast<int>(nearest - all.begin()));
}

void ProfilePlot::markPoint(int index) {
  if (index == hovered_) return;
  hovered_ = index;
  const Theme theme = themeFor(this);
  if (!marker_) {
    marker_ = new QCPItemStraightLine(plot_);
    readout_ = new QCPItemText(plot_);
    readout_->position->setType(QCPItemPosition::ptAxisRectRatio);
    readout_->position->setCoords(0, 0);
    readout_->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    readout_->setTextAlignment(Qt::AlignLeft);
    readout_->setPadding(QMargins(kGrid, kGrid / 2, kGrid, kGrid / 2));
  }
  marker_->setVisible(index >= 0);
  readout_->setVisible(index >= 0);
  if (index >= 0) {
    const double x = series_[0].x[static_cast<std::size_t>(index)];
    marker_->setPen(QPen(theme.selection, 1));
    marker_->point1->setCoords(x, 0);
    marker_->point2->setCoords(x, 1);
    QStringList lines{tr("%1 %2").arg(plot_->xAxis->label(), QString::number(x, 'g', 6))};
    for (const Series &series : series_) {
      const auto at = static_cast<std::size_t>(index);
      if (at < series.y.size()) lines << tr("%1: %2").arg(series.name, shortNumber(series.y[at]));
    }
    readout_->setText(lines.join(QLatin1Char('\n')));
    readout_->setFont(theme.caption);
    readout_->setColor(theme.text);
    readout_->setBrush(theme.surface);
    readout_->setPen(QPen(theme.line, 1));
    // On the side of the plot where the pointer is not.
    const bool right = x < plot_->xAxis->range().center();
    readout_->position->setCoords(right ? 1 : 0, 0);
    readout_->setPositionAlignment(Qt::AlignTop | (right ? Qt::AlignRight : Qt::AlignLeft));
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
  emit pointHovered(index);
}

}  // namespace sinkscope
