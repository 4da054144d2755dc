#include "app/pages/robustness_page.h"

#include "app/file_path.h"
#include "app/model_names.h"
#include "app/pages/layout_parts.h"
#include "app/robustness_figures.h"
#include "app/session.h"
#include "core/error.h"
#include "core/text/english_prompts.h"
#include "core/text/prompts.h"
#include "widgets/curve_plot.h"
#include "widgets/theme.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

// Enough for a first look in some seconds.
constexpr int kPrompts = 20, kSwaps = 4;

}  // namespace

RobustnessPage::RobustnessPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompts_(new QLabel(this)),
      count_(new QSpinBox(this)),
      swaps_(new QSpinBox(this)),
      run_(new QPushButton(this)),
      divergence_(new CurvePlot(this)),
      loss_(new CurvePlot(this)) {
  needNotAsk();  // it takes a while, and starts on a click
  prompts_->setObjectName(QStringLiteral("robustnessPrompts"));
  prompts_->setTextFormat(Qt::PlainText);
  count_->setObjectName(QStringLiteral("robustnessCount"));
  swaps_->setObjectName(QStringLiteral("robustnessSwaps"));
  swaps_->setRange(1, 1000);
  swaps_->setValue(kSwaps);
  run_->setObjectName(QStringLiteral("runRobustness"));
  divergence_->setObjectName(QStringLiteral("divergenceAtPosition"));
  divergence_->setAccessibleName(tr("Divergence of the predictions by position of the swapped token"));
  loss_->setObjectName(QStringLiteral("lossChangeAtPosition"));
  loss_->setAccessibleName(tr("Change of the loss by position of the swapped token"));
  layOut();

  connect(run_, &QPushButton::clicked, this, [this] { running_ ? session_.cancel(asking_) : askNow(); });
  connect(divergence_, &CurvePlot::hovered, loss_, [this](int, double x) { loss_->highlightX(x); });
  connect(loss_, &CurvePlot::hovered, divergence_, [this](int, double x) { divergence_->highlightX(x); });
  connect(&session_, &Session::robustnessMeasured, this, [this](quint64 id, const RobustnessPtr& result) {
    if (id == asking_) showResult(result);
  });
  for (const auto end : {&Session::finished, &Session::stopped})
    connect(&session_, end, this, [this](quint64 id) {
      if (id == asking_) setRunning(false);
    });
  connect(&session_, &Session::failed, this, [this](quint64 id) {
    if (id == asking_) setRunning(false);
  });
  setPrompts(QString::fromUtf8(kEnglishPromptsName), englishPrompts());
  count_->setValue(kPrompts);
  setRunning(false);
}

void RobustnessPage::layOut() {
  auto* choose = new QPushButton(tr("&Prompts …"), this);
  choose->setObjectName(QStringLiteral("chooseRobustnessPrompts"));
  choose->setToolTip(tr("A file with one prompt a line, or .jsonl"));
  connect(choose, &QPushButton::clicked, this, &RobustnessPage::promptFileWanted);
  auto* controls = new QHBoxLayout;
  controls->setSpacing(kSpacing);
  controls->addWidget(choose);
  controls->addWidget(prompts_, 1);
  addLabelled(*controls, tr("&How many"), count_);
  addLabelled(*controls, tr("&Swaps a prompt"), swaps_);
  controls->addWidget(run_);

  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(headed(new QLabel(tr("Predictions behind a swapped token"), this), divergence_, nullptr, this));
  views->addWidget(headed(new QLabel(tr("Loss behind a swapped token"), this), loss_, nullptr, this));
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addLayout(controls);
  column->addWidget(views, 1);
}

void RobustnessPage::setPrompts(const QString& name, std::vector<std::string> prompts) {
  texts_ = std::move(prompts);
  const int count = static_cast<int>(texts_.size());
  count_->setRange(1, std::max(1, count));
  count_->setValue(count);
  prompts_->setText(tr("%1: %2 prompts").arg(name).arg(count));
}

void RobustnessPage::setPromptFile(const QString& path) try {
  setPrompts(QFileInfo(path).fileName(), readPrompts(pathOf(path)));
} catch (const Error& error) {
  prompts_->setText(QString::fromUtf8(error.what()));
}

void RobustnessPage::ask() {
  const Inputs& inputs = document_.inputs();
  if (inputs.model.isEmpty()) return;
  RobustnessRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.prompts.assign(texts_.begin(),
                         texts_.begin() + std::min<std::ptrdiff_t>(count_->value(), std::ssize(texts_)));
  request.swaps = static_cast<std::size_t>(swaps_->value());
  asking_ = session_.robustness(request);
  setRunning(true);
}

void RobustnessPage::follow(const Inputs& now, const Inputs&) {
  run_->setEnabled(!now.model.isEmpty());
}

void RobustnessPage::setRunning(bool running) {
  running_ = running;
  run_->setText(running ? tr("Cancel") : measured_ ? tr("Measure again") : tr("Measure"));
  run_->setEnabled(!document_.inputs().model.isEmpty());
}

void RobustnessPage::showResult(const RobustnessPtr& result) {
  measured_ = result;
  divergence_->setCurves(divergenceCurves(*result->result).data);
  loss_->setCurves(lossChangeCurves(*result->result).data);
  emit conventionsChanged(conventions());
  emit resultShown();
}

void RobustnessPage::showRun(const RobustnessPtr& run) {
  const RobustnessRequest& request = run->result->request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(request.model);
  inputs.device = QString::fromStdString(request.device);
  inputs.tokenLimit = static_cast<int>(request.tokenLimit);
  replaceInputs(inputs);
  setPrompts(tr("of the run"), request.prompts);
  swaps_->setValue(static_cast<int>(request.swaps));
  showResult(run);
  setRunning(false);
}

QString RobustnessPage::conventions() const {
  return measured_ ? robustnessConventions(*measured_->result) : QString();
}

QString RobustnessPage::doneLine() const {
  if (!measured_) return {};
  return tr("%1: %2 swaps under %3 conditions in %4 s")
      .arg(modelTitle(QString::fromStdString(measured_->result->request.model)))
      .arg(measured_->result->swaps.size())
      .arg(measured_->result->outcomes.size())
      .arg(measured_->result->seconds, 0, 'f', 2);
}

QString RobustnessPage::numbers() const {
  if (!measured_) return {};
  const RobustnessResult& result = *measured_->result;
  QString lines = conventions() + QLatin1Char('\n');
  for (const RobustnessOutcome& outcome : result.outcomes) {
    const PositionBin kl = binned(result, outcome.divergence, 1).front();
    const PositionBin change = binned(result, outcome.lossChange, 1).front();
    lines += tr("%1: loss %2, KL %3 ± %4, change of the loss %5 ± %6\n")
                 .arg(QString::fromStdString(conditionTitle(outcome.condition, result.bosText)))
                 .arg(outcome.loss, 0, 'f', 3)
                 .arg(kl.mean, 0, 'f', 4)
                 .arg(kl.standardError, 0, 'f', 4)
                 .arg(change.mean, 0, 'f', 4)
                 .arg(change.standardError, 0, 'f', 4);
  }
  return lines;
}

quint64 RobustnessPage::save(const QString& path, bool) {
  return session_.save(measured_, QStringLiteral("{}"), path);
}

std::vector<PageFigure> RobustnessPage::figures() const {
  return measured_ ? robustnessFigures(*measured_->result) : std::vector<PageFigure>();
}

}  // namespace sinkscope
