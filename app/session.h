#pragma once

#include "app/candidate_query.h"
#include "app/explored.h"
#include "app/shown.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <functional>
#include <memory>

namespace sinkscope {

class ComputeThread;
class Job;
class ModelCache;
class Perturber;
struct AblationRequest;
struct CollapseRequest;
struct ExploreRequest;
struct InfluenceRequest;
struct PerturbRequest;
struct ReportRequest;
struct RunComparison;
struct RobustnessRequest;
struct SweepRequest;
struct NoOpRequest;
struct ProbeRequest;

/// What computing may take of this machine. No result depends on it but in its last digits, so no request holds it.
struct Resources {
  int threads = 0;                 ///< 0: all
  std::uint64_t weightMemory = 0;  ///< bytes; 0: `usualWeightMemory`
};

/// The window's only way to models and run files: requests go in as values to one compute thread and are answered by
/// signals on this object's thread. Every request gets an id above 0 and exactly one end: `finished`, `failed` or
/// `stopped`; its results come before that end, and none comes after `cancel`. A newer request stops an older one of
/// its kind (not savings). Destroying the session stops what is left, and says so.
class Session : public QObject {
  Q_OBJECT

 public:
  using Id = quint64;

  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  /// Loads the model when it is not in memory (`modelLoaded`) and analyses the prompts (`explored`). A <bos> that the
  /// vocabulary lacks is left out, a chat template that the model lacks as well; the result's request says so.
  Id explore(const ExploreRequest& request);

  /// The same question asked beside the main one, e.g. without <bos>; latest-wins among its own kind.
  Id compare(const ExploreRequest& request);

  /// Follows a change of a prompt: `modelLoaded` where it was not in memory, `perturbed`. Conditions that the model has
  /// no <bos> for are left out; the result's request says so.
  Id perturb(const PerturbRequest& request);
  /// Swaps every token in turn: `swept` some times a second with what is there so far (partial), and at the end; else
  /// as `perturb`.
  Id sweep(const SweepRequest& request);
  Id candidates(const CandidateQuery& query);  ///< `candidatesReady`

  /// Measures influences with <bos> (where the model has one) and without, on the same token of the text: the request's
  /// `bos` says how its positions count. Layers that the model has not become its last; the results' requests say so.
  /// `modelLoaded` where it was not in memory, `influenced`.
  Id influence(const InfluenceRequest& request);

  /// Measures how alike the tokens become, with <bos> (where the model has one) and without; the request's own `bos`
  /// is not looked at. `modelLoaded` where it was not in memory, `collapsed`.
  Id collapse(const CollapseRequest& request);

  /// Changes the model and measures what becomes of it; a <bos> that the vocabulary lacks is left out. `modelLoaded`
  /// where it was not in memory, `ablated`.
  Id ablate(const AblationRequest& request);

  /// Swaps tokens of many prompts under several conditions; those that the model has no <bos> for are left out.
  /// `modelLoaded` where it was not in memory, `robustnessMeasured`.
  Id robustness(const RobustnessRequest& request);

  /// Measures several models over many prompts: `reported` with what is done so far, each time a model is.
  Id report(const ReportRequest& request);

  /// Runs the probes, of which there is at least one of lengths; a <bos> that the vocabulary lacks is left out.
  /// `modelLoaded` where it was not in memory, `probed`.
  Id probe(const ProbeRequest& request);

  /// Scans prompts for no-op heads: those of a file, or where that is empty the request's own; a <bos> that the
  /// vocabulary lacks is left out. `modelLoaded` where it was not in memory, `scanned`.
  Id scan(const NoOpRequest& request, const QString& promptFile);

  /// Answered as what the file holds: `opened`, `trainingFound`, or the signal of a live result of its kind, its `file`
  /// the path.
  Id open(const QString& runFile);
  Id save(const SaveQuery& query);  ///< `saved`
  template <typename Result>
  Id save(const ShownPtr<Result>& what, const QString& look, const QString& path);  ///< `saved`

  /// Saves a training's run, which is a file already, under another name as well.
  Id copyRun(const QString& runFile, const QString& path);  ///< `saved`

  /// Asks anew what a saved run asked, and holds the answer against it: `ranAgain`.
  Id rerun(const QString& runFile);

