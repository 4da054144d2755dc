#pragma once

// What the files that make up the session share; for them alone.
#include "app/file_path.h"
#include "app/model_cache.h"
#include "app/session.h"

#include <memory>
#include <string>
#include <utility>

namespace sinkscope {

/// Kinds that are latest-wins. Images, rows and entries have one kind a view.
enum SessionKind {
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

ModelFacts factsOf(const ModelCache::Loaded& loaded);

/// An answer of which the heads are read from `heads`.
ExploredPtr exploredFrom(std::shared_ptr<const ExploreResult> result, std::shared_ptr<HeadSource> heads,
                         const QString& file);

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

}  // namespace sinkscope
