#include "app/session.h"

#include "app/compute_thread.h"
#include "app/head_image.h"
#include "app/head_source.h"
#include "app/model_cache.h"
#include "app/model_names.h"
#include "core/analysis/explore.h"
#include "core/analysis/perturber.h"
#include "core/analysis/report.h"
#include "core/analysis/sweeper.h"
#include "core/catalogue/rerun.h"
#include "core/error.h"
#include "core/runs/result_file.h"
#include "core/runs/run_file.h"
#include "core/text/prompts.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <QFile>
#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace sinkscope {
namespace {

/// Kinds that are latest-wins. Images, rows and entries have one kind a view.
enum Kind {
  kSave = -1,
  kExplore,
  kCompare,
  kOpen,
  kThumbnails,
  kPerturb,
  kSweep,
  kCandidates,
  kInfluence,
  kCollapse,
  kAblate,
  kRobustness,
  kReport,
  kProbe,
  kScan,
  kRerun,
  kImage = 100,
  kRow = 200,
  kEntry = 300
};

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

std::filesystem::path pathOf(const QString& path) {
  return QFile::encodeName(path).toStdString();
}

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

ExploredPtr explored(std::shared_ptr<const ExploreResult> result, std::shared_ptr<HeadSource> heads,
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

HeadAttention headOf(const HeadAddress& address) {
  return address.source->heads->head(static_cast<std::size_t>(address.prompt), address.layer, address.head);
}

HeadImagePtr imageOf(const ImageQuery& query, const Job& job) {
  const HeadAttention head = headOf(query.of);
  const QRect region = query.region.intersected(QRect(0, 0, head.tokens(), head.tokens()));
  auto image =
      std::make_shared<HeadImage>(HeadImage{query, headImage(head, region, query.cells, query.hideSink, job), 0});
  image->query.region = region;
  for (const float value : image->mean.values) image->maximum = std::max(image->maximum, value);
  return image;
}

LayerThumbnailsPtr thumbnailsOf(const ThumbnailQuery& query, const Job& job) {
  auto images = std::make_shared<LayerThumbnails>(LayerThumbnails{query, {}});
  const int heads = static_cast<int>(query.source->result->model.config.heads);
  for (int head = 0; head < heads; ++head) {
    job.check();
    const HeadAttention attention = headOf({query.source, query.prompt, query.layer, head});
    const int tokens = static_cast<int>(attention.tokens());
    images->heads.push_back(
        headImage(attention, QRect(0, 0, tokens, tokens), QSize(query.side, query.side), query.hideSink));
  }
  return images;
}

/// Leaves out what the model has no <bos> for.
void keepPossible(std::vector<Condition>& conditions, const Tokenizer& tokenizer) {
  std::erase_if(conditions, [&](Condition condition) { return !isPossible(condition, tokenizer); });
  if (conditions.empty()) conditions = {Condition::NoBos};
}

/// The same question where the model has no such layers, or no <bos>.
InfluenceRequest possible(InfluenceRequest request, const Model& model, const Tokenizer& tokenizer) {
  const std::int64_t layers = model.config().layers;
  if (request.to) request.to = std::min(*request.to, layers);
  request.from = std::min(request.from, request.to.value_or(layers) - 1);
  if (request.bos && !tokenizer.bos()) {
    request.bos = false;
    if (request.query) --*request.query;
  }
  return request;
}

std::vector<bool> conditionsOf(const Tokenizer& tokenizer) {
  return tokenizer.bos() ? std::vector{true, false} : std::vector{false};
}

constexpr std::size_t kLikely = 20, kSimilar = 10;
constexpr std::uint64_t kSeed = 1;
constexpr std::chrono::milliseconds kPartPause(250);  // between the parts of a sweep

Candidates candidatesOf(const Model& model, const Tokenizer& tokenizer, const CandidateQuery& query, const Job& job) {
  std::vector<Token> text = tokenizer.encode(query.prompt, {.limit = query.tokenLimit});
  const auto position = static_cast<std::size_t>(query.position);
  if (position >= text.size()) throw Error("The prompt has no token " + std::to_string(position) + " to swap.");
  Candidates answer{query, text[position], {}, {}};
  text.resize(position);
  const std::vector<Token> before =
      tokenizer.bos() ? conditionTokens(Condition::Bos, text, tokenizer, 0) : std::move(text);
  if (!before.empty()) answer.likely = likelyTokens(model, tokenizer, before, kLikely, job);
  answer.similar = similarTokens(tokenizer, answer.token.id, kSimilar, kSeed);
  return answer;
}

}  // namespace

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

Session::Id Session::explore(const ExploreRequest& request) {
  return exploreAs(kExplore, request);
}

Session::Id Session::compare(const ExploreRequest& request) {
  return exploreAs(kCompare, request);
}

template <typename OnModel>
Session::Id Session::postOnModel(int kind, const std::string& model, const std::string& device, OnModel work) {
  return post(
      kind,
      [this, model, device, work = std::move(work)](Id id, const Job& job) {
        const double loading = models_->mustLoad(model, device) ? 0.7 : 0.0;
        const ModelCache::Loaded& loaded = models_->get(model, device, job.part(0, loading));
        deliver(id, [this, id, facts = factsOf(loaded)] { emit modelLoaded(id, facts); });
        work(id, loaded, job.part(loading, 1));
      },
      model);
}

template <typename Result>
void Session::answer(Id id, void (Session::*signal)(quint64, const ShownPtr<Result>&),
                     std::shared_ptr<const Result> result, const QString& file, const std::string& look) {
  ShownPtr<Result> shown =
      std::make_shared<Shown<Result>>(Shown<Result>{std::move(result), file, QString::fromStdString(look)});
  deliver(id, [this, id, signal, shown = std::move(shown)] { emit(this->*signal)(id, shown); });
}

Session::Id Session::exploreAs(int kind, const ExploreRequest& request) {
  return postOnModel(
      kind, request.model, request.device, [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
        ExploreRequest possible = request;
        possible.bos = request.bos && loaded.tokenizer->bos().has_value();
        possible.chat = request.chat && loaded.tokenizer->chatTemplate().problem().empty();
        Exploration exploration = sinkscope::explore(*loaded.model, *loaded.tokenizer, possible, job);
        const auto result = exploration.result;
        const ExploredPtr answer = sinkscope::explored(result, keep(liveHeads(std::move(exploration))), {});
        deliver(id, [this, id, answer] { emit this->explored(id, answer); });
      });
}

Session::Id Session::perturb(const PerturbRequest& request) {
  return postOnModel(kPerturb, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       if (!perturber_ || perturber_->model() != loaded.model)
                         perturber_ = std::make_unique<Perturber>(loaded.model, loaded.tokenizer);
                       PerturbRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       answer(id, &Session::perturbed, perturber_->run(possible, job));
                     });
}

