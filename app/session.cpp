#include "app/session_parts.h"

#include "app/compute_thread.h"
#include "app/head_source.h"
#include "app/model_names.h"
#include "core/analysis/explore.h"
#include "core/analysis/perturber.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <thread>

namespace sinkscope {
namespace {

/// What a job of a kind is called; empty: too small to be told of.
QString titleOf(int kind) {
  switch (kind) {
    case kSave:
      return QObject::tr("Save a run");
    case kExplore:
      return QObject::tr("Explore");
    case kCompare:
      return QObject::tr("Explore, <bos> the other way");
    case kOpen:
      return QObject::tr("Open a run");
    case kPerturb:
      return QObject::tr("Swap a token");
    case kSweep:
      return QObject::tr("Swap every token");
    case kInfluence:
      return QObject::tr("Influence");
    case kCollapse:
      return QObject::tr("Collapse over the layers");
    case kAblate:
      return QObject::tr("Interventions");
    case kRobustness:
      return QObject::tr("Robustness");
    case kReport:
      return QObject::tr("Report");
    case kProbe:
      return QObject::tr("Probes");
    case kScan:
      return QObject::tr("Scan for no-op heads");
    default:
      return {};
  }
}

}  // namespace

ModelFacts factsOf(const ModelCache::Loaded& loaded) {
  const ModelIdentity& identity = loaded.model->identity;
  ModelFacts facts;
  facts.name = QString::fromStdString(identity.name);
  facts.path = QString::fromStdString(loaded.model->path.string());
  if (const auto bos = loaded.tokenizer->bos()) facts.bosText = QString::fromStdString(loaded.tokenizer->bytesOf(*bos));
  facts.description = QStringLiteral("%1 layers, %2 heads, %3 M parameters, %4")
                          .arg(identity.config.layers)
                          .arg(identity.config.heads)
                          .arg(static_cast<double>(identity.parameterCount) / 1e6, 0, 'f', 0)
                          .arg(QString::fromStdString(identity.weightType));
  facts.licence = QString::fromStdString(identity.licence);
  facts.tokenizer = loaded.tokenizer;
  return facts;
}

ExploredPtr exploredFrom(std::shared_ptr<const ExploreResult> result, std::shared_ptr<HeadSource> heads,
                         const QString& file) {
  auto answer = std::make_shared<Explored>();
  answer->result = std::move(result);
  for (std::size_t prompt = 0; prompt < answer->result->prompts.size(); ++prompt) {
    answer->hasAttention.push_back(heads->has(prompt));
  }
  answer->heads = std::move(heads);
  answer->file = file;
  return answer;
}

Session::Session(QObject* parent) : QObject(parent), models_(std::make_unique<ModelCache>()) {
  usualThreads();  // before anybody sets another number
  const auto text = [](const std::string& words) { return QString::fromStdString(words); };
  thread_ = std::make_shared<ComputeThread>(ComputeThread::Reports{
      [this](Id id) { deliver(id, [this, id] { emit started(id); }); },
      [this, text](Id id, const Progress& progress) {
        deliver(id, [this, id, what = text(progress.what), fraction = progress.fraction] {
          emit progressed(id, what, fraction);
        });
      },
      [this](Id id) { end(id, [this, id] { emit finished(id); }); },
      [this, text](Id id, const std::string& sentence, const std::string& details) {
        end(id, [this, id, sentence = text(sentence), details = text(details)] { emit failed(id, sentence, details); });
      },
      [this](Id id) { end(id, [this, id] { emit stopped(id); }); }});
}

Session::~Session() {
  thread_.reset();  // waits; what it still had to say is dropped with this object
  const QList<Id> left = pending_.keys();
  pending_.clear();
  for (const Id id : left) emit stopped(id);
}

Session::Id Session::post(int kind, Work work, const std::string& model) {
  const Id id = ++lastId_;
  if (kind >= 0) {
    for (Pending& older : pending_) {
      if (older.kind == kind) older.cancelled = true;
    }
  }
  pending_.insert(id, {kind, false});
  QString title = titleOf(kind);
  if (!model.empty()) title += QStringLiteral(" · ") + modelTitle(QString::fromStdString(model));
  if (!titleOf(kind).isEmpty()) emit queued(id, title);
  thread_->post(id, kind, [id, work = std::move(work)](const Job& job) { work(id, job); });
  return id;
}

void Session::cancel(Id id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  found->cancelled = true;
  thread_->stop(id);
}

void Session::cancelAll() {
  for (Pending& pending : pending_) pending.cancelled = true;
  thread_->stopAll();
}

void Session::deliver(Id id, std::function<void()> emission) {
  const auto unlessCancelled = [this, id, emission = std::move(emission)] {
    const auto found = pending_.constFind(id);
    if (found != pending_.cend() && !found->cancelled) emission();
  };
  QMetaObject::invokeMethod(this, unlessCancelled, Qt::QueuedConnection);
}

void Session::end(Id id, std::function<void()> emission) {
  QMetaObject::invokeMethod(
      this, [this, id, emission = std::move(emission)] { settle(id, emission); }, Qt::QueuedConnection);
}

void Session::settle(Id id, const std::function<void()>& emission) {
  const auto found = pending_.constFind(id);
  if (found == pending_.cend()) return;
  const bool cancelled = found->cancelled;
  pending_.erase(found);
  // What was cancelled ends as stopped, however far it had come.
  if (cancelled) {
    emit stopped(id);
  } else {
    emission();
  }
}

std::shared_ptr<HeadSource> Session::keep(std::shared_ptr<HeadSource> heads) const {
  // Run files must be closed where they are read: the HDF5 library serves one thread at a time.
  const auto release = [heads, home = std::this_thread::get_id(),
                        thread = std::weak_ptr(thread_)](HeadSource*) mutable {
    const auto compute = std::this_thread::get_id() == home ? nullptr : thread.lock();
    if (compute) compute->postQuiet([heads] {});
    heads.reset();
  };
  return {heads.get(), release};
}

QStringList Session::devices() {
  QStringList names{QStringLiteral("cpu")};
  if (!at::globalContext().hasCUDA()) return names;
  names << QStringLiteral("cuda");
  const std::size_t devices = at::getNumGPUs();
  for (std::size_t device = 0; devices > 1 && device < devices; ++device)
    names << QStringLiteral("cuda:%1").arg(device);
  return names;
}

void Session::setResources(const Resources& resources) {
  const int threads = resources.threads > 0 ? resources.threads : usualThreads();
  thread_->postQuiet([this, threads, bytes = resources.weightMemory] {
    at::set_num_threads(threads);  // of that thread's work
    models_->setWeightMemory(bytes);
    const auto tell = [this, used = at::get_num_threads()] { emit resourcesTaken(used); };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
  });
}

int Session::usualThreads() {
  static const int threads = at::get_num_threads();
  return threads;
}

}  // namespace sinkscope
