#include "app/pages/intervene_page.h"

#include "app/ablation_figures.h"
#include "app/model_names.h"
#include "app/outcome_table.h"
#include "app/pages/intervention_bar.h"
#include "app/pages/prompt_panel.h"
#include "app/session.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"
#include "widgets/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

AblationRequest requestOf(const Inputs& inputs) {
  AblationRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.prompts = {inputs.prompt.toStdString()};
  request.bos = inputs.bos;
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  for (const QString& one : inputs.interventions) request.interventions.push_back(parseIntervention(one.toStdString()));
  return request;
}

}  // namespace

IntervenePage::IntervenePage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompt_(new PromptPanel(document, this)),
      bar_(new InterventionBar(this)),
      outcomes_(new OutcomeTable(this)),
      table_(new QTableView(this)),
      remove_(new QToolButton(this)),
      losses_(new CurvePlot(this)),
      changes_(new CurvePlot(this)),
      maps_(new LayerMapRow(this)) {
  table_->setObjectName(QStringLiteral("outcomes"));
  table_->setAccessibleName(tr("Outcomes of the interventions"));
  table_->setModel(outcomes_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setShowGrid(false);
  table_->setFrameShape(QFrame::NoFrame);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setMinimumSectionSize(18 * kGrid);
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table_->horizontalHeader()->setSectionResizeMode(OutcomeTable::Title, QHeaderView::Stretch);
  remove_->setObjectName(QStringLiteral("removeIntervention"));
  remove_->setText(tr("Take out"));
  remove_->setToolTip(tr("Take the selected intervention out of the table (Delete)"));
  auto* deletion = new QAction(tr("Take out"), table_);
  deletion->setShortcut(Qt::Key_Delete);
  deletion->setShortcutContext(Qt::WidgetShortcut);
  table_->addAction(deletion);
  losses_->setObjectName(QStringLiteral("lossAtPosition"));
  losses_->setAccessibleName(tr("Loss against position"));
  changes_->setObjectName(QStringLiteral("changeByLayer"));
  changes_->setAccessibleName(tr("Spread of a swapped token over the layers"));
  maps_->setObjectName(QStringLiteral("shareMaps"));
  maps_->setAxisTitles(tr("head"), tr("layer"));
  maps_->setPlaceholder(tr("The attention to the first token shows here, head by head"));

  auto* curves = new QSplitter(Qt::Horizontal, this);
  curves->addWidget(losses_);
  curves->addWidget(changes_);
  auto* left = new QWidget(this);
  auto* rows = new QVBoxLayout(left);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(kSpacing);
  rows->addWidget(table_, 3);
  rows->addWidget(remove_, 0, Qt::AlignRight);
  rows->addWidget(curves, 4);
  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(left);
  views->addWidget(maps_);
  for (QSplitter* splitter : {curves, views}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(kMargin);
  }
  views->setSizes({860, 420});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(prompt_);
  column->addWidget(bar_);
  column->addWidget(views, 1);

  connect(bar_, &InterventionBar::added, this, &IntervenePage::add);
  connect(remove_, &QToolButton::clicked, this, &IntervenePage::removeSelected);
  connect(deletion, &QAction::triggered, this, &IntervenePage::removeSelected);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &IntervenePage::drawSelected);
  connect(maps_, &LayerMapRow::cellClicked, this,
          [this](int, int layer, int head) { bar_->addHeads(QStringLiteral("%1.%2").arg(layer).arg(head)); });
  connect(&session_, &Session::modelLoaded, this,
          [this](quint64, const ModelFacts& facts) { prompt_->setTokenizer(facts.tokenizer); });
  connect(&session_, &Session::ablated, this, [this](quint64 id, const AblatedPtr& result) {
    if (id == asking_) showResult(result);
  });
  remove_->setEnabled(false);
}

void IntervenePage::follow(const Inputs& now, const Inputs& before) {
  if (!now.sameQuestion(before)) askSoon();
  if (now.interventions != before.interventions) askSoon(0);
  if (now.epsilon != before.epsilon) draw();
}

