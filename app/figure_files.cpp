#include "app/figure_files.h"

#include "app/figures.h"
#include "app/run_figures.h"

#include <QGuiApplication>

namespace sinkscope {
namespace {

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

template <typename Result>
std::vector<std::string> writeFigureFiles(const Result& result, const FigureChoice& choice, const std::string& folder,
                                          const std::vector<std::string>& formats) {
  const FontsForFigures fonts;
  return plain(writeFigures(figuresOf(result, choice), QString::fromStdString(folder), listOf(formats), FigureStyle()));
}

#define SINKSCOPE_FIGURE_FILES_OF(Result)                                                                    \
  template std::vector<std::string> writeFigureFiles(const Result&, const FigureChoice&, const std::string&, \
                                                     const std::vector<std::string>&)
SINKSCOPE_FIGURE_FILES_OF(Exploration);
SINKSCOPE_FIGURE_FILES_OF(PerturbResult);
SINKSCOPE_FIGURE_FILES_OF(SweepResult);
SINKSCOPE_FIGURE_FILES_OF(InfluenceRun);
SINKSCOPE_FIGURE_FILES_OF(CollapseRun);
SINKSCOPE_FIGURE_FILES_OF(ProbeRun);
SINKSCOPE_FIGURE_FILES_OF(NoOpResult);
SINKSCOPE_FIGURE_FILES_OF(AblationResult);
SINKSCOPE_FIGURE_FILES_OF(RobustnessResult);
SINKSCOPE_FIGURE_FILES_OF(ReportResult);
#undef SINKSCOPE_FIGURE_FILES_OF

}  // namespace sinkscope
