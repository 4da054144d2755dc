#include "core/runs/open_file.h"
#include "core/runs/parts.h"
#include "core/runs/training_end.h"
#include "core/runs/training_fields.h"
#include "core/runs/training_log.h"
#include "core/runs/training_tables.h"
#include "core/runs/writer_lock.h"

#include <limits>
#include <optional>
#include <utility>

#include <sys/stat.h>

namespace sinkscope {
namespace {

using hdf5::GroupReader;

constexpr std::uint64_t kMostThresholds = 1 << 16;

TrainingStart readStart(const GroupReader& root) {
  const Provenance provenance = runs::readHeader(root, runs::kTrainingKind);
  TrainingStart start;
  start.name = provenance.model.name;
  start.model = provenance.model.config;
  start.parameterCount = provenance.model.parameterCount;
  start.created = provenance.created;
  start.program = provenance.program;
  start.torch = provenance.torch;
  const GroupReader settings = root.group("settings");
  start.device = settings.text("device");
  start.threads = settings.integer("threads", 0, std::numeric_limits<std::int64_t>::max());
  start.recipe = settings.bytes("recipe");
  start.epsilons = settings.array<double>("epsilon", {settings.length("epsilon", kMostThresholds)});
  return start;
}

TrainingState stateOf(const std::vector<EventRow>& events, bool written) {
  const std::string last = events.empty() ? std::string() : events.back().kind;
  if (last == "finished") return TrainingState::Finished;
  if (last == "stopped") return TrainingState::Stopped;
  if (last == "paused") return TrainingState::Paused;
  return written ? TrainingState::Running : TrainingState::Interrupted;
}

/// Whether the file of a descriptor still has its name, so that no other one has taken it.
bool isAt(int descriptor, const std::filesystem::path& path) {
  struct stat named {
  }, own{};
  if (::stat(path.c_str(), &named) != 0 || ::fstat(descriptor, &own) != 0) return true;
  return named.st_dev == own.st_dev && named.st_ino == own.st_ino;
}

/// All that is HDF5's, used, made and ended with the library's lock held.
struct GrowingFile {
  explicit GrowingFile(const std::filesystem::path& path)
      : file(hdf5::openRun(path)),
        root(file.file.get(), file.name, file.size),
        start(readStart(root)),
        shape(runs::shapeOf(start)) {}

  hdf5::OpenFile file;
  GroupReader root;
  TrainingStart start;
  runs::TrainingShape shape;
  runs::TableReader<StepRow> steps{"steps", root, shape};
  runs::TableReader<MeasureRow> measures{"measures", root, shape};
  runs::TableReader<runs::StoredSample> samples{"samples", root, shape};
  runs::TableReader<runs::StoredEvent> events{"events", root, shape};
  runs::TextReader sampleTexts{"sample_bytes", root}, eventTexts{"event_bytes", root};
};

template <typename Row>
bool moveTo(std::vector<Row>& rows, std::vector<Row>&& more) {
  rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return !more.empty();
}

}  // namespace

struct TrainingLogReader::Impl {
  explicit Impl(const std::filesystem::path& path) {
    const auto held = hdf5::lock();
    growing = std::make_unique<GrowingFile>(path);
    log.start = growing->start;
    refresh();
  }
  ~Impl() {
    const auto held = hdf5::lock();
    growing.reset();
  }

  int descriptor() const { return growing->file.file.descriptor(); }

  bool refresh() {
    const bool written = hasWriter(descriptor());  // asked first: when nobody writes, all that follows is the last word
    const auto held = hdf5::lock();
    const GroupReader& root = growing->root;
    const auto whole = [](const auto&) { return true; };
    bool changed = moveTo(log.steps, growing->steps.next(root, whole));
    changed |= moveTo(log.measures, growing->measures.next(root, whole));
    growing->sampleTexts.refresh(root);
    const auto hasText = [&](const runs::StoredSample& row) { return growing->sampleTexts.has(row.text); };
    for (const runs::StoredSample& row : growing->samples.next(root, hasText)) {
      log.samples.push_back({row.step, growing->sampleTexts.read(root, row.text)});
      changed = true;
    }
    growing->eventTexts.refresh(root);
    const auto hasSentence = [&](const runs::StoredEvent& row) { return growing->eventTexts.has(row.sentence); };
    for (const runs::StoredEvent& row : growing->events.next(root, hasSentence)) {
      log.events.push_back({row.step, row.kind, growing->eventTexts.read(root, row.sentence), row.time});
      changed = true;
    }
    const TrainingState before = std::exchange(log.state, stateOf(log.events, written));
    return changed || log.state != before;
  }

  std::unique_ptr<GrowingFile> growing;
  TrainingLog log;
};

TrainingLogReader::TrainingLogReader(std::filesystem::path path)
    : path_(std::move(path)), impl_(std::make_unique<Impl>(path_)) {}
TrainingLogReader::TrainingLogReader(TrainingLogReader&&) noexcept = default;
TrainingLogReader& TrainingLogReader::operator=(TrainingLogReader&&) noexcept = default;
TrainingLogReader::~TrainingLogReader() = default;

const TrainingLog& TrainingLogReader::log() const {
  return impl_->log;
}

bool TrainingLogReader::refresh() {
  if (isAt(impl_->descriptor(), path_)) return impl_->refresh();
  impl_ = std::make_unique<Impl>(path_);
  return true;
}

TrainingEnd readTrainingEnd(const std::filesystem::path& path) {
  const auto held = hdf5::lock();
  GrowingFile growing(path);
  return {growing.start, growing.steps.last(growing.root), growing.measures.last(growing.root)};
}

TrainingLog readTrainingLog(const std::filesystem::path& path) {
  return TrainingLogReader(path).log();
}

}  // namespace sinkscope
