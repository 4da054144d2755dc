#include "app/pages/change_panel.h"

#include "app/change_figures.h"
#include "app/pages/play_bar.h"
#include "app/perturb_figures.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

QString predictionText(const std::vector<Prediction>& next) {
  QStringList words;
  for (const Prediction& one : next)
    words
        << QStringLiteral("%1 %2").arg(QString::fromStdString(visibleText(one.bytes))).arg(one.probability, 0, 'f', 2);
  return words.isEmpty() ? QObject::tr("nothing to compare with") : words.join(QStringLiteral("   "));
}

ChangeNorm normOf(const Inputs& inputs) {
  return changeNormNamed(inputs.changeNorm.toStdString());
}

}  // namespace

ChangePanel::ChangePanel(QWidget* parent)
    : QWidget(parent),
      maps_(new LayerMapRow(this)),
      lines_(new CurvePlot(this)),
      spread_(new CurvePlot(this)),
      attention_(new LayerMapRow(this)),
      prediction_(new LineLabel(this)),
      play_(new PlayBar(this)) {
  maps_->setObjectName(QStringLiteral("changeMaps"));
  maps_->setAxisTitles(tr("token"), tr("layer"));
  maps_->setPlaceholder(tr("Click a token above: what its swap changes shows here"));
  lines_->setObjectName(QStringLiteral("tokenLines"));
  lines_->setAccessibleName(tr("Change of each token over the layers"));
  spread_->setObjectName(QStringLiteral("spread"));
  spread_->setAccessibleName(tr("Spread over the layers"));
  attention_->setObjectName(QStringLiteral("attentionChange"));
  attention_->setAxisTitles(tr("head"), tr("layer"));
  attention_->setPlaceholder(tr("The change of the attention shows here"));
  prediction_->setObjectName(QStringLiteral("prediction"));
  prediction_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  play_->button()->setObjectName(QStringLiteral("play"));
  play_->slider()->setObjectName(QStringLiteral("place"));

  auto* controls = new QHBoxLayout;
  controls->setSpacing(kMargin);
  controls->addWidget(play_);
  controls->addWidget(prediction_, 1);
  auto* lower = new QSplitter(Qt::Horizontal, this);
  lower->setChildrenCollapsible(false);
  lower->setHandleWidth(kMargin);
  for (QWidget* view : std::initializer_list<QWidget*>{lines_, spread_, attention_}) lower->addWidget(view);
  lower->setSizes({400, 400, 420});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(maps_, 3);
  column->addLayout(controls);
  column->addWidget(lower, 2);

  connect(maps_, &LayerMapRow::cellHovered, this, &ChangePanel::light);
  connect(maps_, &LayerMapRow::cellClicked, this, [this](int map, int, int token) { choose(map, token); });
  connect(lines_, &CurvePlot::hovered, this, [this](int curve, double x) {
    if (!result_) return;
    const int first = static_cast<int>(shownMap().alignment.begin);
    light(map_, std::isnan(x) ? -1 : static_cast<int>(x) + 1, curve < 0 ? -1 : first + curve);
  });
  connect(spread_, &CurvePlot::hovered, this,
          [this](int, double x) { light(map_, std::isnan(x) ? -1 : static_cast<int>(x) + 1, -1); });
  connect(play_, &PlayBar::placeChanged, this, &ChangePanel::showPlace);
}

void ChangePanel::show(std::shared_ptr<const PerturbResult> result, const Inputs& inputs) {
  result_ = std::move(result);
  map_ = std::min(map_, static_cast<int>(result_->maps.size()) - 1);
  token_ = static_cast<int>(shownMap().tokens()) - 1;
  const auto places = static_cast<int>(result_->maps.front().places());
  play_->setPlaces(places, places - 1);
  draw(inputs);
}

void ChangePanel::draw(const Inputs& inputs) {
  inputs_ = inputs;
  if (!result_) return;
  LayerMapFigure maps = changeMaps(*result_, normOf(inputs_), inputs_.logarithmicChange);
  maps.scale.map = inputs_.colourMap;
  scale_ = maps.scale;
  maps_->setScale(scale_, maps.scaleLabel);
  maps_->setMaps(std::move(maps.maps));
  LayerMapFigure attention = attentionMaps(*result_);
  attention.scale.map = inputs_.colourMap;
  attention_->setScale(attention.scale, attention.scaleLabel);
  attention_->setMaps(std::move(attention.maps));
  spread_->setCurves(spreadCurves(*result_, normOf(inputs_)).data);
  drawLines();
  showPrediction();
  showPlace();
}

void ChangePanel::choose(int map, int token) {
  map_ = map;
  token_ = token;
  drawLines();
  showPrediction();
  showPlace();
}

void ChangePanel::drawLines() {
  lines_->setCurves(
      tokenLines(*result_, static_cast<std::size_t>(map_), normOf(inputs_), inputs_.logarithmicChange).data);
}

void ChangePanel::light(int map, int place, int token) {
  if (!result_) return;
  maps_->setHighlight(map, place, token);
  const double x = place < 0 ? std::numeric_limits<double>::quiet_NaN() : place - 1.0;
  spread_->highlightX(x);
  lines_->highlightX(x);
  const int shown = token < 0 ? -1 : maps_->columnIn(map_, map, token);
  const int first = static_cast<int>(shownMap().alignment.begin);
  lines_->highlight(shown < first ? -1 : shown - first);
  emit lit(token, putsTokenFirst(result_->maps[static_cast<std::size_t>(map)].condition));
  if (token < 0) return;
  token_ = shown < 0 ? token_ : shown;
  showPrediction();
}

void ChangePanel::showPrediction() {
  const PerturbMap& map = shownMap();
  const auto token = static_cast<std::size_t>(std::clamp(token_, 0, static_cast<int>(map.tokens()) - 1));
  prediction_->setText(tr("after %1:  %2   →   %3   ·  KL %4 nats")
                           .arg(QString::fromStdString(visibleText(map.before[token])), predictionText(map.next[token]),
                                predictionText(map.otherNext[token]))
                           .arg(static_cast<double>(map.divergence[token]), 0, 'g', 3));
  prediction_->setToolTip(prediction_->text());
}

void ChangePanel::showPlace() {
  const int place = play_->place();
  maps_->setShownRows(place + 1 == play_->places() ? -1 : place + 1);
  const Matrix& values = maps_->map(map_)->data().values;
  std::vector<double> tints;
  for (int token = 0; token < values.columns; ++token) tints.push_back(scale_.position(values.at(place, token)));
  play_->legend()->setScale(scale_, placeWords(static_cast<std::size_t>(place), shownMap().places()) +
                                        QStringLiteral(", ") +
                                        QString::fromStdString(conditionTitle(shownMap().condition, result_->bosText)));
  emit tinted(tints, putsTokenFirst(shownMap().condition));
}

}  // namespace sinkscope
