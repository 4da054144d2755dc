#pragma once

#include "app/page_figure.h"
#include "core/analysis/report_tables.h"

#include <QString>
#include <vector>

namespace sinkscope {

/// A measure over the layers of one of a report's models, a curve a condition.
CurveFigure layerCurves(const ReportResult& report, const ModelReport& model, const LayerMeasure& measure);

/// Prompts, lengths and model in one line.
QString reportConventions(const ReportResult& report, const ModelReport& model);

/// All of them, titled and described: model after model, every measure.
std::vector<PageFigure> reportFigures(const ReportResult& report);

}  // namespace sinkscope
