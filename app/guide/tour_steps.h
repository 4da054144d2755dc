#pragma once

#include <QString>
#include <vector>

namespace sinkscope {

/// One sight of the tour of the paper: a run that comes with the program, and what is to be seen in it.
struct TourStep {
  QString title;
  QString text;               ///< two sentences, true of the run
  QString run;                ///< its file
  QString topic;              ///< of the help
  int layer = -1, head = -1;  ///< that is selected; -1: as the page chooses
};

/// From the sink to the training that makes one. The runs are what packaging/tour_runs.sh makes, and the training of
/// the built-in model.
const std::vector<TourStep>& tourSteps();

/// The run that came with the program of that name, without folder and suffix.
QString sampleRun(const QString& name);

}  // namespace sinkscope
