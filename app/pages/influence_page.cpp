#include "app/pages/influence_page.h"

#include "app/explored.h"
#include "app/influence_figures.h"
#include "app/model_names.h"
#include "app/pages/influence_bar.h"
#include "app/pages/prompt_panel.h"
#include "app/session.h"
#include "core/analysis/condition.h"
#include "widgets/theme.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

/// The token is one of the text, so that it is asked about with <bos> and without; -1: the last.
InfluenceRequest requestOf(const Inputs& inputs, int token) {
  InfluenceRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.prompt = inputs.prompt.toStdString();
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.bos = true;
  if (token >= 0) request.query = token + 1;
  request.from = inputs.fromLayers;
  if (inputs.toLayers >= 0) request.to = inputs.toLayers;
  request.finalNorm = inputs.afterFinalNorm;
  request.allQueries = inputs.fullMatrix;
  request.probes = inputs.probes;
  return request;
}

}  // namespace

InfluencePage::InfluencePage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      bar_(new InfluenceBar(document, this)),
      views_(new InfluenceViews(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(bar_);
  column->addWidget(views_, 1);

  using Field = Document::Field;
  connect(views_, &InfluenceViews::mapChosen, this, [this](InfluenceMeasure map) {
    document_.edit(Field::InfluenceView, [map](Inputs& inputs) { inputs.influenceMap = influenceMeasureName(map); });
  });
  connect(views_, &InfluenceViews::sumsChosen, this, [this](InfluenceMeasure sums) {
    document_.edit(Field::InfluenceView, [sums](Inputs& inputs) { inputs.pathSums = influenceMeasureName(sums); });
  });
  connect(views_, &InfluenceViews::tokenLit, this, &InfluencePage::light);
  connect(prompt_->strip(), &TokenStrip::tokenClicked, this, &InfluencePage::pickToken);
  connect(&session_, &Session::modelLoaded, this,
          [this](quint64, const ModelFacts& facts) { prompt_->setTokenizer(facts.tokenizer); });
  connect(&session_, &Session::influenced, this, [this](quint64 id, const InfluencedPtr& result) {
    if (id == asking_) showResult(result);
  });
  views_->setLook(viewsLook());
}

void InfluencePage::follow(const Inputs& now, const Inputs& before) {
  if (!now.sameInfluence(before)) askSoon(now.prompt != before.prompt ? kAfterEditMs : 0);
  if (now.bos != before.bos || now.influenceMap != before.influenceMap || now.pathSums != before.pathSums ||
      now.colourMap != before.colourMap)
    views_->setLook(viewsLook());
}

void InfluencePage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty() || inputs.prompt.isEmpty()) return;
  // A token that the prompt has no more stands for the last.
  const auto tokens = static_cast<int>(prompt_->strip()->tokens().size()) - (inputs.bos ? 1 : 0);
  const bool gone = tokens > 0 && inputs.influencedToken >= tokens;
  asking_ = session_.influence(requestOf(inputs, gone ? -1 : inputs.influencedToken));
}

void InfluencePage::pickToken(int chip) {
  const int token = chip - (document_.inputs().bos ? 1 : 0);
  if (token < 0) return;
  document_.edit(Document::Field::InfluencedToken, [token](Inputs& inputs) { inputs.influencedToken = token; });
}

void InfluencePage::showResult(const InfluencedPtr& result) {
  influenced_ = result;
  bar_->setRun(run());
  views_->setRun(result);
  emit conventionsChanged(conventions());
  emit resultShown();
}

void InfluencePage::light(int condition, int token) {
  const InfluenceResult& result = run().results[static_cast<std::size_t>(condition)];
  const int shift = (document_.inputs().bos ? 1 : 0) - (result.request.bos ? 1 : 0);
  prompt_->strip()->setHighlighted(std::max(-1, (token < 0 ? static_cast<int>(result.query) : token) + shift));
}

InfluenceViews::Look InfluencePage::viewsLook() const {
  const Inputs& inputs = document_.inputs();
  InfluenceViews::Look look{influenceMeasureNamed(inputs.influenceMap), influenceMeasureNamed(inputs.pathSums),
                            inputs.bos, inputs.colourMap};
  if (look.sums == InfluenceMeasure::Measured) look.sums = kPathSums.front();
  return look;
}

void InfluencePage::showRun(const InfluencedPtr& run) {
  const InfluenceResult& first = run->result->results.front();
  const InfluenceRequest& request = first.request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.prompt = QString::fromStdString(request.prompt);
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  inputs.influencedToken = request.query ? static_cast<int>(*request.query) - (request.bos ? 1 : 0) : -1;
  inputs.fromLayers = static_cast<int>(request.from);
  inputs.toLayers = request.to ? static_cast<int>(*request.to) : -1;
  inputs.afterFinalNorm = request.finalNorm;
  inputs.fullMatrix = request.allQueries;
  inputs.probes = static_cast<int>(request.probes);
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  inputs.bos = look["bos"].toBool(request.bos);
  inputs.influenceMap = look["map"].toString(inputs.influenceMap);
  inputs.pathSums = look["path_sums"].toString(inputs.pathSums);
  replaceInputs(inputs);
  prompt_->showTokens(conditionOf(*run->result, inputs.bos).tokens);
  views_->setLook(viewsLook());
  showResult(run);
  if (const int row = look["row"].toInt(-1); row >= 0) views_->setRow(static_cast<std::size_t>(row));
}

QString InfluencePage::look() const {
  const InfluenceViews::Look shown = viewsLook();
  const QJsonObject look{{"bos", shown.bos},
                         {"map", influenceMeasureName(shown.map)},
                         {"path_sums", influenceMeasureName(shown.sums)},
                         {"row", static_cast<int>(views_->row())}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString InfluencePage::conventions() const {
  return influenced_ ? influenceConventions(run()) : QString();
}

QString InfluencePage::doneLine() const {
  if (!influenced_) return {};
  std::int64_t products = 0;
  for (const InfluenceResult& result : run().results) products += result.products;
  return tr("%1: influence measured by %L2 products in %3 s")
      .arg(modelTitle(QString::fromStdString(run().results.front().request.model)))
      .arg(products)
      .arg(run().seconds, 0, 'f', 2);
}

QString InfluencePage::numbers() const {
  if (!influenced_) return {};
  QString lines = conventions() + QLatin1Char('\n');
  for (const InfluenceResult& result : run().results)
    lines += tr("%1: rank correlation with the measurement %2 (rollout), %3 (bound); the sink leaves %4 of the bound\n")
                 .arg(QString::fromStdString(
                     conditionTitle(result.request.bos ? Condition::Bos : Condition::NoBos, result.bosText)))
                 .arg(result.rolloutCorrelation, 0, 'f', 3)
                 .arg(result.boundCorrelation, 0, 'f', 3)
                 .arg(std::exp(result.sinkLogRatio.front()), 0, 'g', 3);
  return lines;
}

quint64 InfluencePage::save(const QString& path, bool) {
  return session_.save(influenced_, look(), path);
}

std::vector<PageFigure> InfluencePage::figures() const {
  if (!influenced_) return {};
  const InfluenceViews::Look shown = viewsLook();
  return influenceFigures(run(), shown.map, shown.sums, views_->row());
}

}  // namespace sinkscope
