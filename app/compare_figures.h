#pragma once

#include "app/compare_views.h"
#include "app/page_figure.h"

#include <vector>

namespace sinkscope {

/// The figures of a comparison, titled and described: the maps beside each other, the difference, the curves over each
/// other.
std::vector<PageFigure> compareFigures(const ComparedRuns& runs, const CompareViews& views, const CompareLook& look);

}  // namespace sinkscope
