#include "app/pages/perturb_page.h"

#include "app/explored.h"
#include "app/model_names.h"
#include "app/pages/prompt_panel.h"
#include "app/pages/swap_bar.h"
#include "app/perturb_figures.h"
#include "app/session.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

constexpr int kStepMs = 220;

PerturbRequest requestOf(const Inputs& inputs) {
  PerturbRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.prompt = inputs.prompt.toStdString();
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.conditions.clear();
  for (const QString& name : inputs.conditions) request.conditions.push_back(conditionNamed(name.toStdString()));
  if (inputs.changedPrompt.isEmpty())
    request.swap = Swap{inputs.swapPosition, inputs.swapId};
  else
    request.other = inputs.changedPrompt.toStdString();
  return request;
}

CandidateQuery candidateQuery(const Inputs& inputs) {
  return {inputs.model.toStdString(), inputs.device.toStdString(), inputs.prompt.toStdString(),
          static_cast<std::size_t>(inputs.tokenLimit), inputs.swapPosition};
}

QString predictionText(const std::vector<Prediction>& next) {
  QStringList words;
  for (const Prediction& one : next)
    words
        << QStringLiteral("%1 %2").arg(QString::fromStdString(visibleText(one.bytes))).arg(one.probability, 0, 'f', 2);
  return words.isEmpty() ? QObject::tr("nothing to compare with") : words.join(QStringLiteral("   "));
}

}  // namespace

PerturbPage::PerturbPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      swap_(new SwapBar(document, this)),
      maps_(new LayerMapRow(this)),
      lines_(new CurvePlot(this)),
      spread_(new CurvePlot(this)),
      attention_(new LayerMapRow(this)),
      prediction_(new QLabel(this)),
      play_(new QToolButton(this)),
      place_(new QSlider(Qt::Horizontal, this)) {
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
  prediction_->setTextFormat(Qt::PlainText);
  prediction_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  prediction_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  play_->setObjectName(QStringLiteral("play"));
  play_->setText(tr("Play"));
  play_->setCheckable(true);
  play_->setToolTip(tr("Draw the spread layer by layer"));
  place_->setObjectName(QStringLiteral("place"));
  place_->setAccessibleName(tr("Layers drawn"));
  place_->setFixedWidth(50 * kGrid);

  auto* controls = new QHBoxLayout;
  controls->setSpacing(kSpacing);
  controls->addWidget(play_);
  controls->addWidget(place_);
  controls->addWidget(prediction_, 1);
  auto* lower = new QSplitter(Qt::Horizontal, this);
  lower->setChildrenCollapsible(false);
  lower->setHandleWidth(kMargin);
  for (QWidget* view : std::initializer_list<QWidget*>{lines_, spread_, attention_}) lower->addWidget(view);
  lower->setSizes({400, 400, 420});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(swap_);
  column->addWidget(maps_, 3);
  column->addLayout(controls);
  column->addWidget(lower, 2);

  playing_.setInterval(kStepMs);
  connect(&playing_, &QTimer::timeout, this, &PerturbPage::step);
  connect(&session_, &Session::modelLoaded, this, [this](quint64, const ModelFacts& facts) { takeModel(facts); });
  connect(&session_, &Session::candidatesReady, this, [this](quint64 id, const CandidatesPtr& candidates) {
    if (id == offering_) takeCandidates(candidates);
  });
  connect(&session_, &Session::perturbed, this, [this](quint64 id, const PerturbedPtr& result) {
    if (id == asking_) showResult(result);
  });
  connect(prompt_->strip(), &TokenStrip::tokenClicked, this, &PerturbPage::pickToken);
  connect(maps_, &LayerMapRow::cellHovered, this, &PerturbPage::light);
  connect(maps_, &LayerMapRow::cellClicked, this, [this](int map, int, int token) {
    map_ = map;
    token_ = token;
    drawLines();
    showPrediction();
  });
  connect(lines_, &CurvePlot::hovered, this, [this](int curve, double x) {
    if (!perturbed_) return;
    const int first = static_cast<int>(perturbed_->result->maps[static_cast<std::size_t>(map_)].alignment.begin);
    light(map_, std::isnan(x) ? -1 : static_cast<int>(x) + 1, curve < 0 ? -1 : first + curve);
  });
  connect(spread_, &CurvePlot::hovered, this,
          [this](int, double x) { light(map_, std::isnan(x) ? -1 : static_cast<int>(x) + 1, -1); });
  connect(play_, &QToolButton::toggled, this, &PerturbPage::play);
  connect(place_, &QSlider::valueChanged, this,
          [this](int place) { maps_->setShownRows(place == place_->maximum() ? -1 : place); });
}

