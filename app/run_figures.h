#pragma once

#include "app/figure_choice.h"
#include "app/page_figure.h"

#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

struct AblationResult;
struct CollapseRun;
struct Exploration;
struct InfluenceRun;
struct NoOpResult;
struct PerturbResult;
struct ProbeRun;
struct ReportResult;
struct RobustnessResult;
struct SweepResult;

/// Every figure of a result; `look` is how its page looked, the JSON object that a run file keeps ("{}": as a page
/// shows it at first). Of an exploration grid, profile and, where attention was kept, a head; of a sweep the residual
/// stream after the last layer; of probes the copies after the middle one.
std::vector<PageFigure> figuresOf(const Exploration& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const PerturbResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const SweepResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const InfluenceRun& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const CollapseRun& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const ProbeRun& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const NoOpResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const AblationResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const RobustnessResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");
std::vector<PageFigure> figuresOf(const ReportResult& result, const FigureChoice& choice = {},
                                  const std::string& look = "{}");

/// Every figure of a run file, from the file alone. Throws `Error` for a file that cannot be opened, and for a head
/// that there is none of.
std::vector<PageFigure> runFigures(const std::filesystem::path& run, const FigureChoice& choice = {});

}  // namespace sinkscope
