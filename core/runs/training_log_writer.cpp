#include "core/error.h"
#include "core/new_file.h"
#include "core/runs/file_driver.h"
#include "core/runs/parts.h"
#include "core/runs/summary_fields.h"
#include "core/runs/training_fields.h"
#include "core/runs/training_log.h"
#include "core/runs/training_tables.h"
#include "core/runs/writer_lock.h"

#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sinkscope {
namespace {

using hdf5::GroupWriter;

void refuseWhileWritten(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  const bool written = hasWriter(descriptor);
  ::close(descriptor);
  if (written) throw Error(path.string() + ": is being written by a training that still runs.");
}

void refuseWithoutShape(const std::string& name, const TrainingStart& start) {
  const runs::TrainingShape shape = runs::shapeOf(start);
  if (shape.epsilons == 0 || start.model.layers < 1 || start.model.heads < 1)
    throw Error(name + ": cannot begin a training of " + std::to_string(start.model.layers) + " layers, " +
                std::to_string(start.model.heads) + " heads and " + std::to_string(shape.epsilons) +
                " thresholds, expected at least one of each.");
}

/// All that is HDF5's, used, made and ended with the library's lock held.
struct GrowingFile {
  GrowingFile(int descriptor, const std::string& name, const TrainingStart& start, const RunLabels& labels);
  /// Puts all rows into the file: texts first, as nothing in them would say that they never reached the disk, and
  /// events when the rest is there, as they tell of it.
  void write();
  void flush();
  void checkDisk() const;

  std::string name;
  hdf5::WrittenFile target;
  std::optional<GroupWriter> root;
  runs::TableWriter<StepRow> steps{"steps", "step_row"};
  runs::TableWriter<MeasureRow> measures{"measures", "measure_row"};
  runs::TableWriter<runs::StoredSample> samples{"samples", "sample_row"};
  runs::TableWriter<runs::StoredEvent> events{"events", "event_row"};
  runs::TextWriter sampleTexts{"sample_bytes"}, eventTexts{"event_bytes"};
};

void writeStart(const GroupWriter& root, const TrainingStart& start) {
  Provenance provenance{{}, start.created, start.program, start.torch, 0.0};
  provenance.model.name = start.name;
  provenance.model.weightType = "F32";
  provenance.model.parameterCount = start.parameterCount;
  provenance.model.config = start.model;
  runs::writeHeader(root, runs::kTrainingKind, provenance);
  const GroupWriter settings = root.group("settings");
  settings.attribute("device", start.device);
  settings.attribute("threads", start.threads);
  settings.bytes("recipe", start.recipe);
  settings.axis("threshold", start.epsilons.size());
  settings.array("epsilon", {"threshold"}, start.epsilons);
}

GrowingFile::GrowingFile(int descriptor, const std::string& fileName, const TrainingStart& start,
                         const RunLabels& labels)
    : name(fileName), target(descriptor, hdf5::WrittenFile::Use::Grow) {
  if (target.id() < 0) throw Error(name + ": cannot create the run file: " + hdf5::lastError() + ".");
  root.emplace(target.id(), name);
  writeStart(*root, start);
  runs::writeLabels(*root, labels);
  const runs::TrainingShape shape = runs::shapeOf(start);
  steps.create(*root, name, shape);
  measures.create(*root, name, shape);
  samples.create(*root, name, shape);
  events.create(*root, name, shape);
  sampleTexts.create(*root);
  eventTexts.create(*root);
  if (!target.startGrowing()) throw Error(name + ": cannot write the run file: " + hdf5::lastError() + ".");
  checkDisk();
}

void GrowingFile::write() {
  if (!sampleTexts.isEmpty() || !eventTexts.isEmpty()) {
    sampleTexts.write(*root);
    eventTexts.write(*root);
    flush();
    target.sync();
  }
  steps.write(*root);
  measures.write(*root);
  samples.write(*root);
  flush();
  if (events.isEmpty()) return;
  events.write(*root);
  flush();
}

void GrowingFile::flush() {
  const bool flushed = target.flush();
  checkDisk();
  if (!flushed) throw Error(name + ": cannot write the run file: " + hdf5::lastError() + ".");
}

void GrowingFile::checkDisk() const {
  if (target.error()) throw Error(name + ": cannot write the run file: " + std::strerror(target.error()) + ".");
}

}  // namespace

struct TrainingLogWriter::Impl {
  /// A new file that does not have its name yet.
  Impl(const std::filesystem::path& path, const TrainingStart& start, const RunLabels& labels) : file(path) {
    lockAsWriter(file.descriptor());
    const auto held = hdf5::lock();
    growing = std::make_unique<GrowingFile>(file.descriptor(), path.string(), start, labels);
  }
  ~Impl() {
    try {
      sync();
    } catch (const Error&) {  // it was told when it happened, or nobody is left to be told
    }
    const auto held = hdf5::lock();
    growing.reset();
  }

  void sync() {
    {
      const auto held = hdf5::lock();
      growing->write();
    }
    growing->target.sync();
    growing->checkDisk();
  }

  NewFile file;
  std::unique_ptr<GrowingFile> growing;
};

TrainingLogWriter::TrainingLogWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TrainingLogWriter::TrainingLogWriter(TrainingLogWriter&&) noexcept = default;
TrainingLogWriter& TrainingLogWriter::operator=(TrainingLogWriter&&) noexcept = default;
TrainingLogWriter::~TrainingLogWriter() = default;

TrainingLogWriter TrainingLogWriter::create(const std::filesystem::path& path, const TrainingStart& start) {
  refuseWhileWritten(path);
  refuseWithoutShape(path.string(), start);
  TrainingLogWriter writer(std::make_unique<Impl>(path, start, RunLabels()));
  writer.sync();
  writer.impl_->file.commit();
  return writer;
}

TrainingLogWriter TrainingLogWriter::reopen(const std::filesystem::path& path, std::int64_t keepThroughStep) {
  refuseWhileWritten(path);
  const TrainingLog old = readTrainingLog(path);
  TrainingLogWriter writer(std::make_unique<Impl>(path, old.start, runLabels(path)));
  const auto keep = [&](const auto& rows) {
    for (const auto& row : rows) {
      if (row.step <= keepThroughStep) writer.append(row);
    }
  };
  keep(old.steps);
  keep(old.measures);
  keep(old.samples);
  keep(old.events);
  writer.sync();
  writer.impl_->file.commit();
  return writer;
}

void TrainingLogWriter::append(const StepRow& row) {
  impl_->growing->steps.append(row);
}

void TrainingLogWriter::append(const MeasureRow& row) {
  impl_->growing->measures.append(row);
}

void TrainingLogWriter::append(const SampleRow& row) {
  GrowingFile& growing = *impl_->growing;
  growing.samples.append({row.step, growing.sampleTexts.append(row.text)});
}

void TrainingLogWriter::append(const EventRow& row) {
  GrowingFile& growing = *impl_->growing;
  growing.events.append({row.step, row.kind, row.time, growing.eventTexts.append(row.sentence)});
}

void TrainingLogWriter::sync() {
  impl_->sync();
}

}  // namespace sinkscope
