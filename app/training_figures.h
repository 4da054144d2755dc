#pragma once

#include "app/page_figure.h"
#include "app/training_curves_figure.h"

#include <QString>
#include <array>
#include <vector>

namespace sinkscope {

/// What is measured of each head while it trains.
enum class HeadMeasure { Share, ShareWithoutBos, ShareOfKey1, ValueDrain, Absorbed };
inline constexpr std::array kHeadMeasures{HeadMeasure::Share, HeadMeasure::ShareWithoutBos, HeadMeasure::ShareOfKey1,
                                          HeadMeasure::ValueDrain, HeadMeasure::Absorbed};
QString headMeasureTitle(HeadMeasure measure);

/// Layers by heads at a measurement, of which there is one; heads above eps are framed where shares are shown.
GridFigure sinkGrid(const TrainingLog& log, std::size_t measurement, HeadMeasure measure, double epsilon);

/// All curves and the grid at a measurement; the grid moves through the whole training.
std::vector<PageFigure> trainingFigures(const std::vector<NamedTraining>& runs, const TrainingLook& look,
                                        std::size_t measurement, HeadMeasure measure);

}  // namespace sinkscope
