#include "app/pages/influence_views.h"

#include "app/influence_figures.h"
#include "app/pages/layout_parts.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/line_label.h"
#include "widgets/scatter_plot.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

InfluenceViews::InfluenceViews(QWidget* parent)
    : QWidget(parent),
      map_(new QComboBox(this)),
      sums_(new QComboBox(this)),
      rowTitle_(new LineLabel(tr("Influence over the tokens"), this)),
      correlation_(new LineLabel(this)),
      maps_(new LayerMapRow(this)),
      tokens_(new CurvePlot(this)),
      scatter_(new ScatterPlot(this)),
      depth_(new CurvePlot(this)) {
  map_->setObjectName(QStringLiteral("influenceMap"));
  map_->setAccessibleName(tr("What the maps show"));
  for (const InfluenceMeasure measure : kInfluenceMeasures)
    map_->addItem(influenceMeasureTitle(measure), static_cast<int>(measure));
  sums_->setObjectName(QStringLiteral("pathSums"));
  sums_->setAccessibleName(tr("What is held against the measurement"));
  for (const InfluenceMeasure measure : kPathSums)
    sums_->addItem(tr("%1 against measured").arg(influenceMeasureName(measure)), static_cast<int>(measure));
  rowTitle_->setObjectName(QStringLiteral("rowTitle"));
  correlation_->setObjectName(QStringLiteral("correlation"));
  maps_->setObjectName(QStringLiteral("influenceMaps"));
  maps_->setPlaceholder(tr("The influence of each token shows here"));
  tokens_->setObjectName(QStringLiteral("influenceTokens"));
  tokens_->setAccessibleName(tr("Measured influence and path sums over the tokens"));
  scatter_->setObjectName(QStringLiteral("influenceScatter"));
  scatter_->setAccessibleName(tr("Path sums against the measured influence"));
  depth_->setObjectName(QStringLiteral("influenceDepth"));
  depth_->setAccessibleName(tr("What is left without the first token over the number of layers"));

  auto* against = new QWidget(this);
  auto* line = new QHBoxLayout(against);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(kSpacing);
  line->addWidget(sums_);
  line->addWidget(correlation_, 1);
  auto* lower = new QSplitter(Qt::Horizontal, this);
  lower->addWidget(headed(rowTitle_, tokens_, nullptr, this));
  lower->addWidget(headed(against, scatter_, nullptr, this));
  lower->addWidget(headed(new QLabel(tr("What is left without token 0"), this), depth_, nullptr, this));
  lower->setSizes({440, 460, 380});
  auto* all = new QSplitter(Qt::Vertical, this);
  all->addWidget(headed(map_, maps_, nullptr, this));
  all->addWidget(lower);
  all->setSizes({330, 310});
  for (QSplitter* splitter : {lower, all}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(kMargin);
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(all);
  tabThrough({tokens_, sums_, scatter_, depth_});
  wire();
}

void InfluenceViews::wire() {
  const auto chosen = [](const QComboBox* choice) {
    return static_cast<InfluenceMeasure>(choice->currentData().toInt());
  };
  connect(map_, &QComboBox::activated, this, [this, chosen] { emit mapChosen(chosen(map_)); });
  connect(sums_, &QComboBox::activated, this, [this, chosen] { emit sumsChosen(chosen(sums_)); });
  connect(maps_, &LayerMapRow::cellHovered, this, &InfluenceViews::light);
  connect(maps_, &LayerMapRow::cellClicked, this, [this](int, int row, int) { setRow(static_cast<std::size_t>(row)); });
  connect(tokens_, &CurvePlot::hovered, this, [this](int, double token) {
    if (run_) light(shownCondition(), -1, std::isnan(token) ? -1 : static_cast<int>(token));
  });
  connect(scatter_, &ScatterPlot::hovered, this, [this](int index) {
    if (index < 0) return light(0, -1, -1);
    const InfluencePoint& point = points_[static_cast<std::size_t>(index)];
    light(static_cast<int>(point.condition), static_cast<int>(point.row), static_cast<int>(point.token));
  });
  connect(depth_, &CurvePlot::hovered, this, [this](int, double layers) { light(0, rowAtDepth(layers), -1); });
  connect(depth_, &CurvePlot::clicked, this, [this](int, double layers) {
    if (const int row = rowAtDepth(layers); row >= 0) setRow(static_cast<std::size_t>(row));
  });
}

void InfluenceViews::setRun(InfluencedPtr run) {
  run_ = std::move(run);
  row_ = firstRow(this->run());
  draw();
}

void InfluenceViews::setLook(const Look& look) {
  look_ = look;
  draw();
}

void InfluenceViews::setRow(std::size_t row) {
  if (!run_ || row >= rowCount(shown())) return;
  row_ = row;
  drawRow();
}

void InfluenceViews::draw() {
  map_->setCurrentIndex(map_->findData(static_cast<int>(look_.map)));
  sums_->setCurrentIndex(sums_->findData(static_cast<int>(look_.sums)));
  if (!run_) return;
  LayerMapFigure maps = influenceMaps(run(), look_.map);
  maps.scale.map = look_.colours;
  maps_->setScale(maps.scale, maps.scaleLabel);
  maps_->setAxisTitles(maps.xTitle, maps.yTitle);
  maps_->setMaps(std::move(maps.maps));
  depth_->setCurves(depthCurves(run()).data);
  drawRow();
}

void InfluenceViews::drawRow() {
  points_ = influencePoints(run(), row_);
  tokens_->setCurves(tokenCurves(shown(), row_).data);
  scatter_->setScatter(influenceScatter(run(), look_.sums, row_).data);
  rowTitle_->setText(tr("Influence %1").arg(rowTitle(shown(), row_)));
  correlation_->setText(correlationWords(run(), look_.sums, row_));
  light(0, -1, -1);
}

void InfluenceViews::light(int condition, int row, int token) {
  if (!run_) return;
  maps_->setHighlight(condition, row, token);
  tokens_->highlightX(token < 0 ? kNone : maps_->columnIn(shownCondition(), condition, token));
  const auto starts = static_cast<double>(shown().bound.extent(0));
  depth_->highlightX(row < 0 || showsMatrix(run()) ? kNone : starts - row);
  // A row of starting layers has its own points only while it is the one that is shown.
  const std::size_t of = showsMatrix(run()) && row >= 0 ? static_cast<std::size_t>(row) : row_;
  const InfluencePoint lit{static_cast<std::size_t>(condition), of, static_cast<std::size_t>(token)};
  const auto found = std::ranges::find(points_, lit);
  scatter_->highlight(found == points_.end() ? -1 : static_cast<int>(found - points_.begin()));
  emit tokenLit(condition, token);
}

int InfluenceViews::rowAtDepth(double layers) const {
  if (!run_ || showsMatrix(run()) || std::isnan(layers)) return -1;
  return static_cast<int>(shown().bound.extent(0)) - static_cast<int>(layers);
}

}  // namespace sinkscope
