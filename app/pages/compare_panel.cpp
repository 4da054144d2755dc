#include "app/pages/compare_panel.h"

#include "app/compare_figures.h"
#include "app/compare_table.h"
#include "app/pages/compare_bar.h"
#include "app/pages/compare_maps.h"
#include "app/pages/layout_parts.h"
#include "app/pages/linked_zoom.h"
#include "app/pages/training_curves.h"
#include "app/training_figures.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"
#include "widgets/line_label.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sinkscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QString numberText(double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  return QString::number(value, 'g', 3).replace(QLatin1Char('-'), QChar(0x2212));
}

}  // namespace

ComparePanel::ComparePanel(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      table_(new CompareTable(this)),
      bar_(new CompareBar(this)),
      note_(new QLabel(this)),
      readout_(new LineLabel(this)),
      upper_(new QWidget(this)),
      maps_(new CompareMaps(this)),
      training_(new TrainingCurves(this)),
      differenceTitle_(new QLabel(this)),
      difference_(new LayerMap(this)),
      differenceArea_(new ZoomArea(difference_, this)),
      curves_(new CurvePlot(this)),
      settings_(compareTableView(table_, this)),
      onlyDifferences_(new QCheckBox(tr("Only &differences"), this)),
      lower_(new QSplitter(Qt::Horizontal, this)),
      all_(new QSplitter(Qt::Vertical, this)),
      zoom_(new LinkedZoom(this)) {
  onlyDifferences_->setObjectName(QStringLiteral("onlyDifferences"));
  onlyDifferences_->setChecked(true);
  difference_->setObjectName(QStringLiteral("differenceMap"));
  difference_->setAccessibleName(tr("Difference of two runs"));
  curves_->setObjectName(QStringLiteral("comparedCurves"));
  curves_->setAccessibleName(tr("Curves of the runs over each other"));
  note_->setObjectName(QStringLiteral("compareNote"));
  readout_->setObjectName(QStringLiteral("compareReadout"));
  differenceTitle_->setObjectName(QStringLiteral("differenceTitle"));
  note_->setWordWrap(true);
  for (QLabel* label : {note_, readout_, differenceTitle_}) label->setTextFormat(Qt::PlainText);

  auto* over = new QVBoxLayout(upper_);  // no stack: what is hidden must not need room
  over->setContentsMargins(0, 0, 0, 0);
  over->addWidget(maps_);
  over->addWidget(training_);
  training_->hide();
  differencePanel_ = headed(differenceTitle_, differenceArea_, nullptr, this);
  curvesPanel_ = headed(new QLabel(tr("Over each other"), this), curves_, nullptr, this);
  lower_->addWidget(differencePanel_);
  lower_->addWidget(curvesPanel_);
  lower_->addWidget(headed(onlyDifferences_, settings_, nullptr, this));
  lower_->setSizes({400, 380, 400});
  all_->addWidget(upper_);
  all_->addWidget(lower_);
  all_->setSizes({330, 260});
  for (QSplitter* splitter : {lower_, all_}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(kMargin);
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(bar_);
  column->addWidget(note_);
  column->addWidget(all_, 1);
  column->addWidget(readout_);
  wire();
}

void ComparePanel::wire() {
  connect(bar_, &CompareBar::changed, this, &ComparePanel::draw);
  connect(bar_, &CompareBar::leaveWanted, this, &ComparePanel::leaveWanted);
  connect(bar_, &CompareBar::zoomWanted, zoom_, &LinkedZoom::zoom);
  connect(onlyDifferences_, &QCheckBox::toggled, table_, &CompareTable::setOnlyDifferences);
  connect(&document_, &Document::changed, this, &ComparePanel::follow);
  connect(maps_, &CompareMaps::cellHovered, this, &ComparePanel::light);
  connect(difference_, &LayerMap::cellHovered, this, [this](int row, int column) {
    light(look_.minuend, row, column < 0 ? -1 : column + static_cast<int>(views_.minus.columnA));
  });
  connect(curves_, &CurvePlot::hovered, this, [this](int, double x) { lightPlace(x); });
}

void ComparePanel::setRuns(ComparedRunsPtr runs) {
  runs_ = std::move(runs);
  look_ = {};
  table_->setRuns(*runs_);
  bar_->setRuns(*runs_, document_.inputs().logarithmicChange);
  zoom_->setAreas({});
  const bool ofHeads = runs_->isAlike() && compareViews(*runs_, look_).ofHeads;
  maps_->setRuns(*runs_, ofHeads);
  std::vector<ZoomArea*> areas = maps_->areas();
  areas.push_back(differenceArea_);
  zoom_->setAreas(std::move(areas));
  trainings_ = comparedTrainings(*runs_);
  draw();
  // Once the plots have their places: what has no room yet cannot be painted.
  QMetaObject::invokeMethod(
      training_, [this] { training_->setRuns(trainings_); }, Qt::QueuedConnection);
}

bool ComparePanel::showsTraining() const {
  return !trainings_.empty() && bar_->isFirstMeasure();
}

void ComparePanel::follow(const Inputs& now, const Inputs& before) {
  if (!runs_) return;
  if (now.epsilon != before.epsilon || now.includeQuery0 != before.includeQuery0 || now.colourMap != before.colourMap)
    draw();
}

void ComparePanel::draw() {
  if (!runs_) return;
  const Inputs& inputs = document_.inputs();
  look_.epsilon = inputs.epsilon;
  look_.includeQuery0 = inputs.includeQuery0;
  bar_->putInto(look_);
  views_ = compareViews(*runs_, look_);

  const bool overTime = showsTraining(), hasDifference = !views_.difference.maps.empty();
  upper_->setVisible(runs_->isAlike());
  maps_->setVisible(!overTime);
  training_->setVisible(overTime);
  if (const auto along = overTime ? Qt::Horizontal : Qt::Vertical; along != all_->orientation()) {
    all_->setOrientation(along);
    all_->setSizes(overTime ? QList<int>{560, 440} : QList<int>{330, 260});
  }
  lower_->setOrientation(overTime ? Qt::Vertical : Qt::Horizontal);
  differencePanel_->setVisible(hasDifference && !overTime);
  curvesPanel_->setVisible(!views_.curves.data.curves.empty() && !overTime);
  bar_->offer(runs_->isAlike() && !overTime, !views_.ofHeads, hasDifference || runs_->runs.size() > 2);
  note_->setText(overTime ? QString() : QString::fromStdString(views_.minus.note));
  note_->setVisible(!note_->text().isEmpty());
  readout_->setVisible(runs_->isAlike() && !overTime);

  training_->setEpsilon(look_.epsilon);
  maps_->setViews(views_, look_, inputs.colourMap);
  if (hasDifference) {
    differenceTitle_->setText(tr("%1, from %2 to %3")
                                  .arg(bar_->pairTitle(), numberText(views_.difference.scale.minimum),
                                       numberText(views_.difference.scale.maximum)));
    difference_->setScale(views_.difference.scale);
    difference_->setScaleLabel(bar_->pairTitle());
    difference_->setAxisTitles(views_.xTitle, views_.yTitle);
    LayerMapData data = views_.difference.maps.front();
    data.title.clear();
    difference_->setData(std::move(data));
  }
  curves_->setCurves(views_.curves.data);
  light(0, -1, -1);
  emit conventionsChanged();
}

void ComparePanel::light(int run, int row, int column) {
  if (!runs_ || views_.maps.empty()) return;
  maps_->setHighlight(run, row, column);
  const std::vector<double>& places = views_.rowX[static_cast<std::size_t>(run)];
  curves_->highlightX(row >= 0 && row < static_cast<int>(places.size()) ? places[static_cast<std::size_t>(row)]
                                                                        : kNone);
  const auto [paired, at] = maps_->cellIn(look_.minuend, run, row, column);
  difference_->setHighlight(paired, at < 0 ? -1 : at - static_cast<int>(views_.minus.columnA));
  readout_->setText(readoutOf(run, row, column));
}

void ComparePanel::lightPlace(double x) {
  int row = -1;
  if (!std::isnan(x) && !views_.rowX.empty()) {
    const std::vector<double>& places = views_.rowX.front();
    const auto nearest = std::ranges::min_element(places, {}, [x](double place) { return std::abs(place - x); });
    if (nearest != places.end()) row = static_cast<int>(nearest - places.begin());
  }
  maps_->setHighlight(0, row, -1);
  difference_->setHighlight(maps_->cellIn(look_.minuend, 0, row, -1).first, -1);
}

QString ComparePanel::readoutOf(int run, int row, int column) const {
  if (row < 0 || column < 0) return tr("Point at a cell to read it in all runs; Ctrl and the wheel zoom them together");
  const LayerMapData& from = views_.maps[static_cast<std::size_t>(run)];
  QStringList words;
  for (int other = 0; other < static_cast<int>(views_.maps.size()); ++other) {
    const auto [paired, at] = maps_->cellIn(other, run, row, column);
    const bool there = paired >= 0 && at >= 0;
    words << QStringLiteral("%1 %2").arg(
        compareLetter(other),
        there ? numberText(views_.maps[static_cast<std::size_t>(other)].values.at(paired, at)) : QStringLiteral("–"));
  }
  const auto [paired, at] = maps_->cellIn(look_.minuend, run, row, column);
  const auto differenceRow = static_cast<std::size_t>(paired), first = views_.minus.columnA;
  const bool hasColumn = at >= static_cast<int>(first);
  if (!views_.minus.values.empty() && paired >= 0 && hasColumn)
    words << QStringLiteral("%1 %2").arg(
        bar_->pairTitle(), numberText(views_.minus.values(differenceRow, static_cast<std::size_t>(at) - first)));
  return QStringLiteral("%1 %2, %3 %4:  %5")
      .arg(views_.yTitle, from.rowLabel(row), views_.xTitle, from.columnLabel(column),
           words.join(QStringLiteral("  ·  ")));
}

QString ComparePanel::conventions() const {
  return runs_ ? compareConventions(*runs_, look_) : QString();
}

std::vector<PageFigure> ComparePanel::figures() const {
  if (!runs_) return {};
  std::vector<PageFigure> figures = compareFigures(*runs_, views_, look_);
  if (trainings_.empty()) return figures;
  std::vector<PageFigure> over = trainingFigures(trainings_, training_->look(), 0, HeadMeasure::Share);
  std::erase_if(over, [](const PageFigure& figure) { return figure.name == QLatin1String("heads"); });  // of one alone
  over.insert(over.end(), figures.begin(), figures.end());
  return over;
}

}  // namespace sinkscope
