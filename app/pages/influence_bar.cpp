#include "app/pages/influence_bar.h"

#include "core/analysis/influence.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStandardItemModel>
#include <algorithm>
#include <cmath>

namespace sinkscope {
namespace {

constexpr int kProbes[] = {16, 64, 256};
constexpr int kExact = 0;
constexpr int kAllLayers = -1, kFinalNorm = -2;  // beside numbers of layers
/// Every token's whole Jacobian is offered of models that are no wider.
constexpr int kSmallWidth = 128;

QString layerName(int layersBefore) {
  return layersBefore == 0 ? QObject::tr("embedding") : QObject::tr("layer %1").arg(layersBefore - 1);
}

QString probesName(int probes) {
  return probes == 1 ? QObject::tr("1 probe") : QObject::tr("%1 probes").arg(probes);
}

/// Median over the tokens of the standard error over the norm, of the influence from the first layer.
double medianError(const InfluenceResult& result) {
  std::vector<double> errors;
  for (std::size_t token = 0; token <= static_cast<std::size_t>(result.query); ++token)
    if (result.measured(0, token) > 0.0)  // not beyond a window
      errors.push_back(result.standardError(0, token) / result.measured(0, token));
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::ranges::nth_element(errors, middle);
  return *middle;
}

QString durationText(double seconds) {
  if (seconds < 1.0) return QObject::tr("less than a second");
  return seconds < 90.0 ? QObject::tr("about %1 s").arg(std::ceil(seconds))
                        : QObject::tr("about %1 min").arg(std::ceil(seconds / 60.0));
}

}  // namespace

InfluenceBar::InfluenceBar(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      token_(new QLabel(tr("Click a token to ask what influences it"), this)),
      from_(new QComboBox(this)),
      to_(new QComboBox(this)),
      probes_(new QComboBox(this)),
      all_(new QCheckBox(tr("&Full matrix"), this)),
      cost_(new LineLabel(this)) {
  token_->setObjectName(QStringLiteral("influencedToken"));
  token_->setTextFormat(Qt::PlainText);
  from_->setObjectName(QStringLiteral("fromLayer"));
  from_->setAccessibleName(tr("Influence of the residual stream after"));
  to_->setObjectName(QStringLiteral("toLayer"));
  to_->setAccessibleName(tr("On the residual stream after"));
  for (QComboBox* layers : {from_, to_}) layers->setMinimumContentsLength(10);
  probes_->setObjectName(QStringLiteral("probes"));
  probes_->setAccessibleName(tr("How well it is measured"));
  for (const int probes : kProbes) probes_->addItem(probesName(probes), probes);
  probes_->addItem(tr("exact"), kExact);
  all_->setObjectName(QStringLiteral("fullMatrix"));
  all_->setToolTip(tr("Every token influenced by every other, from the first of the layers"));
  cost_->setObjectName(QStringLiteral("influenceCost"));
  cost_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);

  auto* fromLabel = new QLabel(tr("&from"), this);
  fromLabel->setBuddy(from_);
  auto* toLabel = new QLabel(tr("&to"), this);
  toLabel->setBuddy(to_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpacing);
  for (QWidget* each : std::initializer_list<QWidget*>{token_, fromLabel, from_, toLabel, to_, probes_, all_})
    row->addWidget(each);
  row->addWidget(cost_, 1);

  using Field = Document::Field;
  connect(from_, &QComboBox::activated, this, &InfluenceBar::chooseFrom);
  connect(to_, &QComboBox::activated, this, &InfluenceBar::chooseTo);
  connect(probes_, &QComboBox::activated, this, [this] {
    document_.edit(Field::Probes, [this](Inputs& inputs) { inputs.probes = probes_->currentData().toInt(); });
  });
  connect(all_, &QCheckBox::clicked, this, &InfluenceBar::chooseAll);
  connect(&document_, &Document::changed, this, &InfluenceBar::follow);
  follow();
}

void InfluenceBar::setRun(const InfluenceRun& run) {
  const InfluenceResult& result = run.results.front();
  layers_ = static_cast<int>(run.model.config.layers);
  width_ = static_cast<int>(run.model.config.width);
  tokens_ = static_cast<int>(result.tokens.size());
  conditions_ = static_cast<int>(run.results.size());
  productsPerSecond_ = result.productsPerSecond;
  measured_ = result.request.probes > 1 ? tr("measured to ±%1 % (median)").arg(100.0 * medianError(result), 0, 'g', 2)
                                        : QString();
  const Token& token = result.tokens[static_cast<std::size_t>(result.query)];
  token_->setText(result.request.allQueries ? tr("Influence on every token")
                                            : tr("Influence on “%1”").arg(QString::fromStdString(visibleText(token))));
  fillLayers();
  follow();
}

void InfluenceBar::fillLayers() {
  from_->clear();
  to_->clear();
  for (int layers = 0; layers < layers_; ++layers) from_->addItem(layerName(layers), layers);
  for (int layers = 1; layers < layers_; ++layers) to_->addItem(layerName(layers), layers);
  to_->addItem(layerName(layers_), kAllLayers);
  to_->addItem(tr("final norm"), kFinalNorm);
}

void InfluenceBar::follow() {
  const Inputs& inputs = document_.inputs();
  from_->setCurrentIndex(from_->findData(std::min(inputs.fromLayers, layers_ - 1)));
  const int to = inputs.afterFinalNorm ? kFinalNorm : inputs.toLayers < layers_ ? inputs.toLayers : kAllLayers;
  to_->setCurrentIndex(to_->findData(to));
  // A run of the command line has any number of probes.
  if (probes_->findData(inputs.probes) < 0) probes_->insertItem(0, probesName(inputs.probes), inputs.probes);
  probes_->setCurrentIndex(probes_->findData(inputs.probes));
  all_->setChecked(inputs.fullMatrix);
  auto* items = qobject_cast<QStandardItemModel*>(probes_->model());
  QStandardItem* exact = items->item(probes_->findData(kExact));
  exact->setEnabled(isExactOffered(inputs.fullMatrix));
  exact->setToolTip(tr("A product for every component of the stream; of one token, or of a small model's all"));
  if (layers_ == 0) return;
  const int products = width_ * conditions_ * (inputs.fullMatrix ? tokens_ : 1);
  const QString cost =
      tr("exact takes %L1 products, %2").arg(products).arg(durationText(products / productsPerSecond_));
  cost_->setText(measured_.isEmpty() ? cost : measured_ + QStringLiteral(" · ") + cost);
}

void InfluenceBar::chooseFrom() {
  document_.edit(Document::Field::Layers, [this](Inputs& inputs) {
    inputs.fromLayers = from_->currentData().toInt();
    if (inputs.toLayers >= 0) inputs.toLayers = std::max(inputs.toLayers, inputs.fromLayers + 1);
  });
}

void InfluenceBar::chooseTo() {
  document_.edit(Document::Field::Layers, [this](Inputs& inputs) {
    const int to = to_->currentData().toInt();
    inputs.afterFinalNorm = to == kFinalNorm;
    inputs.toLayers = std::max(to, kAllLayers);
    if (to > 0) inputs.fromLayers = std::min(inputs.fromLayers, to - 1);
  });
}

void InfluenceBar::chooseAll(bool all) {
  document_.edit(Document::Field::FullMatrix, [this, all](Inputs& inputs) {
    inputs.fullMatrix = all;
    if (inputs.probes == kExact && !isExactOffered(all)) inputs.probes = kProbes[0];
  });
}

bool InfluenceBar::isExactOffered(bool all) const {
  return !all || (width_ > 0 && width_ <= kSmallWidth);
}

}  // namespace sinkscope
