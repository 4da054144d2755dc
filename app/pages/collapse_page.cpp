#include "app/pages/collapse_page.h"

#include "app/explored.h"
#include "app/model_names.h"
#include "app/pages/layout_parts.h"
#include "app/pages/prompt_panel.h"
#include "app/session.h"
#include "core/analysis/condition.h"
#include "widgets/curve_plot.h"
#include "widgets/scatter_plot.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

CollapseRequest requestOf(const Inputs& inputs) {
  CollapseRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.prompt = inputs.prompt.toStdString();
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  return request;
}

QString conditionWords(const CollapseResult& result) {
  return QString::fromStdString(conditionTitle(result.request.bos ? Condition::Bos : Condition::NoBos, result.bosText));
}

}  // namespace

CollapsePage::CollapsePage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      choice_(new QComboBox(this)),
      valleyTitle_(new QLabel(this)),
      headsTitle_(new QLabel(this)),
      head_(new QLabel(this)),
      measure_(new CurvePlot(this)),
      valley_(new CurvePlot(this)),
      heads_(new ScatterPlot(this)) {
  choice_->setObjectName(QStringLiteral("collapseMeasure"));
  choice_->setAccessibleName(tr("Measure over the layers"));
  for (const CollapseMeasure measure : kCollapseMeasures)
    choice_->addItem(collapseMeasureTitle(measure), collapseMeasureName(measure));
  measure_->setObjectName(QStringLiteral("measureCurves"));
  measure_->setAccessibleName(tr("The measure over the layers, with <bos> and without"));
  valley_->setObjectName(QStringLiteral("valley"));
  valley_->setAccessibleName(tr("Matrix entropy, sink rate and norm of the first token over the layers"));
  heads_->setObjectName(QStringLiteral("restAndDrain"));
  heads_->setAccessibleName(tr("Rest against drain of all heads"));
  valleyTitle_->setObjectName(QStringLiteral("valleyTitle"));
  headsTitle_->setObjectName(QStringLiteral("headsTitle"));
  head_->setObjectName(QStringLiteral("headLine"));
  for (QLabel* label : {valleyTitle_, headsTitle_, head_}) label->setTextFormat(Qt::PlainText);
  head_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  auto* curves = new QSplitter(Qt::Vertical, this);
  curves->addWidget(headed(choice_, measure_, nullptr, this));
  curves->addWidget(headed(valleyTitle_, valley_, nullptr, this));
  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(curves);
  views->addWidget(headed(headsTitle_, heads_, head_, this));
  for (QSplitter* splitter : {curves, views}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(kMargin);
  }
  views->setSizes({700, 520});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(views, 1);

  connect(choice_, &QComboBox::activated, this, [this] {
    document_.edit(Document::Field::Measure,
                   [this](Inputs& inputs) { inputs.collapseMeasure = choice_->currentData().toString(); });
  });
  connect(&session_, &Session::modelLoaded, this,
          [this](quint64, const ModelFacts& facts) { prompt_->setTokenizer(facts.tokenizer); });
  connect(&session_, &Session::collapsed, this, [this](quint64 id, const CollapsedPtr& result) {
    if (id == asking_) showResult(result);
  });
  connect(measure_, &CurvePlot::hovered, valley_, [this](int, double layer) { valley_->highlightX(layer); });
  connect(valley_, &CurvePlot::hovered, measure_, [this](int, double layer) { measure_->highlightX(layer); });
  connect(heads_, &ScatterPlot::clicked, this, &CollapsePage::showHead);
  connect(heads_, &ScatterPlot::activated, this, [this](int point) {
    const int heads = static_cast<int>(shown().drain.extent(1));
    emit headActivated(point / heads, point % heads);
  });
  draw();
}

void CollapsePage::follow(const Inputs& now, const Inputs& before) {
  if (!now.sameText(before)) askSoon();
  if (now.bos != before.bos || now.epsilon != before.epsilon || now.includeQuery0 != before.includeQuery0 ||
      now.collapseMeasure != before.collapseMeasure)
    draw();
}

void CollapsePage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty() || inputs.prompt.isEmpty()) return;
  asking_ = session_.collapse(requestOf(inputs));
}

void CollapsePage::showResult(const CollapsedPtr& result) {
  collapsed_ = result;
  draw();
  emit resultShown();
}

