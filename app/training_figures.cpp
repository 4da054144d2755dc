#include "app/training_figures.h"

#include "app/figure_origin.h"
#include "app/figures.h"
#include "app/training_words.h"

#include <QObject>
#include <algorithm>
#include <limits>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::size_t kMostFrames = 60;

const Array<float, 2>& headsOf(const MeasureRow& row, HeadMeasure measure) {
  switch (measure) {
    case HeadMeasure::Share:
      return row.alpha0;
    case HeadMeasure::ShareWithoutBos:
      return row.alpha0WithoutBos;
    case HeadMeasure::ShareOfKey1:
      return row.alpha1;
    case HeadMeasure::ValueDrain:
      return row.valueDrain;
    case HeadMeasure::Absorbed:
      return row.absorbed;
  }
  return row.alpha0;
}

}  // namespace

QString headMeasureTitle(HeadMeasure measure) {
  switch (measure) {
    case HeadMeasure::Share:
      return QObject::tr("attention to the first token, α₀");
    case HeadMeasure::ShareWithoutBos:
      return QObject::tr("α₀ without <bos>");
    case HeadMeasure::ShareOfKey1:
      return QObject::tr("attention to the second token, α₁");
    case HeadMeasure::ValueDrain:
      return QObject::tr("value drain, ‖W_O v₀‖ / median ‖W_O v‖");
    case HeadMeasure::Absorbed:
      return QObject::tr("mass on no token, 1 − ΣA");
  }
  return {};
}

GridFigure sinkGrid(const TrainingLog& log, std::size_t measurement, HeadMeasure measure, double epsilon) {
  const MeasureRow& row = log.measures[measurement];
  GridFigure figure;
  figure.shares = matrixOf(headsOf(row, measure));
  const bool share = measure == HeadMeasure::Share || measure == HeadMeasure::ShareWithoutBos;
  figure.eps = share ? epsilon : std::numeric_limits<double>::infinity();
  figure.scaleLabel = headMeasureTitle(measure);
  figure.conventions = QObject::tr("step %1 · %2").arg(row.step).arg(trainingConventions(log, epsilon));
  return figure;
}

std::vector<PageFigure> trainingFigures(const std::vector<NamedTraining>& runs, const TrainingLook& look,
                                        std::size_t measurement, HeadMeasure measure) {
  QStringList names;
  for (const NamedTraining& run : runs) names << run.name;
  const auto page = [&](const QString& name, const QString& title, const auto& figure) {
    return pageFigure(name, title,
                      QObject::tr("Trainings: %1. %2").arg(names.join(QStringLiteral(", ")), figure.conventions),
                      figure);
  };
  std::vector<PageFigure> figures;
  for (const TrainingCurve curve : kTrainingCurves)
    figures.push_back(page(trainingCurveName(curve), trainingCurveTitle(curve), trainingCurves(runs, curve, look)));
  const TrainingLog& log = *runs.front().log;
  if (log.measures.empty()) return withOrigin(std::move(figures), log.start);
  PageFigure grid = page(QStringLiteral("heads"), headMeasureTitle(measure),
                         sinkGrid(log, std::min(measurement, log.measures.size() - 1), measure, look.epsilon));
  const std::size_t all = log.measures.size(), frames = std::min(all, kMostFrames);
  for (std::size_t i = 0; i < frames && frames > 1; ++i)
    grid.frames.push_back(drawing(sinkGrid(log, i * (all - 1) / (frames - 1), measure, look.epsilon)));
  figures.insert(figures.begin() + 2, std::move(grid));
  return withOrigin(std::move(figures), log.start);
}

}  // namespace sinkscope
