#pragma once

#include "app/page_figure.h"
#include "core/analysis/ablation.h"
#include "widgets/figure.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace sinkscope {

/// "untouched", then a title an intervention.
QStringList outcomeTitles(const AblationResult& result);
/// The untouched model's outcome for 0, then the interventions'.
const AblationOutcome& outcomeOf(const AblationResult& result, std::size_t index);

/// Loss against position in the text, one curve an outcome; each point the mean over a sixteenth of the text.
CurveFigure lossCurves(const AblationResult& result);

/// Mean relative change of the tokens behind a swapped one over the layers, one curve an outcome.
CurveFigure changeCurves(const AblationResult& result);

/// alpha_0 of the heads, layer by head, of the outcomes named, on one scale.
LayerMapFigure shareMaps(const AblationResult& result, const std::vector<std::size_t>& outcomes);

/// Model, prompts and the conventions of the sink rate in one line.
QString ablationConventions(const AblationResult& result, double epsilon);

/// All of them, titled and described; the shares of every outcome beside the untouched model's.
std::vector<PageFigure> ablationFigures(const AblationResult& result, double epsilon);

}  // namespace sinkscope
