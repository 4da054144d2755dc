#pragma once

#include <memory>
#include <string>
#include <vector>

class QGuiApplication;

namespace sinkscope {

/// Fonts need an application, which needs no display when it is offscreen: while this lives there is one.
class FontsForFigures {
 public:
  FontsForFigures();
  ~FontsForFigures();
  FontsForFigures(const FontsForFigures&) = delete;
  FontsForFigures& operator=(const FontsForFigures&) = delete;

 private:
  std::unique_ptr<QGuiApplication> application_;  // none where the program has one
};

struct AblationResult;
struct CollapseRun;
struct Exploration;
struct InfluenceRun;
struct PerturbResult;
struct ReportResult;
struct RobustnessResult;
struct SweepResult;
struct NoOpResult;
struct ProbeRun;

/// The formats of figures, as suffixes.
std::vector<std::string> figureFormatNames();

/// Writes grid, profile and, where attention was kept, the head that rests most on the first token, into `folder` in
/// each of `formats` (of `figureFormatNames`). For the command line: needs neither a display nor a running application.
/// Returns the paths. Throws `Error`.
std::vector<std::string> writeFigureFiles(const Exploration& exploration, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// The same for every figure of a perturbation (gif: the one that moves), and of a sweep after its last layer.
std::vector<std::string> writeFigureFiles(const PerturbResult& result, const std::string& norm,
                                          const std::string& folder, const std::vector<std::string>& formats);
std::vector<std::string> writeFigureFiles(const SweepResult& result, const std::string& norm, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// Every figure of collapse measures, of probes (the copies after the middle layer) and of a scan.
std::vector<std::string> writeFigureFiles(const CollapseRun& run, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats);
std::vector<std::string> writeFigureFiles(const ProbeRun& run, const std::string& folder,
                                          const std::vector<std::string>& formats);
std::vector<std::string> writeFigureFiles(const NoOpResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// The same for every figure of interventions.
std::vector<std::string> writeFigureFiles(const AblationResult& result, double epsilon, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// The same for the curves of swaps at many places.
std::vector<std::string> writeFigureFiles(const RobustnessResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// The same for every profile of a report.
std::vector<std::string> writeFigureFiles(const ReportResult& result, const std::string& folder,
                                          const std::vector<std::string>& formats);

/// The same for every figure of a run of influences.
std::vector<std::string> writeFigureFiles(const InfluenceRun& run, const std::string& folder,
                                          const std::vector<std::string>& formats);

}  // namespace sinkscope