void IntervenePage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty() || inputs.prompt.isEmpty()) return;
  asking_ = session_.ablate(requestOf(inputs));
}

void IntervenePage::add(const QString& notation) {
  document_.edit(Document::Field::Interventions, [&notation](Inputs& inputs) {
    if (!inputs.interventions.contains(notation)) inputs.interventions << notation;
  });
}

void IntervenePage::removeSelected() {
  const int row = selected();
  if (row < 1) return;
  const QString what =
      QString::fromStdString(toString(ablated_->result->request.interventions[static_cast<std::size_t>(row - 1)]));
  document_.edit(Document::Field::Interventions, [&what](Inputs& inputs) { inputs.interventions.removeAll(what); });
}

int IntervenePage::selected() const {
  return std::max(0, table_->currentIndex().row());
}

void IntervenePage::showResult(const AblatedPtr& result) {
  ablated_ = result;
  draw();
  emit resultShown();
}

void IntervenePage::draw() {
  if (!ablated_) return;
  const int row = std::min(selected(), static_cast<int>(ablated_->result->changed.size()));
  outcomes_->setResult(ablated_, document_.inputs().epsilon);
  losses_->setCurves(lossCurves(*ablated_->result).data);
  changes_->setCurves(changeCurves(*ablated_->result).data);
  table_->setCurrentIndex(outcomes_->index(row, 0));
  drawSelected();
  emit conventionsChanged(conventions());
}

void IntervenePage::drawSelected() {
  if (!ablated_) return;
  const int row = selected();
  remove_->setEnabled(row > 0);
  losses_->highlight(row == 0 ? -1 : row);
  changes_->highlight(row == 0 ? -1 : row);
  std::vector<std::size_t> which{0};
  if (row > 0) which.push_back(static_cast<std::size_t>(row));
  LayerMapFigure maps = shareMaps(*ablated_->result, which);
  maps.scale.map = document_.inputs().colourMap;
  maps_->setScale(maps.scale, maps.scaleLabel);
  maps_->setMaps(std::move(maps.maps));
}

void IntervenePage::showRun(const AblatedPtr& run) {
  const AblationRequest& request = run->result->request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.prompt = QString::fromStdString(request.prompts.front());
  inputs.bos = request.bos;
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  inputs.interventions.clear();
  for (const Intervention& one : request.interventions) inputs.interventions << QString::fromStdString(toString(one));
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  inputs.epsilon = look["epsilon"].toDouble(inputs.epsilon);
  replaceInputs(inputs);
  prompt_->showTokens(run->result->prompts.front().tokens);
  showResult(run);
}

QString IntervenePage::conventions() const {
  return ablated_ ? ablationConventions(*ablated_->result, document_.inputs().epsilon) : QString();
}

QString IntervenePage::doneLine() const {
  if (!ablated_) return {};
  const AblationResult& result = *ablated_->result;
  return tr("%1: %2 interventions on %3 tokens in %4 s")
      .arg(modelTitle(QString::fromStdString(result.request.model)))
      .arg(result.changed.size())
      .arg(result.prompts.front().tokens.size())
      .arg(result.seconds, 0, 'f', 2);
}

QString IntervenePage::numbers() const {
  if (!ablated_) return {};
  QString lines = conventions() + QLatin1Char('\n');
  for (int row = 0; row < outcomes_->rowCount(); ++row) {
    QStringList cells;
    for (int column = 0; column < OutcomeTable::ColumnCount; ++column)
      cells << outcomes_->index(row, column).data().toString();
    lines += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
  }
  return lines;
}

quint64 IntervenePage::save(const QString& path, bool) {
  const QJsonObject look{{"epsilon", document_.inputs().epsilon}};
  return session_.save(ablated_, QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact)), path);
}

std::vector<PageFigure> IntervenePage::figures() const {
  return ablated_ ? ablationFigures(*ablated_->result, document_.inputs().epsilon) : std::vector<PageFigure>();
}

}  // namespace sinkscope