void CollapsePage::draw() {
  choice_->setCurrentIndex(choice_->findData(collapseMeasureName(measure())));
  if (!collapsed_) {
    valleyTitle_->setText(tr("Compression valley"));
    headsTitle_->setText(tr("Rest and drain of the heads"));
    return;
  }
  measure_->setCurves(measureCurves(*collapsed_->result, measure(), settings()).data);
  valley_->setCurves(valleyCurves(shown(), settings()).data);
  heads_->setScatter(headScatter(shown(), settings()).data);
  valleyTitle_->setText(tr("Compression valley, %1").arg(conditionWords(shown())));
  headsTitle_->setText(tr("Rest and drain of the heads, %1").arg(conditionWords(shown())));
  showHead();
  emit conventionsChanged(conventions());
}

void CollapsePage::showHead() {
  const int point = heads_->selected();
  const auto heads = shown().drain.extent(1);
  head_->setText(point < 0 ? tr("Click a head to name it, double-click to see it")
                           : headLine(shown(), static_cast<std::size_t>(point) / heads,
                                      static_cast<std::size_t>(point) % heads, settings()));
}

const CollapseResult& CollapsePage::shown() const {
  return conditionOf(*collapsed_->result, document_.inputs().bos);
}

SinkSettings CollapsePage::settings() const {
  return {document_.inputs().epsilon, document_.inputs().includeQuery0};
}

CollapseMeasure CollapsePage::measure() const {
  return collapseMeasureNamed(document_.inputs().collapseMeasure);
}

void CollapsePage::showRun(const CollapsedPtr& run) {
  const CollapseResult& first = run->result->results.front();
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(first.request.model);
  inputs.device = QString::fromStdString(first.request.device);
  inputs.prompt = QString::fromStdString(first.request.prompt);
  inputs.tokenLimit = static_cast<int>(first.request.tokenLimit);
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  inputs.bos = look["bos"].toBool(first.request.bos);
  inputs.epsilon = look["epsilon"].toDouble(inputs.epsilon);
  inputs.includeQuery0 = look["include_query_0"].toBool(inputs.includeQuery0);
  inputs.collapseMeasure = look["measure"].toString(inputs.collapseMeasure);
  replaceInputs(inputs);
  prompt_->showTokens(conditionOf(*run->result, inputs.bos).tokens);
  showResult(run);
}

QString CollapsePage::look() const {
  const Inputs& inputs = document_.inputs();
  const QJsonObject look{{"bos", inputs.bos},
                         {"epsilon", inputs.epsilon},
                         {"include_query_0", inputs.includeQuery0},
                         {"measure", collapseMeasureName(measure())}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString CollapsePage::conventions() const {
  return collapsed_ ? collapseConventions(*collapsed_->result, settings()) : QString();
}

QString CollapsePage::doneLine() const {
  if (!collapsed_) return {};
  const CollapseRun& run = *collapsed_->result;
  return tr("%1: collapse of %2 tokens measured in %3 s")
      .arg(modelTitle(QString::fromStdString(run.results.front().request.model)))
      .arg(run.results.front().tokens.size())
      .arg(run.seconds, 0, 'f', 2);
}

QString CollapsePage::numbers() const {
  if (!collapsed_) return {};
  QString lines = conventions() + QLatin1Char('\n');
  for (const CollapseResult& result : collapsed_->result->results)
    lines += tr("%1, after the last layer: relative residual %2 (token 0 left out %3), effective rank %4 (%5)\n")
                 .arg(conditionWords(result))
                 .arg(result.all.relativeResidual.back(), 0, 'g', 4)
                 .arg(result.withoutFirst.relativeResidual.back(), 0, 'g', 4)
                 .arg(result.all.effectiveRank.back(), 0, 'g', 4)
                 .arg(result.withoutFirst.effectiveRank.back(), 0, 'g', 4);
  return lines;
}

quint64 CollapsePage::save(const QString& path, bool) {
  return session_.save(collapsed_, look(), path);
}

std::vector<PageFigure> CollapsePage::figures() const {
  return collapsed_ ? collapseFigures(*collapsed_->result, measure(), settings()) : std::vector<PageFigure>();
}

}  // namespace sinkscope
