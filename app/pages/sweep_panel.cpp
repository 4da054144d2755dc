#include "app/pages/sweep_panel.h"

#include "app/change_figures.h"
#include "app/pages/play_bar.h"
#include "app/sweep_figures.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

ChangeNorm normOf(const Inputs& inputs) {
  return changeNormNamed(inputs.changeNorm.toStdString());
}

QString tokenText(const SweepMap& map, std::size_t token) {
  return QString::fromStdString(visibleText(map.tokens[token]));
}

}  // namespace

SweepPanel::SweepPanel(QWidget* parent)
    : QWidget(parent),
      maps_(new LayerMapRow(this)),
      play_(new PlayBar(this)),
      readout_(new LineLabel(this)),
      partial_(new QLabel(this)),
      reach_(new CurvePlot(this)),
      spread_(new CurvePlot(this)) {
  maps_->setObjectName(QStringLiteral("sweepMaps"));
  maps_->setAxisTitles(tr("token"), tr("swapped token"));
  maps_->setPlaceholder(tr("What a swap of each token changes shows here"));
  reach_->setObjectName(QStringLiteral("reach"));
  reach_->setAccessibleName(tr("Mean change by distance behind the swapped token"));
  spread_->setObjectName(QStringLiteral("sweepSpread"));
  spread_->setAccessibleName(tr("Mean spread over the layers"));
  readout_->setObjectName(QStringLiteral("sweepReadout"));
  readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  partial_->setObjectName(QStringLiteral("partial"));

  auto* controls = new QHBoxLayout;
  controls->setSpacing(kMargin);
  controls->addWidget(play_);
  controls->addWidget(readout_, 1);
  controls->addWidget(partial_);
  auto* lower = new QSplitter(Qt::Horizontal, this);
  lower->setChildrenCollapsible(false);
  lower->setHandleWidth(kMargin);
  lower->addWidget(reach_);
  lower->addWidget(spread_);
  lower->setSizes({600, 600});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(maps_, 3);
  column->addLayout(controls);
  column->addWidget(lower, 2);

  connect(play_, &PlayBar::placeChanged, this, &SweepPanel::drawPlace);
  connect(maps_, &LayerMapRow::cellHovered, this, &SweepPanel::light);
}

void SweepPanel::show(std::shared_ptr<const SweepResult> result, const Inputs& inputs) {
  const auto places = static_cast<int>(result->maps.front().places());
  const auto litMap = static_cast<std::size_t>(map_);
  const bool alike = result_ && result_->positions() == result->positions() && litMap < result->maps.size() &&
                     result_->maps[litMap].tokens.size() == result->maps[litMap].tokens.size();
  result_ = std::move(result);
  if (play_->places() != places) play_->setPlaces(places, places - 2);  // after the last layer
  if (!alike) {
    map_ = 0;
    position_ = token_ = -1;
  }
  partial_->setText(partialNote(*result_));
  draw(inputs);
}

void SweepPanel::draw(const Inputs& inputs) {
  inputs_ = inputs;
  if (!result_) return;
  spread_->setCurves(sweepSpreadCurves(*result_, normOf(inputs_)).data);
  drawPlace();
}

std::size_t SweepPanel::place() const {
  return static_cast<std::size_t>(play_->place());
}

void SweepPanel::setPlace(int place) {
  play_->slider()->setValue(place + 1);
}

void SweepPanel::lightPosition(int position) {
  if (!result_ || position >= static_cast<int>(result_->positions())) return;
  const SweepMap& map = result_->maps[static_cast<std::size_t>(map_)];
  light(map_, position, static_cast<int>(map.tokenOf(static_cast<std::size_t>(position))));
}

void SweepPanel::drawPlace() {
  LayerMapFigure maps = sweepMaps(*result_, normOf(inputs_), inputs_.logarithmicChange, place());
  maps.scale.map = inputs_.colourMap;
  scale_ = maps.scale;
  maps_->setScale(scale_, maps.scaleLabel);
  maps_->setMaps(std::move(maps.maps));
  reach_->setCurves(reachCurves(*result_, normOf(inputs_), inputs_.logarithmicChange, place()).data);
  spread_->highlightX(play_->place() - 1.0);
  light(map_, position_, token_);
}

void SweepPanel::light(int map, int position, int token) {
  map_ = map;
  position_ = position;
  token_ = token;
  if (!result_) return;
  maps_->setHighlight(map, position, token);
  const SweepMap& numbers = result_->maps[static_cast<std::size_t>(map)];
  const bool lit = position >= 0;
  const int distance = lit ? token - static_cast<int>(numbers.tokenOf(static_cast<std::size_t>(position))) : -1;
  reach_->highlightX(distance >= 0 ? distance : std::numeric_limits<double>::quiet_NaN());
  describe(map, position, token);
  std::vector<double> tints;
  const Matrix& shown = maps_->map(map)->data().values;
  if (lit)
    for (int t = 0; t < shown.columns; ++t) tints.push_back(scale_.position(shown.at(position, t)));
  play_->legend()->setScale(scale_, placeWords(place(), numbers.places()));
  emit tinted(tints, putsTokenFirst(numbers.condition));
}

void SweepPanel::describe(int map, int position, int token) {
  if (position < 0) return readout_->setText(tr("point at a cell: the row is swapped, the column changes"));
  const SweepMap& lit = result_->maps[static_cast<std::size_t>(map)];
  const auto row = static_cast<std::size_t>(position);
  QStringList values;
  for (std::size_t i = 0; i < result_->maps.size(); ++i) {
    const SweepMap& one = result_->maps[i];
    const int column = maps_->columnIn(static_cast<int>(i), map, token);
    if (column < 0) continue;
    const double value = maps_->map(static_cast<int>(i))->data().values.at(position, column);
    values << tr("%1 %2")
                  .arg(QString::fromStdString(conditionTitle(one.condition, result_->bosText)))
                  .arg(std::isnan(value) ? tr("not yet") : QString::number(value, 'g', 3));
  }
  readout_->setText(tr("%1 swapped %2 times changes %3:  %4")
                        .arg(tokenText(lit, lit.tokenOf(row)))
                        .arg(lit.count[row])
                        .arg(tokenText(lit, static_cast<std::size_t>(token)), values.join(QStringLiteral("   ·  "))));
}

}  // namespace sinkscope
