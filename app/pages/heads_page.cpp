#include "app/pages/heads_page.h"

#include "app/head_scatter.h"
#include "app/model_names.h"
#include "app/no_op_figures.h"
#include "app/pages/layout_parts.h"
#include "app/pages/waker_panel.h"
#include "app/session.h"
#include "widgets/scatter_plot.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kLeast = 5, kMostLeast = 9999;

/// Made to hold many apostrophes, marks and line ends.
std::vector<std::string> builtInPrompts() {
  QFile file(QStringLiteral(":/prompts/waking.txt"));
  std::vector<std::string> prompts;
  if (file.open(QIODevice::ReadOnly))
    for (const QByteArray& line : file.readAll().split('\n'))
      if (!line.isEmpty()) prompts.push_back(line.toStdString());
  return prompts;
}

}  // namespace

HeadsPage::HeadsPage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      prompts_(new QLabel(this)),
      kinds_(new QComboBox(this)),
      least_(new QSpinBox(this)),
      run_(new QPushButton(this)),
      title_(new QLabel(tr("Rest and drain of the heads over prompts"), this)),
      head_(new QLabel(this)),
      heads_(new ScatterPlot(this)),
      tables_(new WakerPanel(this)) {
  prompts_->setObjectName(QStringLiteral("scanPrompts"));
  kinds_->setObjectName(QStringLiteral("wakeKinds"));
  kinds_->addItems({tr("each token"), tr("classes of tokens")});
  least_->setObjectName(QStringLiteral("wakeLeast"));
  least_->setRange(2, kMostLeast);
  least_->setValue(kLeast);
  run_->setObjectName(QStringLiteral("runScan"));
  title_->setObjectName(QStringLiteral("scanTitle"));
  head_->setObjectName(QStringLiteral("scanHead"));
  heads_->setObjectName(QStringLiteral("scanScatter"));
  heads_->setAccessibleName(tr("Rest against drain of all heads over the prompts"));
  for (QLabel* label : {prompts_, title_, head_}) label->setTextFormat(Qt::PlainText);
  head_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layOut();

  connect(run_, &QPushButton::clicked, this, &HeadsPage::askNow);
  connect(kinds_, &QComboBox::activated, this, &HeadsPage::showHead);
  connect(least_, &QSpinBox::valueChanged, this, &HeadsPage::showHead);
  connect(heads_, &ScatterPlot::clicked, this, &HeadsPage::showHead);
  connect(heads_, &ScatterPlot::activated, this, [this](int point) {
    const int heads = static_cast<int>(scanned_->result->rest.extent(1));
    emit headActivated(point / heads, point % heads);
  });
  connect(tables_, &WakerPanel::headClicked, this, &HeadsPage::selectHead);
  connect(tables_, &WakerPanel::headActivated, this, &HeadsPage::headActivated);
  connect(&session_, &Session::scanned, this, [this](quint64 id, const ScannedPtr& result) {
    if (id == asking_) showResult(result);
  });
  showControls();
}

void HeadsPage::layOut() {
  auto* choose = new QPushButton(tr("&Prompts …"), this);
  choose->setObjectName(QStringLiteral("choosePrompts"));
  choose->setToolTip(tr("A file with one prompt a line, or .jsonl"));
  connect(choose, &QPushButton::clicked, this, &HeadsPage::promptFileWanted);
  auto* controls = new QHBoxLayout;
  controls->setSpacing(kSpacing);
  controls->addWidget(choose);
  controls->addWidget(prompts_, 1);
  addLabelled(*controls, tr("&Look at"), kinds_);
  addLabelled(*controls, tr("Seen at &least"), least_);
  controls->addWidget(run_);

  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(headed(title_, heads_, head_, this));
  views->addWidget(tables_);
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  views->setSizes({560, 660});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addLayout(controls);
  column->addWidget(views, 1);
}

void HeadsPage::ask() {
  if (!run_->isEnabled()) return;
  asked_ = request();
  askedFile_ = promptFile_;
  asking_ = session_.scan(asked_, promptFile_);
  showControls();
}

NoOpRequest HeadsPage::request() const {
  const Inputs& inputs = document_.inputs();
  NoOpRequest request;
  request.model = inputs.model.toStdString();
  request.device = inputs.device.toStdString();
  request.bos = inputs.bos;
  request.tokenLimit = static_cast<std::size_t>(inputs.tokenLimit);
  request.prompts = runPrompts_.empty() ? builtInPrompts() : runPrompts_;
  return request;
}

void HeadsPage::follow(const Inputs&, const Inputs&) {
  showControls();
  followEpsilon();
}

void HeadsPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  followEpsilon();
}

