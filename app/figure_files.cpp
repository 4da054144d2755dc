#include "app/figure_files.h"

#include "app/ablation_figures.h"
#include "app/figures.h"
#include "app/influence_figures.h"
#include "app/perturb_figures.h"
#include "app/report_figures.h"
#include "app/sweep_figures.h"
#include "core/analysis/explore.h"

#include <QGuiApplication>
#include <algorithm>
#include <memory>
#include <utility>

namespace sinkscope {
namespace {

/// Fonts need an application, which needs no display when it is offscreen.
std::unique_ptr<QGuiApplication> applicationForFonts() {
  if (QCoreApplication::instance()) return nullptr;
  qputenv("QT_QPA_PLATFORM", "offscreen");
  static int count = 1;
  static char name[] = "sinkscope";
  static char* arguments[] = {name, nullptr};
  return std::make_unique<QGuiApplication>(count, arguments);
}

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

}  // namespace

std::vector<std::string> writeFigureFiles(const Exploration& exploration, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  const auto [layer, head] = mostAtRest(*exploration.result);
  return plain(
      writeFigures(exploration, epsilon, layer, head, QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const PerturbResult& result, const std::string& norm,
                                          const std::string& folder, const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  return plain(writeFigures(perturbFigures(result, changeNormNamed(norm), true), QString::fromStdString(folder),
                            listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const AblationResult& result, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  return plain(
      writeFigures(ablationFigures(result, epsilon), QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const ReportResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  return plain(writeFigures(reportFigures(result), QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const SweepResult& result, const std::string& norm, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  const std::size_t last = result.maps.front().places() - 2;  // the residual stream after the last layer
  return plain(writeFigures(sweepFigures(result, changeNormNamed(norm), true, last), QString::fromStdString(folder),
                            listOf(formats), FigureStyle()));
}

std::vector<std::string> writeFigureFiles(const InfluenceRun& run, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const auto application = applicationForFonts();
  const auto figures = influenceFigures(run, InfluenceMeasure::Measured, InfluenceMeasure::Rollout, firstRow(run));
  return plain(writeFigures(figures, QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

}  // namespace sinkscope
