#include "app/figure_files.h"

#include "app/ablation_figures.h"
#include "app/collapse_figures.h"
#include "app/figures.h"
#include "app/influence_figures.h"
#include "app/no_op_figures.h"
#include "app/perturb_figures.h"
#include "app/probe_figures.h"
#include "app/report_figures.h"
#include "app/robustness_figures.h"
#include "app/sweep_figures.h"
#include "core/analysis/explore.h"

#include <QGuiApplication>
#include <algorithm>
#include <memory>
#include <utility>

namespace sinkscope {
namespace {

/// (layer, head) with the largest share on the first token, averaged over the prompts.
std::pair<int, int> mostAtRest(const ExploreResult& result) {
  const Array<double, 2> shares = meanHeadShares(result.shares());
  const auto values = shares.values();
  const auto most = std::max_element(values.begin(), values.end()) - values.begin();
  const auto heads = static_cast<std::ptrdiff_t>(shares.extent(1));
  return {static_cast<int>(most / heads), static_cast<int>(most % heads)};
}

QStringList listOf(const std::vector<std::string>& words) {
  QStringList list;
  for (const std::string& word : words) list << QString::fromStdString(word);
  return list;
}

std::vector<std::string> plain(const QStringList& list) {
  std::vector<std::string> words;
  for (const QString& word : list) words.push_back(word.toStdString());
  return words;
}

std::vector<std::string> write(const std::vector<PageFigure>& figures, const std::string& folder,
                               const std::vector<std::string>& formats) {
  const FontsForFigures fonts;
  return plain(writeFigures(figures, QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

}  // namespace

FontsForFigures::FontsForFigures() {
  if (QCoreApplication::instance()) return;
  qputenv("QT_QPA_PLATFORM", "offscreen");
  static int count = 1;
  static char name[] = "sinkscope";
  static char* arguments[] = {name, nullptr};
  application_ = std::make_unique<QGuiApplication>(count, arguments);
}

FontsForFigures::~FontsForFigures() = default;

std::vector<std::string> figureFormatNames() {
  return plain(figureFormats());
}

std::vector<std::string> writeFigureFiles(const Exploration& exploration, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const FontsForFigures fonts;
  const auto [layer, head] = mostAtRest(*exploration.result);
  return plain(
      writeFigures(exploration, epsilon, layer, head, QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const PerturbResult& result, const std::string& norm,
                                          const std::string& folder, const std::vector<std::string>& formats) {
  return write(perturbFigures(result, changeNormNamed(norm), true), folder, formats);
}

std::vector<std::string> writeFigureFiles(const CollapseRun& run, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(collapseFigures(run, kCollapseMeasures.front(), {epsilon, true}), folder, formats);
}

std::vector<std::string> writeFigureFiles(const ProbeRun& run, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto layers = static_cast<std::size_t>(run.model.config.layers);
  return write(probeFigures(run, layers / 2 + 1), folder, formats);
}

std::vector<std::string> writeFigureFiles(const NoOpResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(scanFigures(result, result.request.bounds), folder, formats);
}

std::vector<std::string> writeFigureFiles(const AblationResult& result, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(ablationFigures(result, epsilon), folder, formats);
}

std::vector<std::string> writeFigureFiles(const ReportResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(reportFigures(result), folder, formats);
}

std::vector<std::string> writeFigureFiles(const SweepResult& result, const std::string& norm, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const std::size_t last = result.maps.front().places() - 2;  // the residual stream after the last layer
  return write(sweepFigures(result, changeNormNamed(norm), true, last), folder, formats);
}

std::vector<std::string> writeFigureFiles(const InfluenceRun& run, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(influenceFigures(run, InfluenceMeasure::Measured, InfluenceMeasure::Rollout, firstRow(run)), folder,
               formats);
}

std::vector<std::string> writeFigureFiles(const RobustnessResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  return write(robustnessFigures(result), folder, formats);
}

}  // namespace sinkscope