void PerturbPage::follow(const Inputs& now, const Inputs& before) {
  const bool typed = now.prompt != before.prompt || now.changedPrompt != before.changedPrompt;
  if (!now.sameChange(before)) askSoon(typed ? kAfterEditMs : 0);
  if (now.changeNorm != before.changeNorm || now.logarithmicChange != before.logarithmicChange ||
      now.colourMap != before.colourMap)
    draw();
}

void PerturbPage::ask() {
  Inputs inputs = document_.inputs();
  if (inputs.model.isEmpty() || inputs.prompt.isEmpty()) return;
  const auto tokens = static_cast<int>(prompt_->strip()->tokens().size()) - (inputs.bos ? 1 : 0);
  if (inputs.swapPosition < 0 || (tokens > 0 && inputs.swapPosition >= tokens)) {
    // The middle of the text, so that there is something to see.
    inputs.swapPosition = std::max(0, tokens / 2);
    inputs.swapId = -1;
  }
  const bool mustOffer = inputs.changedPrompt.isEmpty();  // a changed text needs no token
  if (mustOffer && !(candidates_ && candidates_->query == candidateQuery(inputs)))
    offering_ = session_.candidates(candidateQuery(inputs));
  if (!mustOffer || inputs.swapId >= 0) asking_ = session_.perturb(requestOf(inputs));
}

void PerturbPage::pickToken(int chip) {
  const int position = chip - (document_.inputs().bos ? 1 : 0);
  if (position < 0) return;
  document_.edit(Document::Field::Swap, [position](Inputs& inputs) {
    inputs.swapPosition = position;
    inputs.swapId = -1;  // the model's own candidate, once it is known
    inputs.changedPrompt.clear();
  });
}

void PerturbPage::takeModel(const ModelFacts& facts) {
  prompt_->setTokenizer(facts.tokenizer);
  swap_->setTokenizer(facts.tokenizer);
  swap_->setBosText(facts.bosText);
}

void PerturbPage::takeCandidates(const CandidatesPtr& candidates) {
  candidates_ = candidates;
  swap_->setCandidates(candidates);
  const Inputs& inputs = document_.inputs();
  if (inputs.swapId >= 0 && inputs.swapPosition == candidates->query.position) return;
  const auto differs = [&](const Candidate& one) { return one.id != candidates->token.id; };
  for (const std::vector<Candidate>* list : {&candidates->likely, &candidates->similar}) {
    const auto found = std::ranges::find_if(*list, differs);
    if (found == list->end()) continue;
    // No step of undo of its own: it completes the choice of the position.
    Inputs completed = inputs;
    completed.swapPosition = candidates->query.position;
    completed.swapId = found->id;
    document_.complete(completed);
    return;
  }
}

void PerturbPage::showResult(const PerturbedPtr& result) {
  perturbed_ = result;
  const PerturbResult& numbers = *result->result;
  map_ = std::min(map_, static_cast<int>(numbers.maps.size()) - 1);
  token_ = static_cast<int>(numbers.maps[static_cast<std::size_t>(map_)].tokens()) - 1;
  prompt_->setNote(QString::fromStdString(numbers.note));
  const QSignalBlocker quiet(place_);
  place_->setRange(1, static_cast<int>(numbers.maps.front().places()));
  place_->setValue(place_->maximum());
  maps_->setShownRows(-1);
  draw();
  emit resultShown();
}

void PerturbPage::draw() {
  if (!perturbed_) return;
  const PerturbResult& result = *perturbed_->result;
  const Inputs& inputs = document_.inputs();
  LayerMapFigure maps = changeMaps(result, norm(), inputs.logarithmicChange);
  maps.scale.map = inputs.colourMap;
  maps_->setScale(maps.scale, maps.scaleLabel);
  maps_->setMaps(std::move(maps.maps));
  LayerMapFigure attention = attentionMaps(result);
  attention.scale.map = inputs.colourMap;
  attention_->setScale(attention.scale, attention.scaleLabel);
  attention_->setMaps(std::move(attention.maps));
  spread_->setCurves(spreadCurves(result, norm()).data);
  drawLines();
  showPrediction();
  emit conventionsChanged(conventions());
}

void PerturbPage::drawLines() {
  lines_->setCurves(
      tokenLines(*perturbed_->result, static_cast<std::size_t>(map_), norm(), document_.inputs().logarithmicChange)
          .data);
}

