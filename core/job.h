#pragma once

#include "core/error.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>

namespace sinkscope {

/// How far a long operation is.
struct Progress {
  std::string what;       ///< what is being done now, e.g. "layer 7 of 18"
  double fraction = 0.0;  ///< 0 ... 1 of the whole operation
};

/// What every long operation is given: a way to be stopped and a way to tell how far it is. Cheap to copy; the
/// default one never stops and tells nobody.
class Job {
 public:
  using Report = std::function<void(const Progress&)>;

  Job() = default;
  explicit Job(std::stop_token stop, Report report = {}) : stop_(std::move(stop)), report_(std::move(report)) {}

  /// Throws `Stopped` once a stop was asked for. Called at least once a layer, a tile or a step.
  void check() const {
    if (stop_.stop_requested()) throw Stopped();
  }

  bool stopRequested() const { return stop_.stop_requested(); }

  /// Stops when this one does, and tells nobody.
  Job quiet() const { return Job(stop_); }
  /// Tells what this one does, and is not stopped: for a part whose caller looks at the stop between parts.
  Job withoutStop() const { return Job({}, report_); }

  /// Reports progress, then checks for a stop.
  void progress(const std::string& what, double fraction) const {
    if (report_) report_({what, fraction});
    check();
  }

  /// A job for a part of this one: its 0 ... 1 is mapped to `from` ... `to` of the whole. A name is told in place of
  /// the part's own words.
  Job part(double from, double to, const std::string& name = {}) const {
    if (!report_) return *this;
    return Job(stop_, [report = report_, from, to, name](const Progress& p) {
      report({name.empty() ? p.what : name, from + (to - from) * p.fraction});
    });
  }

 private:
  std::stop_token stop_;
  Report report_;
};

}  // namespace sinkscope
