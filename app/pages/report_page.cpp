#include "app/pages/report_page.h"

#include "app/file_path.h"
#include "app/notice.h"
#include "app/pages/layout_parts.h"
#include "app/pages/report_setup.h"
#include "app/pages/report_table.h"
#include "app/report_figures.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/window_files.h"
#include "core/error.h"
#include "core/runs/document_file.h"
#include "widgets/curve_plot.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kSetupWidth = 65 * kGrid;

}  // namespace

ReportPage::ReportPage(Session& session, Document& document, Settings& settings, QWidget* parent)
    : Page(session, document, parent),
      settings_(settings),
      rows_(new ReportTableModel(this)),
      notice_(new Notice(this)),
      setup_(new ReportSetup(settings, this)),
      table_(reportTableView(rows_, this)),
      note_(new QLabel(this)),
      layersTitle_(new QLabel(this)),
      measure_(new QComboBox(this)),
      layers_(new CurvePlot(this)) {
  note_->setObjectName(QStringLiteral("reportNote"));
  note_->setTextFormat(Qt::PlainText);
  note_->setWordWrap(true);
  note_->setFont(themeFor(this).caption);
  note_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  layersTitle_->setObjectName(QStringLiteral("reportLayersTitle"));
  layersTitle_->setTextFormat(Qt::PlainText);
  measure_->setObjectName(QStringLiteral("reportMeasure"));
  measure_->setAccessibleName(tr("Measure over the layers"));
  layers_->setObjectName(QStringLiteral("reportLayers"));
  layers_->setAccessibleName(tr("The measure over the layers of the chosen model"));
  setup_->setFixedWidth(kSetupWidth);

  auto* exporting = new QToolButton(this);
  exporting->setObjectName(QStringLiteral("reportExport"));
  exporting->setText(tr("Export the tables"));
  exporting->setPopupMode(QToolButton::InstantPopup);
  auto* formats = new QMenu(exporting);
  formats->addAction(tr("Web page…"), this, [this] { exportTables(".html", tr("Web pages (*.html)")); });
  formats->addAction(tr("LaTeX (booktabs)…"), this, [this] { exportTables(".tex", tr("LaTeX (*.tex)")); });
  formats->addAction(tr("CSV…"), this, [this] { exportTables(".csv", tr("CSV (*.csv)")); });
  exporting->setMenu(formats);
  connect(this, &Page::resultShown, exporting, [this, exporting] { exporting->setEnabled(hasResult()); });
  exporting->setEnabled(false);

  const auto bar = [](QWidget* left, QWidget* right) {
    auto* row = new QHBoxLayout;
    row->setSpacing(kSpacing);
    row->addWidget(left);
    row->addStretch(1);
    row->addWidget(right);
    return row;
  };
  const auto panel = [this](QLayout* top, QWidget* view, QWidget* under) {
    auto* made = new QWidget(this);
    auto* column = new QVBoxLayout(made);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kSpacing);
    column->addLayout(top);
    column->addWidget(view, 1);
    if (under) column->addWidget(under);
    return made;
  };
  auto* title = new QLabel(tr("Sink rates, measured and published"), this);
  title->setFont(themeFor(this).heading);
  layersTitle_->setFont(themeFor(this).heading);
  auto* views = new QSplitter(Qt::Vertical, this);
  views->addWidget(panel(bar(title, exporting), table_, note_));
  views->addWidget(panel(bar(layersTitle_, measure_), layers_, nullptr));
  views->setChildrenCollapsible(false);
  views->setHandleWidth(kMargin);
  views->setSizes({440, 280});
  auto* row = new QHBoxLayout;
  row->setSpacing(kMargin);
  row->addWidget(setup_);
  row->addWidget(views, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kSpacing, kMargin, kSpacing);
  column->setSpacing(kSpacing);
  column->addWidget(notice_);
  column->addLayout(row, 1);
  tabThrough({exporting, table_, measure_, layers_});

  connect(setup_, &ReportSetup::runAsked, this, &ReportPage::askNow);
  connect(setup_, &ReportSetup::cancelAsked, this, [this] { session_.cancel(asking_); });
  connect(&session_, &Session::reported, this, [this](quint64 id, const ReportedPtr& result) {
    if (id == asking_) showResult(result);
  });
  for (const auto end : {&Session::finished, &Session::stopped})
    connect(&session_, end, this, [this](quint64 id) {
      if (id == asking_) endAsking();
    });
  connect(&session_, &Session::failed, this, [this](quint64 id) {
    if (id == asking_) endAsking();
  });
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ReportPage::draw);
  connect(measure_, &QComboBox::currentIndexChanged, this, &ReportPage::draw);
  needNotAsk();  // it takes minutes
  showTable();
}

void ReportPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  setup_->listModels();
}

void ReportPage::ask() {
  ReportRequest request = setup_->request();
  request.device = document_.inputs().device.toStdString();
  notice_->clear();
  asking_ = session_.report(request);
  setup_->setRunning(true);
}

void ReportPage::endAsking() {
  asking_ = 0;
  setup_->setRunning(false);
}

void ReportPage::showResult(const ReportedPtr& result) {
  reported_ = result;
  showTable();
  emit resultShown();
  emit conventionsChanged(conventions());
}

void ReportPage::showTable() {
  const ReportResult nothing;
  const ReportResult& report = reported_ ? *reported_->result : nothing;
  const int row = std::max(0, table_->currentIndex().row());
  rows_->show(wholeTable(report));
  note_->setText(QString::fromStdString(rows_->table().note));
  table_->resizeColumnsToContents();
  {
    const QSignalBlocker quiet(measure_);
    const QString shown = measure_->currentData().toString();
    measure_->clear();
    for (const LayerMeasure& measure : layerMeasures(report.request))
      measure_->addItem(QString::fromStdString(measure.title), QString::fromStdString(measure.name));
    measure_->setCurrentIndex(std::max(0, measure_->findData(shown)));
  }
  if (reported_) table_->setCurrentIndex(rows_->index(row, 0));
  draw();
}

std::size_t ReportPage::shownModel() const {
  return static_cast<std::size_t>(std::max(0, rows_->modelOf(table_->currentIndex().row())));
}

void ReportPage::draw() {
  if (!reported_) {
    layersTitle_->setText(tr("Layer by layer"));
    return;
  }
  const ModelReport& model = reported_->result->models[shownModel()];
  const auto measure = static_cast<std::size_t>(measure_->currentIndex());
  layersTitle_->setText(tr("Layer by layer: %1").arg(QString::fromStdString(shownName(model))));
  layers_->setCurves(layerCurves(*reported_->result, model, layerMeasures(reported_->result->request)[measure]).data);
}

void ReportPage::exportTables(const QString& suffix, const QString& format) {
  const QString path = chosenDocument(this, settings_, QStringLiteral("report") + suffix, format);
  if (!path.isEmpty()) writeTables(path);
}

void ReportPage::writeTables(const QString& path) try {
  notice_->clear();
  const ReportResult& report = *reported_->result;
  const std::string text = path.endsWith(QLatin1String(".html"))  ? reportHtml(report)
                           : path.endsWith(QLatin1String(".tex")) ? reportLatex(report)
                                                                  : reportCsv(report);
  writeDocument(pathOf(path), text);
} catch (const Error& error) {
  notice_->showError(QString::fromUtf8(error.what()), {});
}

void ReportPage::showRun(const ReportedPtr& run) {
  session_.cancel(asking_);
  setup_->showRequest(run->result->request);
  const QJsonObject look = QJsonDocument::fromJson(run->look.toUtf8()).object();
  showResult(run);
  measure_->setCurrentIndex(std::max(0, measure_->findData(look["measure"].toString())));
  const auto shown = std::ranges::find(rows_->table().modelOf, look["model"].toInt());
  table_->setCurrentIndex(rows_->index(static_cast<int>(shown - rows_->table().modelOf.begin()), 0));
}

QString ReportPage::look() const {
  const QJsonObject look{{"model", static_cast<int>(shownModel())}, {"measure", measure_->currentData().toString()}};
  return QString::fromUtf8(QJsonDocument(look).toJson(QJsonDocument::Compact));
}

QString ReportPage::conventions() const {
  if (!reported_) return {};
  QStringList epsilons;
  for (const double epsilon : reported_->result->request.epsilons) epsilons << QString::number(epsilon);
  return tr("ε %1 · %2").arg(epsilons.join(QStringLiteral(", ")), QString::fromStdString(describe(*reported_->result)));
}

QString ReportPage::doneLine() const {
  if (!reported_) return {};
  const ReportResult& report = *reported_->result;
  double seconds = 0.0;
  for (const ModelReport& model : report.models) seconds += model.seconds;
  return tr("%1 of %2 models measured on %3 prompts in %4 s")
      .arg(report.models.size())
      .arg(report.request.models.size())
      .arg(report.request.prompts.size())
      .arg(seconds, 0, 'f', 1);
}

QString ReportPage::numbers() const {
  return reported_ ? rows_->text() : QString();
}

quint64 ReportPage::save(const QString& path, bool) {
  return session_.save(reported_, look(), path);
}

std::vector<PageFigure> ReportPage::figures() const {
  return reported_ ? reportFigures(*reported_->result) : std::vector<PageFigure>();
}

}  // namespace sinkscope