Session::Id Session::sweep(const SweepRequest& request) {
  return postOnModel(kSweep, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       using Clock = std::chrono::steady_clock;
                       SweepRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       Clock::time_point next = Clock::now();
                       const auto showPart = [&](const SweepResult& soFar) {
                         const Clock::time_point now = Clock::now();
                         if (!soFar.partial() || now < next) return;
                         answer<SweepResult>(id, &Session::swept, std::make_shared<SweepResult>(soFar));
                         // The copy of a long prompt's part takes a while: it must not hold up the sweep.
                         next = Clock::now() + std::max<Clock::duration>(kPartPause, 20 * (Clock::now() - now));
                       };
                       SweepResult result = sinkscope::sweep(*loaded.model, *loaded.tokenizer, possible, job, showPart);
                       answer<SweepResult>(id, &Session::swept, std::make_shared<SweepResult>(std::move(result)));
                     });
}

Session::Id Session::candidates(const CandidateQuery& query) {
  return post(kCandidates, [this, query](Id id, const Job& job) {
    const ModelCache::Loaded& loaded = models_->get(query.model, query.device, job);
    auto answer = std::make_shared<Candidates>(candidatesOf(*loaded.model, *loaded.tokenizer, query, job));
    deliver(id, [this, id, answer = CandidatesPtr(answer)] { emit candidatesReady(id, answer); });
  });
}

