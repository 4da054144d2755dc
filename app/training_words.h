#pragma once

#include "core/runs/training_log.h"
#include "core/train/recipe.h"

#include <QString>
#include <optional>

namespace sinkscope {

/// The recipe of a run; nothing where it is of another version of the program.
std::optional<Recipe> recipeOf(const TrainingLog& log);

QString trainingStateTitle(TrainingState state);

/// How far a run is: "step 1200 of 20000, loss 3.214".
QString trainingProgress(const TrainingLog& log);

/// The same in few words: "1200 of 20000 steps".
QString trainingSteps(const TrainingLog& log);

/// How much of its steps is done, 0 ... 1.
double trainedShare(const TrainingLog& log);

/// "about 12 min"
QString durationWords(double seconds);

/// How long a run that goes on will take yet, at the speed of its last steps; empty where nobody knows.
QString trainingTimeLeft(const TrainingLog& log);

/// Where numbers stopped being finite and what became of it, if the run has not gone on since; else empty.
QString trainingTrouble(const TrainingLog& log);

/// The index of the threshold that was measured and is nearest.
std::size_t nearestThreshold(const TrainingLog& log, double epsilon);

/// What the numbers depend on, in one line.
QString trainingConventions(const TrainingLog& log, double epsilon);

/// The last measurement with its conventions, to be copied.
QString trainingNumbers(const TrainingLog& log, double epsilon);

}  // namespace sinkscope
