#pragma once

#include "app/page_figure.h"
#include "core/analysis/probes.h"
#include "widgets/figure.h"

#include <QString>
#include <cstddef>
#include <vector>

namespace sinkscope {

/// Where the last token of a length probe is looked at.
enum class ProbePlace { LastLayer, FinalNorm };

/// "after the last layer"
QString probePlaceTitle(ProbePlace place);

/// Difference of the last token over its own size, against n, both logarithmic: one curve a text and precision. The
/// spacing of a type's numbers at that size is then its epsilon, a level: a difference below it is lost in that type.
CurveFigure lengthCurves(const ProbeRun& run, ProbePlace place);

/// What a logarithmic axis cannot show: which of the curves are exactly 0, and where. Empty when none is.
QString lostWords(const ProbeRun& run, ProbePlace place);

/// Norm of the k-th copy after every layer, one of them strong and the others faint, with that of <bos> there as a
/// level. `place` 0 is the embedding, l + 1 what layer l leaves.
CurveFigure copyCurves(const RepetitionResult& result, std::size_t place);

/// "layer 3", "embedding"
QString copyPlaceTitle(std::size_t place);

/// Probes, <bos> and model in one line.
QString probeConventions(const ProbeRun& run);

/// The differences over their scale as text, a line a length.
QString probeNumbers(const ProbeRun& run);

/// All of them, titled and described; the copies at `place`.
std::vector<PageFigure> probeFigures(const ProbeRun& run, std::size_t place);

}  // namespace sinkscope