Session::Id Session::influence(const InfluenceRequest& request) {
  return postOnModel(kInfluence, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       InfluenceRun run = influenceUnder(*loaded.model, *loaded.tokenizer,
                                                         possible(request, *loaded.model, *loaded.tokenizer),
                                                         conditionsOf(*loaded.tokenizer), job);
                       answer<InfluenceRun>(id, &Session::influenced, std::make_shared<InfluenceRun>(std::move(run)));
                     });
}

Session::Id Session::collapse(const CollapseRequest& request) {
  return postOnModel(kCollapse, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       CollapseRun run = collapseUnder(*loaded.model, *loaded.tokenizer, request,
                                                       conditionsOf(*loaded.tokenizer), job);
                       answer<CollapseRun>(id, &Session::collapsed, std::make_shared<CollapseRun>(std::move(run)));
                     });
}

Session::Id Session::ablate(const AblationRequest& request) {
  return postOnModel(
      kAblate, request.model, request.device, [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
        AblationRequest possible = request;
        possible.bos = request.bos && loaded.tokenizer->bos().has_value();
        AblationResult result = sinkscope::ablate(*loaded.model, *loaded.tokenizer, possible, job);
        answer<AblationResult>(id, &Session::ablated, std::make_shared<AblationResult>(std::move(result)));
      });
}

Session::Id Session::robustness(const RobustnessRequest& request) {
  return postOnModel(kRobustness, request.model, request.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       RobustnessRequest possible = request;
                       keepPossible(possible.conditions, *loaded.tokenizer);
                       RobustnessResult result = sinkscope::robustness(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<RobustnessResult>(id, &Session::robustnessMeasured,
                                                std::make_shared<RobustnessResult>(std::move(result)));
                     });
}

Session::Id Session::report(const ReportRequest& request) {
  return post(kReport, [this, request](Id id, const Job& job) {
    const auto show = [&](const ReportResult& done) {
      answer<ReportResult>(id, &Session::reported, std::make_shared<ReportResult>(done));
    };
    reportModels(request, job, show, [&](const std::string& model, const Job& part) {
      const ModelCache::Loaded& loaded = models_->get(model, request.device, part);
      return ReportModel{loaded.model, loaded.tokenizer};
    });
  });
}

