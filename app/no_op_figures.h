#pragma once

#include "app/page_figure.h"
#include "core/analysis/no_op.h"
#include "widgets/figure.h"

#include <QString>
#include <vector>

namespace sinkscope {

/// All heads over the prompts of a scan, rest against drain, by class. Point l H + h is head h of
/// layer l.
ScatterFigure scanScatter(const NoOpResult& result, const HeadClassBounds& bounds);

/// Bounds, prompts, <bos> and model in one line.
QString scanConventions(const NoOpResult& result, const HeadClassBounds& bounds);

/// All of them, titled and described.
std::vector<PageFigure> scanFigures(const NoOpResult& result, const HeadClassBounds& bounds);

}  // namespace sinkscope
