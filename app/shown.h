#pragma once

#include <QMetaType>
#include <QString>
#include <memory>

namespace sinkscope {

struct AblationResult;
struct CollapseRun;
struct InfluenceRun;
struct PerturbResult;
struct ReportResult;
struct RobustnessResult;
struct SweepResult;
struct NoOpResult;
struct ProbeRun;

/// A page's result as the window holds it.
template <typename Result>
struct Shown {
  std::shared_ptr<const Result> result;
  QString file;                         ///< the run file it was read from; empty for a live one
  QString look = QStringLiteral("{}");  ///< how the page looked, of a run
};
template <typename Result>
using ShownPtr = std::shared_ptr<const Shown<Result>>;

using PerturbedPtr = ShownPtr<PerturbResult>;
using SweptPtr = ShownPtr<SweepResult>;
using InfluencedPtr = ShownPtr<InfluenceRun>;
using CollapsedPtr = ShownPtr<CollapseRun>;
using AblatedPtr = ShownPtr<AblationResult>;
using ReportedPtr = ShownPtr<ReportResult>;
using RobustnessPtr = ShownPtr<RobustnessResult>;
using ProbedPtr = ShownPtr<ProbeRun>;
using ScannedPtr = ShownPtr<NoOpResult>;

}  // namespace sinkscope
