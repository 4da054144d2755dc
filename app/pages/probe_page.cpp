#include "app/pages/probe_page.h"

#include "app/model_names.h"
#include "app/pages/layout_parts.h"
#include "app/session.h"
#include "widgets/curve_plot.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

namespace sinkscope {
namespace {

constexpr int kMostCopies = 4096;

/// "10, 20, 50"
QString listText(const std::vector<std::size_t>& lengths) {
  QStringList words;
  for (const std::size_t length : lengths) words << QString::number(length);
  return words.join(QStringLiteral(", "));
}

/// The lengths of such a list that are above 0.
std::vector<std::size_t> lengthsOf(const QString& list) {
  std::vector<std::size_t> lengths;
  for (const QString& word : list.split(QRegularExpression(QStringLiteral("[, ]+")), Qt::SkipEmptyParts))
    if (const qulonglong length = word.toULongLong(); length > 0) lengths.push_back(length);
  return lengths;
}

}  // namespace

ProbePage::ProbePage(Session& session, Document& document, QWidget* parent)
    : Page(session, document, parent),
      lengths_(new QLineEdit(listText(LengthProbeRequest().lengths), this)),
      text_(new QLineEdit(QString::fromStdString(RepetitionRequest().text), this)),
      copies_(new QSpinBox(this)),
      run_(new QPushButton(this)),
      lengthPlace_(new QComboBox(this)),
      copyPlace_(new QComboBox(this)),
      lost_(new QLabel(this)),
      copyTitle_(new QLabel(tr("Norm of the copies of one token"), this)),
      lengthPlot_(new CurvePlot(this)),
      copyPlot_(new CurvePlot(this)) {
  lengths_->setObjectName(QStringLiteral("probeLengths"));
  lengths_->setValidator(
      new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,6}([, ]+[0-9]{1,6})*[, ]*")), this));
  lengths_->setToolTip(tr("Lengths n, in digits, with commas between"));
  text_->setObjectName(QStringLiteral("probeText"));
  text_->setMaximumWidth(40 * kGrid);
  text_->setToolTip(tr("The last token of this text is repeated; mind the space before a word"));
  copies_->setObjectName(QStringLiteral("probeCopies"));
  copies_->setRange(1, kMostCopies);
  copies_->setValue(static_cast<int>(RepetitionRequest().copies));
  run_->setObjectName(QStringLiteral("runProbes"));
  lengthPlace_->setObjectName(QStringLiteral("probePlace"));
  lengthPlace_->setAccessibleName(tr("Where the last token is looked at"));
  for (const ProbePlace place : {ProbePlace::LastLayer, ProbePlace::FinalNorm})
    lengthPlace_->addItem(tr("Last token against length, %1").arg(probePlaceTitle(place)));
  copyPlace_->setObjectName(QStringLiteral("copyPlace"));
  copyPlace_->setAccessibleName(tr("Layer of the copies"));
  copyPlace_->addItem(copyPlaceTitle(0));
  lost_->setObjectName(QStringLiteral("lost"));
  lost_->setTextFormat(Qt::PlainText);
  lost_->setWordWrap(true);
  lost_->hide();
  copyTitle_->setTextFormat(Qt::PlainText);
  lengthPlot_->setObjectName(QStringLiteral("lengthCurves"));
  lengthPlot_->setAccessibleName(tr("Difference of the last token against the number of digits"));
  copyPlot_->setObjectName(QStringLiteral("copyCurves"));
  copyPlot_->setAccessibleName(tr("Norm of the k-th copy of one token"));

  auto* controls = new QHBoxLayout;
  controls->setSpacing(kSpacing);
  addLabelled(*controls, tr("&Lengths"), lengths_, 1);
  addLabelled(*controls, tr("&Repeated text"), text_);
  addLabelled(*controls, tr("&Copies"), copies_);
  controls->addWidget(run_);
  auto* copyHeading = new QWidget(this);
  auto* heading = new QHBoxLayout(copyHeading);
  heading->setContentsMargins(0, 0, 0, 0);
  heading->setSpacing(kSpacing);
  heading->addWidget(copyTitle_);
  heading->addWidget(copyPlace_);
  auto* views = new QSplitter(Qt::Horizontal, this);
  views->addWidget(headed(lengthPlace_, lengthPlot_, nullptr, this));
  views->addWidget(headed(copyHeading, copyPlot_, nullptr, this));
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  views->setSizes({600, 600});
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addLayout(controls);
  column->addWidget(views, 1);
  column->addWidget(lost_);  // below both, so that their axes stay in line

  connect(run_, &QPushButton::clicked, this, &ProbePage::askNow);
  for (QLineEdit* field : {lengths_, text_}) {
    connect(field, &QLineEdit::textChanged, this, &ProbePage::showButton);
    connect(field, &QLineEdit::returnPressed, run_, &QPushButton::click);
  }
  connect(copies_, &QSpinBox::valueChanged, this, &ProbePage::showButton);
  for (QComboBox* choice : {lengthPlace_, copyPlace_}) connect(choice, &QComboBox::activated, this, &ProbePage::draw);
  connect(copyPlot_, &CurvePlot::clicked, this, [this](int place) {
    if (place < 0) return;
    copyPlace_->setCurrentIndex(place);
    draw();
  });
  connect(&session_, &Session::probed, this, [this](quint64 id, const ProbedPtr& result) {
    if (id == asking_) showResult(result);
  });
  showButton();
}

void ProbePage::ask() {
  if (!run_->isEnabled()) return;
  asked_ = request();
  asking_ = session_.probe(asked_);
  showButton();
}

void ProbePage::follow(const Inputs&, const Inputs&) {
  showButton();
}

ProbeRequest ProbePage::request() const {
  const Inputs& inputs = document_.inputs();
  LengthProbeRequest ones;
  ones.model = inputs.model.toStdString();
  ones.device = inputs.device.toStdString();
  ones.bos = inputs.bos;
  ones.lengths = lengthsOf(lengths_->text());
  LengthProbeRequest digits = ones;
  digits.probe = LengthProbe::Digits;
  return {
      {ones, digits},
      {{ones.model, text_->text().toStdString(), static_cast<std::size_t>(copies_->value()), ones.bos, ones.device}}};
}

void ProbePage::showButton() {
  run_->setEnabled(!document_.inputs().model.isEmpty() && !lengthsOf(lengths_->text()).empty() &&
                   !text_->text().isEmpty());
  run_->setText(!probed_ ? tr("Run the probes") : request() == asked_ ? tr("Run again") : tr("Run with these"));
}

void ProbePage::showResult(const ProbedPtr& result) {
  const bool first = probed_ == nullptr;
  probed_ = result;
  const int layers = static_cast<int>(result->result->model.config.layers);
  if (copyPlace_->count() != layers + 1) {
    copyPlace_->clear();
    for (int place = 0; place <= layers; ++place) copyPlace_->addItem(copyPlaceTitle(static_cast<std::size_t>(place)));
  }
  if (first) copyPlace_->setCurrentIndex(layers / 2 + 1);
  showButton();
  draw();
  emit resultShown();
}

void ProbePage::draw() {
  if (!probed_) return;
  const ProbeRun& run = *probed_->result;
  lengthPlot_->setCurves(run.lengths.empty() ? Curves() : lengthCurves(run, lengthPlace()).data);
  lost_->setText(lostWords(run, lengthPlace()));
  lost_->setVisible(!lost_->text().isEmpty());
  if (run.repetitions.empty()) {
    copyPlot_->setCurves({});
  } else {
    const RepetitionResult& copies = run.repetitions.front();
    copyTitle_->setText(tr("Norm of the k-th copy of '%1'").arg(QString::fromStdString(visibleText(copies.token))));
    copyPlot_->setCurves(copyCurves(copies, static_cast<std::size_t>(copyPlace_->currentIndex())).data);
  }
  emit conventionsChanged(conventions());
}

ProbePlace ProbePage::lengthPlace() const {
  return lengthPlace_->currentIndex() == 0 ? ProbePlace::LastLayer : ProbePlace::FinalNorm;
}

void ProbePage::showRun(const ProbedPtr& run) {
  const ProbeRun& result = *run->result;
  Inputs inputs = document_.inputs();
  const auto take = [&inputs](const auto& request) {
    inputs.model = QString::fromStdString(request.model);
    inputs.device = QString::fromStdString(request.device);
    inputs.bos = request.bos;
  };
  if (!result.lengths.empty()) {
    take(result.lengths.front().request);
    lengths_->setText(listText(result.lengths.front().request.lengths));
  }
  if (!result.repetitions.empty()) {
    const RepetitionRequest& request = result.repetitions.front().request;
    take(request);
    text_->setText(QString::fromStdString(request.text));
    copies_->setValue(static_cast<int>(request.copies));
  }
  replaceInputs(inputs);
  asked_ = request();
  showResult(run);
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  lengthPlace_->setCurrentIndex(look["place"].toString() == QLatin1String("norm") ? 1 : 0);
  const int layer = look["layer"].toInt(copyPlace_->currentIndex() - 1);
  if (layer >= -1 && layer + 1 < copyPlace_->count()) copyPlace_->setCurrentIndex(layer + 1);
  draw();
}

QString ProbePage::look() const {
  const QJsonObject look{{"place", lengthPlace() == ProbePlace::FinalNorm ? "norm" : "layer"},
                         {"layer", copyPlace_->currentIndex() - 1}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString ProbePage::conventions() const {
  return probed_ ? probeConventions(*probed_->result) : QString();
}

QString ProbePage::doneLine() const {
  if (!probed_) return {};
  const ProbeRun& run = *probed_->result;
  const std::string& model =
      run.lengths.empty() ? run.repetitions.front().request.model : run.lengths.front().request.model;
  return tr("%1: probed in %2 s").arg(modelTitle(QString::fromStdString(model))).arg(run.seconds, 0, 'f', 2);
}

QString ProbePage::numbers() const {
  return probed_ ? conventions() + QLatin1Char('\n') + probeNumbers(*probed_->result) : QString();
}

quint64 ProbePage::save(const QString& path, bool) {
  return session_.save(probed_, look(), path);
}

std::vector<PageFigure> ProbePage::figures() const {
  if (!probed_) return {};
  return probeFigures(*probed_->result, static_cast<std::size_t>(copyPlace_->currentIndex()));
}

}  // namespace sinkscope
