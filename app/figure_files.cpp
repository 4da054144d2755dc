#include "core/analysis/explore.h"
// torch comes first: `slots` is a name of its own.
#include "app/figure_files.h"
#include "app/figures.h"

#include <QApplication>

#include <memory>
#include <utility>

namespace sinkscope {
namespace {

/// The head with the largest mean alpha_0.
std::pair<int, int> strongestHead(const ExploreResult& result) {
  const Array<double, 2> shares = meanHeadShares(result.shares());
  std::pair<int, int> best{0, 0};
  for (std::size_t layer = 0; layer < shares.extent(0); ++layer)
    for (std::size_t head = 0; head < shares.extent(1); ++head)
      if (shares(layer, head) > shares(best.first, best.second))
        best = {static_cast<int>(layer), static_cast<int>(head)};
  return best;
}

}  // namespace

std::vector<std::string> writeFigureFiles(const Exploration& exploration, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  // Text is laid out by Qt's application object; a command has none, and shall not need a display for it.
  std::unique_ptr<QApplication> application;
  int argc = 1;
  char name[] = "sinkscope";
  char* argv[] = {name, nullptr};
  if (!QCoreApplication::instance()) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    application = std::make_unique<QApplication>(argc, argv);
  }
  QStringList wanted;
  for (const std::string& format : formats) wanted << QString::fromStdString(format);
  const auto [layer, head] = strongestHead(*exploration.result);
  std::vector<std::string> paths;
  for (const QString& path :
       writeFigures(exploration, epsilon, layer, head, QString::fromStdString(folder), wanted, FigureStyle()))
    paths.push_back(path.toStdString());
  return paths;
}

}  // namespace sinkscope