void HeadsPage::followEpsilon() {
  if (!scanned_ || !isVisible() || drawnEpsilon_ == document_.inputs().epsilon) return;
  drawHeads();
  showHead();
}

void HeadsPage::setPromptFile(const QString& path) {
  promptFile_ = path;
  runPrompts_.clear();
  askNow();
}

void HeadsPage::showControls() {
  prompts_->setText(!promptFile_.isEmpty() ? QFileInfo(promptFile_).fileName()
                    : runPrompts_.empty()  ? tr("built-in prompts")
                                           : tr("prompts of the run"));
  prompts_->setToolTip(promptFile_);
  run_->setEnabled(!document_.inputs().model.isEmpty());
  const bool current = promptFile_ == askedFile_ && request() == asked_;
  run_->setText(!scanned_ ? tr("Scan") : current ? tr("Scan again") : tr("Scan with these"));
}

void HeadsPage::showResult(const ScannedPtr& result) {
  scanned_ = result;
  showControls();
  drawHeads();
  showHead();
  emit resultShown();
}

void HeadsPage::drawHeads() {
  drawnEpsilon_ = document_.inputs().epsilon;
  title_->setText(tr("Rest and drain of the heads over %1 prompts").arg(scanned_->result->request.prompts.size()));
  heads_->setScatter(scanScatter(*scanned_->result, bounds()).data);
  emit conventionsChanged(conventions());
}

void HeadsPage::showHead() {
  if (!scanned_) return;
  const NoOpResult& result = *scanned_->result;
  WakerChoice choice{kinds(), least_->value(), bounds().rest, {}};
  if (const int point = heads_->selected(); point < 0) {
    head_->setText(tr("Click a head to name it, double-click to see it"));
  } else {
    const std::size_t heads = result.rest.extent(1);
    const std::size_t layer = static_cast<std::size_t>(point) / heads, head = static_cast<std::size_t>(point) % heads;
    head_->setText(headLine(layer, head, result.rest(layer, head), result.drain(layer, head), bounds()));
    choice.head = {layer, head};
  }
  tables_->showScan(result.scan, choice);
}

void HeadsPage::selectHead(int layer, int head) {
  heads_->setSelected(layer * static_cast<int>(scanned_->result->rest.extent(1)) + head);
  showHead();
}

HeadClassBounds HeadsPage::bounds() const {
  HeadClassBounds bounds = scanned_->result->request.bounds;
  bounds.rest = document_.inputs().epsilon;
  return bounds;
}

WakeKinds HeadsPage::kinds() const {
  return kinds_->currentIndex() == 0 ? WakeKinds::Tokens : WakeKinds::Classes;
}

void HeadsPage::showRun(const ScannedPtr& run) {
  const NoOpRequest& saved = run->result->request;
  Inputs inputs = document_.inputs();
  inputs.model = QString::fromStdString(saved.model);
  inputs.device = QString::fromStdString(saved.device);
  inputs.bos = saved.bos;
  inputs.tokenLimit = static_cast<int>(saved.tokenLimit);
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  inputs.epsilon = look["epsilon"].toDouble(saved.bounds.rest);
  replaceInputs(inputs);
  promptFile_.clear();
  runPrompts_ = saved.prompts;
  kinds_->setCurrentIndex(look["kinds"].toString() == QLatin1String("classes") ? 1 : 0);
  least_->setValue(look["least"].toInt(kLeast));
  asked_ = request();
  askedFile_.clear();
  showResult(run);
  heads_->setSelected(look["head"].toInt(-1));
  showHead();
}

QString HeadsPage::look() const {
  const QJsonObject look{{"epsilon", document_.inputs().epsilon},
                         {"kinds", kinds() == WakeKinds::Classes ? "classes" : "tokens"},
                         {"least", least_->value()},
                         {"head", heads_->selected()}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString HeadsPage::conventions() const {
  return scanned_ ? scanConventions(*scanned_->result, bounds()) : QString();
}

QString HeadsPage::doneLine() const {
  if (!scanned_) return {};
  return tr("%1: %2 prompts scanned in %3 s")
      .arg(modelTitle(QString::fromStdString(scanned_->result->request.model)))
      .arg(scanned_->result->request.prompts.size())
      .arg(scanned_->result->seconds, 0, 'f', 2);
}

QString HeadsPage::numbers() const {
  if (!scanned_) return {};
  return conventions() + QStringLiteral("\n\n") + tables_->text();
}

quint64 HeadsPage::save(const QString& path, bool) {
  return session_.save(scanned_, look(), path);
}

std::vector<PageFigure> HeadsPage::figures() const {
  return scanned_ ? scanFigures(*scanned_->result, bounds()) : std::vector<PageFigure>();
}

}  // namespace sinkscope
