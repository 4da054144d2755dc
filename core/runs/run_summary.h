#pragma once

#include "core/array.h"

#include <cstdint>
#include <limits>
#include <string>

namespace sinkscope {

struct AblationResult;
struct CollapseRun;
struct ExploreResult;
struct InfluenceRun;
struct NoOpResult;
struct PerturbResult;
struct ProbeRun;
struct ReportResult;
struct RobustnessResult;
struct SweepResult;

/// A run in a line of a table and a small picture. Stored in the run file, so that a table of many runs reads none of
/// their arrays.
struct RunSummary {
  static constexpr double kEpsilon = 0.3;  ///< of the sink rate, in every run alike, so that they can be compared
  static constexpr std::size_t kMostText = 64 << 10, kMostCells = 48;

  std::string model;          ///< what a person calls it; names of several have commas between
  std::uint64_t prompts = 0;  ///< how many
  std::string text;           ///< the prompts, one a line, cut to `kMostText` bytes; maybe no UTF-8
  std::string bos;            ///< "with", "without", "both", or empty where <bos> plays no part
  std::uint64_t tokens = 0;   ///< of the longest prompt; 0: not known
  /// Fraction of the heads (and prompts) whose alpha_0, query 0 included, is above `kEpsilon`, and mean loss in nats a
  /// token, both of the run's first condition and first model; NaN: not measured.
  double sinkRate = std::numeric_limits<double>::quiet_NaN(), loss = std::numeric_limits<double>::quiet_NaN();
  /// At most `kMostCells` cells a side, 0 ... 255 from nothing to the most; one row is a curve. Of alpha_0 by [layer,
  /// head] 255 is 1; of other measures it is their largest. Empty: there is none.
  Array<std::uint8_t, 2> picture;
};

RunSummary summaryOf(const ExploreResult& result);
RunSummary summaryOf(const PerturbResult& result);
RunSummary summaryOf(const SweepResult& result);
RunSummary summaryOf(const InfluenceRun& run);
RunSummary summaryOf(const CollapseRun& run);
RunSummary summaryOf(const ProbeRun& run);
RunSummary summaryOf(const NoOpResult& result);
RunSummary summaryOf(const AblationResult& result);
RunSummary summaryOf(const RobustnessResult& result);
RunSummary summaryOf(const ReportResult& result);

/// The picture of a matrix, `most` becoming 255; what is no number becomes 0. Where there are more cells than a picture
/// has, each of its cells is the mean of a block.
template <typename T>
Array<std::uint8_t, 2> pictureOf(const Array<T, 2>& values, double most);

}  // namespace sinkscope