void PerturbPage::light(int map, int place, int token) {
  if (!perturbed_) return;
  const std::vector<PerturbMap>& maps = perturbed_->result->maps;
  maps_->setHighlight(map, place, token);
  const double x = place < 0 ? std::numeric_limits<double>::quiet_NaN() : place - 1.0;
  spread_->highlightX(x);
  lines_->highlightX(x);
  const int shown = token < 0 ? -1 : maps_->columnIn(map_, map, token);
  const int first = static_cast<int>(maps[static_cast<std::size_t>(map_)].alignment.begin);
  lines_->highlight(shown < first ? -1 : shown - first);
  // The strip stands for the prompt as it is typed, with or without <bos>.
  const bool bosHere = maps[static_cast<std::size_t>(map)].before.front().special;
  const int shift = (document_.inputs().bos ? 1 : 0) - (bosHere ? 1 : 0);
  prompt_->strip()->setHighlighted(token < 0 || token + shift < 0 ? -1 : token + shift);
  if (token < 0) return;
  token_ = shown < 0 ? token_ : shown;
  showPrediction();
}

void PerturbPage::showPrediction() {
  const PerturbMap& map = perturbed_->result->maps[static_cast<std::size_t>(map_)];
  const auto token = static_cast<std::size_t>(std::clamp(token_, 0, static_cast<int>(map.tokens()) - 1));
  prediction_->setText(tr("after %1:  %2   →   %3   ·  KL %4 nats")
                           .arg(QString::fromStdString(visibleText(map.before[token])), predictionText(map.next[token]),
                                predictionText(map.otherNext[token]))
                           .arg(static_cast<double>(map.divergence[token]), 0, 'g', 3));
  prediction_->setToolTip(prediction_->text());
}

void PerturbPage::play(bool on) {
  play_->setText(on ? tr("Pause") : tr("Play"));
  if (!on) return playing_.stop();
  if (place_->value() == place_->maximum()) place_->setValue(place_->minimum());
  playing_.start();
}

void PerturbPage::step() {
  place_->setValue(place_->value() + 1);
  if (place_->value() == place_->maximum()) play_->setChecked(false);
}

ChangeNorm PerturbPage::norm() const {
  return changeNormNamed(document_.inputs().changeNorm.toStdString());
}

void PerturbPage::showRun(const PerturbedPtr& run) {
  const PerturbRequest& request = run->result->request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.prompt = QString::fromStdString(request.prompt);
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  inputs.swapPosition = request.swap ? static_cast<int>(request.swap->position) : -1;
  inputs.swapId = request.swap ? request.swap->id : -1;
  inputs.changedPrompt = QString::fromStdString(request.other);
  inputs.conditions.clear();
  for (const Condition condition : request.conditions)
    inputs.conditions << QString::fromStdString(std::string(conditionName(condition)));
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  const QString measure = look["norm"].toString();
  for (const ChangeNorm norm : kChangeNorms)
    if (measure.toStdString() == changeNormName(norm)) inputs.changeNorm = measure;
  inputs.logarithmicChange = look["logarithmic"].toBool(inputs.logarithmicChange);
  replaceInputs(inputs);
  showResult(run);
}

QString PerturbPage::look() const {
  const Inputs& inputs = document_.inputs();
  const QJsonObject look{{"norm", inputs.changeNorm}, {"logarithmic", inputs.logarithmicChange}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString PerturbPage::conventions() const {
  return perturbed_ ? perturbConventions(*perturbed_->result, norm()) : QString();
}

QString PerturbPage::doneLine() const {
  if (!perturbed_) return {};
  const PerturbResult& result = *perturbed_->result;
  return tr("%1: %2 conditions of %3 tokens compared in %4 s")
      .arg(modelTitle(QString::fromStdString(result.request.model)))
      .arg(result.maps.size())
      .arg(result.maps.front().tokens())
      .arg(result.seconds, 0, 'f', 2);
}

QString PerturbPage::numbers() const {
  if (!perturbed_) return {};
  QString lines = conventions() + QLatin1Char('\n');
  for (const PerturbMap& map : perturbed_->result->maps) {
    const std::size_t last = map.places() - 2;  // the residual stream after the last layer
    lines += tr("%1: mean change after the last layer %2, spread %3\n")
                 .arg(QString::fromStdString(conditionTitle(map.condition, perturbed_->result->bosText)))
                 .arg(meanChange(map, norm())[last], 0, 'g', 4)
                 .arg(sinkscope::spread(map, norm())[last], 0, 'g', 4);
  }
  return lines;
}

quint64 PerturbPage::save(const QString& path, bool) {
  return session_.save(perturbed_, look(), path);
}

std::vector<PageFigure> PerturbPage::figures() const {
  return perturbed_ ? perturbFigures(*perturbed_->result, norm(), document_.inputs().logarithmicChange)
                    : std::vector<PageFigure>();
}

}  // namespace sinkscope
