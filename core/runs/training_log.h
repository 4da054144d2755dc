#pragma once

#include "core/array.h"
#include "core/model/config.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

/// What is known of a training run when it begins. L layers, H heads, E thresholds.
struct TrainingStart {
  std::string name;    ///< what a person calls the run
  std::string recipe;  ///< JSON
  ModelConfig model;
  std::int64_t parameterCount = 0;
  std::vector<double> epsilons;         ///< thresholds of the sink rates
  std::string device;                   ///< "cpu", "cuda"
  std::int64_t threads = 1;             ///< of a CPU
  std::string created, program, torch;  ///< as in `Provenance`
};

/// One step of the optimizer. Losses are natural-log per token; a number that is not finite is kept as it is.
struct StepRow {
  std::int64_t step = 0;    ///< steps done, this one included
  std::int64_t tokens = 0;  ///< seen so far
  double seconds = 0.0;     ///< trained so far, pauses not counted
  double loss = 0.0;
  double learningRate = 0.0;
  double gradientNorm = 0.0;  ///< before clipping
  double tokensPerSecond = 0.0;
};

/// What is measured every so many steps, on held-out text. An array that is left empty was not measured; it reads as
/// NaN. Weights are fractions.
struct MeasureRow {
  static constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

  std::int64_t step = 0, tokens = 0;
  double seconds = 0.0;
  double validationLoss = kNotMeasured, validationLossWithoutBos = kNotMeasured;
  std::vector<double> sinkRate, sinkRateWithoutBos;  ///< [epsilon]
  Array<float, 2> alpha0, alpha0WithoutBos;          ///< [layer, head]: mean weight on key 0
  Array<float, 2> alpha1;                            ///< [layer, head]: the same of key 1
  Array<float, 2> valueDrain;  ///< [layer, head]: norm of what the head would write of token 0 over the others' median
  Array<float, 2> absorbed;    ///< [layer, head]: mean of 1 - a row's sum, the mass on nothing
  std::vector<float> residualNorm0;  ///< [layer + 1]: norm of token 0 over the median of the others
  std::vector<float> spread;         ///< [layer + 1]: of a swapped token
};

/// A text the model wrote.
struct SampleRow {
  std::int64_t step = 0;
  std::string text;  ///< bytes, maybe no UTF-8
};

/// Something that happened to the run.
struct EventRow {
  std::int64_t step = 0;
  std::string kind;      ///< "started", "paused", "resumed", "stopped", "finished", "not-finite"; at most 16 bytes
  std::string sentence;  ///< for a person
  double time = 0.0;     ///< seconds since 1970, UTC
};

enum class TrainingState {
  Running,
  Paused,
  Stopped,
  Finished,
  Interrupted,  ///< its program ended without saying so
};

/// A training run as far as it is in its file.
struct TrainingLog {
  TrainingStart start;
  std::vector<StepRow> steps;
  std::vector<MeasureRow> measures;
  std::vector<SampleRow> samples;
  std::vector<EventRow> events;
  TrainingState state = TrainingState::Interrupted;
};

/// Writes the run file of a training, which others read while it grows (HDF5's single writer, multiple readers). The
/// file is under its name from `create` on and whole at any moment: whatever ends the program, all rows that were
/// synced are there. Of one thread at a time. Everything throws `Error`; after a failed write the file stays as it was
/// at the last `sync`, and only `reopen` goes on with it.
class TrainingLogWriter {
 public:
  /// Starts a new file; an old one of that name is replaced. Throws when another program still writes it.
  static TrainingLogWriter create(const std::filesystem::path& path, const TrainingStart& start);
  /// Goes on with a run, however it ended: its rows up to that step are copied into a new file, which then takes the
  /// name. Throws when another program still writes it.
  static TrainingLogWriter reopen(const std::filesystem::path& path, std::int64_t keepThroughStep);

  TrainingLogWriter(TrainingLogWriter&&) noexcept;
  TrainingLogWriter& operator=(TrainingLogWriter&&) noexcept;
  /// Syncs what can be synced and closes the file.
  ~TrainingLogWriter();

  /// These only remember the row, which costs a microsecond or less; readers see it after the next `sync`.
  void append(const StepRow& row);
  void append(const MeasureRow& row);
  void append(const SampleRow& row);
  void append(const EventRow& row);

  /// Puts all rows on the disk: once this returns they outlive the program and a loss of power.
  void sync();

 private:
  struct Impl;
  explicit TrainingLogWriter(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

/// Follows a run file, also while another program (or a writer of this one) writes it.
class TrainingLogReader {
 public:
  /// Reads what is there; throws `Error` for what is no training run.
  explicit TrainingLogReader(std::filesystem::path path);
  TrainingLogReader(TrainingLogReader&&) noexcept;
  TrainingLogReader& operator=(TrainingLogReader&&) noexcept;
  ~TrainingLogReader();

  const TrainingLog& log() const;

  /// Reads the rows that were added since, and whether the writer lives; true when anything changed. A run that was
  /// reopened is read anew: it may have fewer rows than before. Throws `Error` for a damaged file; it is no use then.
  bool refresh();

 private:
  struct Impl;
  std::filesystem::path path_;
  std::unique_ptr<Impl> impl_;
};

/// The run as it is now.
TrainingLog readTrainingLog(const std::filesystem::path& path);

}  // namespace sinkscope