  Id image(const ImageQuery& query);           ///< `imageReady`; latest-wins within a view
  Id thumbnails(const ThumbnailQuery& query);  ///< `thumbnailsReady`
  Id row(const RowQuery& query);               ///< `rowReady`
  Id entry(const EntryQuery& query);           ///< `entryReady`

  void cancel(Id id);
  void cancelAll();
  bool isBusy() const { return !pending_.isEmpty(); }

  /// Holds from the next request on; a model is read again where the memory for its weights changes. `resourcesTaken`.
  void setResources(const Resources& resources);

  /// Where models can run: "cpu", and where libtorch finds devices "cuda", and "cuda:0" ... where they are several.
  static QStringList devices();
  /// With how many threads is computed unless told otherwise.
  static int usualThreads();

 signals:
  /// It was asked for; `title` says what it is. Not of the small questions of a view.
  void queued(quint64 id, const QString& title);
  void started(quint64 id);
  void progressed(quint64 id, const QString& what, double fraction);
  void finished(quint64 id);
  void failed(quint64 id, const QString& sentence, const QString& details);
  void stopped(quint64 id);
  void resourcesTaken(int threads);  ///< with how many is computed from now on

  void modelLoaded(quint64 id, const sinkscope::ModelFacts& facts);
  void explored(quint64 id, const sinkscope::ExploredPtr& result);
  void opened(quint64 id, const sinkscope::ExploredPtr& result, const sinkscope::ViewState& view);
  void perturbed(quint64 id, const sinkscope::PerturbedPtr& result);
  void swept(quint64 id, const sinkscope::SweptPtr& result);
  void candidatesReady(quint64 id, const sinkscope::CandidatesPtr& candidates);
  void influenced(quint64 id, const sinkscope::InfluencedPtr& result);
  void collapsed(quint64 id, const sinkscope::CollapsedPtr& result);
  void ablated(quint64 id, const sinkscope::AblatedPtr& result);
  void robustnessMeasured(quint64 id, const sinkscope::RobustnessPtr& result);
  void reported(quint64 id, const sinkscope::ReportedPtr& result);
  void probed(quint64 id, const sinkscope::ProbedPtr& result);
  void scanned(quint64 id, const sinkscope::ScannedPtr& result);
  void trainingFound(quint64 id, const QString& runFile);  ///< it is read by who watches it
  void saved(quint64 id, const QString& path);
  void ranAgain(quint64 id, const QString& runFile, const std::shared_ptr<const sinkscope::RunComparison>& comparison);
  void imageReady(quint64 id, const sinkscope::HeadImagePtr& image);
  void thumbnailsReady(quint64 id, const sinkscope::LayerThumbnailsPtr& images);
  void rowReady(quint64 id, const sinkscope::HeadRowPtr& row);
  void entryReady(quint64 id, const sinkscope::HeadEntry& entry);

 private:
  struct Pending {
    int kind = -1;
    bool cancelled = false;
  };
  using Work = std::function<void(Id, const Job&)>;

  Id post(int kind, Work work, const std::string& model = {});
  Id exploreAs(int kind, const ExploreRequest& request);
  /// Posts work on a model, which is loaded first when it is not in memory: `work(id, loaded, job)`.
  template <typename OnModel>
  Id postOnModel(int kind, const std::string& model, const std::string& device, OnModel work);
  /// Called on the compute thread: delivers a result, live or from a file.
  template <typename Result>
  void answer(Id id, void (Session::*signal)(quint64, const ShownPtr<Result>&), std::shared_ptr<const Result> result,
              const QString& file = {}, const std::string& look = "{}");
  std::shared_ptr<HeadSource> keep(std::shared_ptr<HeadSource> heads) const;

  /// Called on the compute thread: does `emission` on this object's thread unless the request was cancelled.
  void deliver(Id id, std::function<void()> emission);
  /// Called on the compute thread: the request's one end.
  void end(Id id, std::function<void()> emission);
  void settle(Id id, const std::function<void()>& emission);

  QHash<Id, Pending> pending_;  // of this object's thread
  Id lastId_ = 0;
  std::unique_ptr<ModelCache> models_;    // of the compute thread, like the next
  std::unique_ptr<Perturber> perturber_;  // of the model in memory
  std::shared_ptr<ComputeThread> thread_;
};

}  // namespace sinkscope
