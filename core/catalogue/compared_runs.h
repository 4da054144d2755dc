#pragma once

#include "core/catalogue/run_comparison.h"
#include "core/job.h"
#include "core/runs/run_card.h"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace sinkscope {

struct CollapseRun;
struct ExploreResult;
struct InfluenceRun;
struct PerturbResult;
struct TrainingLog;

/// What a run holds, where it is of a kind whose views lie beside each other; nothing of the other kinds.
using RunContent = std::variant<std::monostate, std::shared_ptr<const ExploreResult>,
                                std::shared_ptr<const PerturbResult>, std::shared_ptr<const InfluenceRun>,
                                std::shared_ptr<const CollapseRun>, std::shared_ptr<const TrainingLog>>;

struct ComparedRun {
  std::filesystem::path path;
  RunCard card;
  RunContent content;

  /// What a person called it, else its file's name without the suffix.
  std::string name() const;
};

/// Several runs beside each other, from their files alone.
struct ComparedRuns {
  static constexpr std::size_t kMost = 4;

  std::vector<ComparedRun> runs;
  std::vector<RunComparison> toFirst;  ///< [run - 1]: the first run against each of the others

  /// Whether all are of one kind, and of one whose views lie beside each other.
  bool isAlike() const;
};

/// Reads them; arrays of more than some ten million elements are not compared. Throws `Error` where one cannot be read,
/// or where they are not two to `kMost`.
ComparedRuns readCompared(const std::vector<std::filesystem::path>& runs, const Job& job = {});

/// A single value of all runs.
struct ComparedValue {
  std::string field;                ///< "settings/bos"
  std::vector<std::string> values;  ///< [run]; empty where a run has none
  bool isSame() const;
};

/// Settings first, then what the model is, then the rest, and texts such as the prompts last.
std::vector<ComparedValue> comparedValues(const ComparedRuns& runs);

}  // namespace sinkscope
