#pragma once

#include "app/page_figure.h"

#include <vector>

namespace sinkscope {

struct Provenance;
struct TrainingStart;

/// The figures of a result of that kind ("explore"), with where its numbers come from in their metadata: run, kind,
/// time, program, model and the SHA-256 of its files.
std::vector<PageFigure> withOrigin(std::vector<PageFigure> figures, const char* kind, const Provenance& result);
/// The same for trainings, of which the first is named.
std::vector<PageFigure> withOrigin(std::vector<PageFigure> figures, const TrainingStart& training);

}  // namespace sinkscope
