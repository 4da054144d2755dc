#include "app/pages/compare_maps.h"

#include "app/pages/linked_zoom.h"
#include "widgets/curve_pen.h"
#include "widgets/head_grid.h"
#include "widgets/layer_map.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

QLabel* prepared(QLabel* label, const QFont& font) {
  label->setFont(font);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  return label;
}

}  // namespace

CompareMaps::CompareMaps(QWidget* parent) : QWidget(parent), row_(new QHBoxLayout(this)) {
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(kMargin);
}

CompareMaps::Column CompareMaps::columnOf(const ComparedRuns& runs, int run, bool ofHeads) {
  Column column;
  column.whole = new QWidget(this);
  const Theme theme = themeFor(this);
  names_.push_back(compareName(runs, run));
  column.name = prepared(new QLabel(names_.back(), column.whole), theme.body);
  column.name->setTextFormat(Qt::RichText);
  column.name->setToolTip(names_.back());
  const QString words = compareCaption(runs.runs[static_cast<std::size_t>(run)]);
  QLabel* caption = prepared(new LineLabel(words, column.whole), theme.caption);
  QWidget* view = nullptr;
  if (ofHeads) {
    view = column.grid = new HeadGrid(column.whole);
    column.grid->setPlaceholder(tr("Nothing was measured of its heads"));
    connect(column.grid, &HeadGrid::headHovered, this,
            [this, run](int layer, int head) { emit cellHovered(run, layer, head); });
    connect(column.grid, &HeadGrid::headSelected, this,
            [this, run](int layer, int head) { emit cellHovered(run, layer, head); });
  } else {
    view = column.map = new LayerMap(column.whole);
    connect(column.map, &LayerMap::cellHovered, this, [this, run](int row, int at) { emit cellHovered(run, row, at); });
  }
  view->setAccessibleName(names_.back());
  column.area = new ZoomArea(view, column.whole);
  auto* lines = new QVBoxLayout(column.whole);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(0);
  lines->addWidget(column.name);
  lines->addWidget(caption);
  lines->addSpacing(kGrid);
  lines->addWidget(column.area, 1);
  row_->addWidget(column.whole, 1);
  return column;
}

void CompareMaps::setRuns(const ComparedRuns& runs, bool ofHeads) {
  for (const Column& column : columns_) delete column.whole;
  columns_.clear();
  names_.clear();
  maps_.clear();
  ofHeads_ = ofHeads;
  for (int run = 0; run < static_cast<int>(runs.runs.size()); ++run) columns_.push_back(columnOf(runs, run, ofHeads));
  paintNames();
}

void CompareMaps::setViews(const CompareViews& views, const CompareLook& look, ColourMap colours) {
  maps_ = views.maps;
  maps_.resize(columns_.size());
  double labels = 0.0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (column.grid) {
      column.grid->setColourMap(colours);
      column.grid->setScaleLabel(views.scaleLabel);
      column.grid->setShares(maps_[i].values);
      column.grid->setThreshold(look.epsilon);
    } else {
      ColourScale scale = views.scale;
      scale.map = colours;
      column.map->setScale(scale);
      column.map->setScaleLabel(views.scaleLabel);
      column.map->setAxisTitles(views.xTitle, views.yTitle);
      column.map->setLabelExtent(0);
      LayerMapData data = maps_[i];
      data.title.clear();  // the condition stands in the name
      column.map->setData(std::move(data));
      labels = std::max(labels, column.map->labelExtent());
      names_[i] = maps_[i].title.isEmpty() ? names_[i] : maps_[i].title;
    }
  }
  for (const Column& column : columns_)
    if (column.map) column.map->setLabelExtent(labels);  // so that rows stand in line
  paintNames();
}

void CompareMaps::paintNames() {
  const bool dark = themeFor(this).dark;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const QString colour = curvePen(curveRole(i), dark).color().name();
    columns_[i].name->setText(
        QStringLiteral("<span style='color:%1'>■</span> <b>%2</b>").arg(colour, names_[i].toHtmlEscaped()));
    columns_[i].name->setToolTip(names_[i].toHtmlEscaped());
  }
}

std::pair<int, int> CompareMaps::cellIn(int other, int run, int row, int column) const {
  const Matrix& from = maps_[static_cast<std::size_t>(run)].values;
  const Matrix& to = maps_[static_cast<std::size_t>(other)].values;
  if (row >= 0)
    row = static_cast<int>(pairedRow(static_cast<std::size_t>(row), static_cast<std::size_t>(from.rows),
                                     static_cast<std::size_t>(to.rows)));
  if (column >= 0 && !ofHeads_) column = std::max(-1, column + to.columns - from.columns);  // from the last token back
  return {row < to.rows ? row : -1, column < to.columns ? column : -1};
}

void CompareMaps::setHighlight(int run, int row, int column) {
  for (int other = 0; other < static_cast<int>(columns_.size()); ++other) {
    const auto [paired, at] = cellIn(other, run, row, column);
    const Column& shown = columns_[static_cast<std::size_t>(other)];
    if (shown.grid)
      shown.grid->setHovered(paired, at);
    else
      shown.map->setHighlight(paired, at);
  }
}

std::vector<ZoomArea*> CompareMaps::areas() const {
  std::vector<ZoomArea*> areas;
  for (const Column& column : columns_) areas.push_back(column.area);
  return areas;
}

void CompareMaps::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) paintNames();
}

}  // namespace sinkscope