Session::Id Session::probe(const ProbeRequest& request) {
  const LengthProbeRequest& first = request.lengths.front();
  return postOnModel(kProbe, first.model, first.device,
                     [this, request](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       ProbeRequest possible = request;
                       const bool bos = loaded.tokenizer->bos().has_value();
                       for (LengthProbeRequest& one : possible.lengths) one.bos = one.bos && bos;
                       for (RepetitionRequest& one : possible.repetitions) one.bos = one.bos && bos;
                       ProbeRun run = runProbes(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<ProbeRun>(id, &Session::probed, std::make_shared<ProbeRun>(std::move(run)));
                     });
}

Session::Id Session::scan(const NoOpRequest& request, const QString& promptFile) {
  return postOnModel(kScan, request.model, request.device,
                     [this, request, promptFile](Id id, const ModelCache::Loaded& loaded, const Job& job) {
                       NoOpRequest possible = request;
                       possible.bos = request.bos && loaded.tokenizer->bos().has_value();
                       if (!promptFile.isEmpty()) possible.prompts = readPrompts(pathOf(promptFile));
                       NoOpResult result = noOpHeads(*loaded.model, *loaded.tokenizer, possible, job);
                       answer<NoOpResult>(id, &Session::scanned, std::make_shared<NoOpResult>(std::move(result)));
                     });
}

Session::Id Session::open(const QString& runFile) {
  return post(kOpen, [this, runFile](Id id, const Job&) {
    const std::string kind = runKind(pathOf(runFile));
    const auto reopen = [&](auto signal, const auto& saved) { answer(id, signal, saved.result, runFile, saved.look); };
    if (kind == "perturb") return reopen(&Session::perturbed, openResult<PerturbResult>(pathOf(runFile)));
    if (kind == "sweep") return reopen(&Session::swept, openResult<SweepResult>(pathOf(runFile)));
    if (kind == "influence") return reopen(&Session::influenced, openResult<InfluenceRun>(pathOf(runFile)));
    if (kind == "collapse") return reopen(&Session::collapsed, openResult<CollapseRun>(pathOf(runFile)));
    if (kind == "ablate") return reopen(&Session::ablated, openResult<AblationResult>(pathOf(runFile)));
    if (kind == "robustness")
      return reopen(&Session::robustnessMeasured, openResult<RobustnessResult>(pathOf(runFile)));
    if (kind == "report") return reopen(&Session::reported, openResult<ReportResult>(pathOf(runFile)));
    if (kind == "probe") return reopen(&Session::probed, openResult<ProbeRun>(pathOf(runFile)));
    if (kind == "noop") return reopen(&Session::scanned, openResult<NoOpResult>(pathOf(runFile)));
    if (kind == "train") return deliver(id, [this, id, runFile] { emit trainingFound(id, runFile); });
    const std::shared_ptr<const RunFile> file = RunFile::open(pathOf(runFile));
    const RunView& view = file->view();
    const ViewState state{view.epsilon, view.includeQuery0, view.layer, view.head, QString::fromStdString(view.json)};
    const ExploredPtr answer = sinkscope::explored(file->result(), keep(savedHeads(file)), runFile);
    deliver(id, [this, id, answer, state] { emit opened(id, answer, state); });
  });
}

Session::Id Session::save(const SaveQuery& query) {
  return post(kSave, [this, query](Id id, const Job& job) {
    const Exploration exploration =
        query.keepAttention ? query.what->heads->exploration() : Exploration{query.what->result, {}};
    const ViewState& state = query.view;
    saveRun(pathOf(query.path), exploration,
            {state.epsilon, state.includeQuery0, state.layer, state.head, state.json.toStdString()},
            query.keepAttention && !exploration.traces.empty(), job);
    deliver(id, [this, id, path = query.path] { emit saved(id, path); });
  });
}

Session::Id Session::copyRun(const QString& runFile, const QString& path) {
  return post(kSave, [this, runFile, path](Id id, const Job&) {
    std::error_code error;
    std::filesystem::copy_file(pathOf(runFile), pathOf(path), std::filesystem::copy_options::overwrite_existing, error);
    if (error) throw Error(path.toStdString() + " cannot be written: " + error.message() + ".");
    deliver(id, [this, id, path] { emit saved(id, path); });
  });
}

template <typename Result>
Session::Id Session::save(const ShownPtr<Result>& what, const QString& look, const QString& path) {
  return post(kSave, [this, what, look, path](Id id, const Job& job) {
    saveResult(pathOf(path), *what->result, look.toStdString(), job);
    deliver(id, [this, id, path] { emit saved(id, path); });
  });
}
template Session::Id Session::save(const PerturbedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const AblatedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const SweptPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const InfluencedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const CollapsedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const RobustnessPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ReportedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ProbedPtr& what, const QString& look, const QString& path);
template Session::Id Session::save(const ScannedPtr& what, const QString& look, const QString& path);

Session::Id Session::rerun(const QString& runFile) {
  return post(kRerun, [this, runFile](Id id, const Job& job) {
    const auto comparison = std::make_shared<const RunComparison>(rerunAndCompare(pathOf(runFile), {}, job));
    deliver(id, [this, id, runFile, comparison] { emit ranAgain(id, runFile, comparison); });
  });
}

Session::Id Session::image(const ImageQuery& query) {
  return post(kImage + query.view, [this, query](Id id, const Job& job) {
    deliver(id, [this, id, image = imageOf(query, job)] { emit imageReady(id, image); });
  });
}

Session::Id Session::thumbnails(const ThumbnailQuery& query) {
  return post(kThumbnails, [this, query](Id id, const Job& job) {
    deliver(id, [this, id, images = thumbnailsOf(query, job)] { emit thumbnailsReady(id, images); });
  });
}

Session::Id Session::row(const RowQuery& query) {
  return post(kRow + query.view, [this, query](Id id, const Job&) {
    auto answer = std::make_shared<HeadRow>(HeadRow{query, sinkscope::row(headOf(query.of), query.query)});
    deliver(id, [this, id, answer = HeadRowPtr(answer)] { emit rowReady(id, answer); });
  });
}

Session::Id Session::entry(const EntryQuery& query) {
  return post(kEntry + query.view, [this, query](Id id, const Job&) {
    const HeadEntry answer{query, sinkscope::entry(headOf(query.of), query.query, query.key)};
    deliver(id, [this, id, answer] { emit entryReady(id, answer); });
  });
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
