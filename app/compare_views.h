#pragma once

#include "app/training_curves_figure.h"
#include "core/catalogue/compared_runs.h"
#include "core/catalogue/run_pair.h"
#include "widgets/figure.h"

#include <QString>
#include <utility>
#include <vector>

namespace sinkscope {

/// How runs are held against each other. A value.
struct CompareLook {
  double epsilon = 0.3;
  bool includeQuery0 = true;
  QString measure;          ///< one of `compareMeasures`; another one is the first of them
  QString condition;        ///< one of `compareConditions`; a run that has it not shows its first
  bool logarithmic = true;  ///< the scale of changes and influences
  int minuend = 0;          ///< the run that another one is taken from, ...
  int subtrahend = 1;       ///< ... and that other one
};

/// Something to choose: its name, and what a person reads.
using CompareChoice = std::pair<QString, QString>;
/// What can be shown of such runs; of less than two there is no choice.
std::vector<CompareChoice> compareMeasures(const ComparedRuns& runs);
std::vector<CompareChoice> compareConditions(const ComparedRuns& runs);

/// What lies beside and over each other.
struct CompareViews {
  std::vector<LayerMapData> maps;  ///< [run], on one scale; maybe without values
  bool ofHeads = false;            ///< the maps are alpha_0 by layer and head
  ColourScale scale;
  QString scaleLabel;
  QString xTitle = QStringLiteral("token"), yTitle = QStringLiteral("layer");
  CurveFigure curves;                     ///< one a run
  std::vector<std::vector<double>> rowX;  ///< [run][row of its map] the curves' x that belongs to it; maybe empty
  MapDifference minus;                    ///< of the look's two runs, with the sentence about it
  LayerMapFigure difference;              ///< the same to be drawn; of no map where there is none
  bool hasDepths = false;                 ///< the curves run over relative depth
};
CompareViews compareViews(const ComparedRuns& runs, const CompareLook& look);

/// "A", "B", ...; "A river two"; "Gemma 3 270M · with <bos> · T 21 · The river rises"
QString compareLetter(int run);
QString compareName(const ComparedRuns& runs, int run);
QString compareCaption(const ComparedRun& run);

/// Trainings under their letters; empty for runs of another kind.
std::vector<NamedTraining> comparedTrainings(const ComparedRuns& runs);

/// What the numbers depend on, in one line.
QString compareConventions(const ComparedRuns& runs, const CompareLook& look);

}  // namespace sinkscope
