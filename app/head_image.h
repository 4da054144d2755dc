#pragma once

#include "core/job.h"
#include "widgets/matrix.h"

#include <QRect>
#include <QSize>

namespace sinkscope {

struct HeadAttention;

/// Mean weights of a region (x: keys, y: queries), pooled to at most `cells`. Cells that no query of theirs can see
/// have no value: what causality and a sliding window leave out is not a weight of 0.
Matrix headImage(const HeadAttention& head, const QRect& region, const QSize& cells, bool hideSink,
                 const Job& job = {});

}  // namespace sinkscope
