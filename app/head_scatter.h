#pragma once

#include "core/analysis/no_op.h"
#include "core/array.h"
#include "widgets/plot_data.h"

#include <QString>
#include <cstddef>

namespace sinkscope {

/// Where the classes of heads part when eps says which share of token 0 is high.
HeadClassBounds headBounds(double epsilon);

/// All heads, rest against drain, by class, with the lines where classes part; point l H + h is head h of layer l.
/// `rest` and `drain` are [layer, head].
Scatter headScatter(const Array<double, 2>& rest, const Array<double, 2>& drain, const HeadClassBounds& bounds);

/// "layer 3, head 2: α₀ 0.910, drain 0.04: no-op"
QString headLine(std::size_t layer, std::size_t head, double rest, double drain, const HeadClassBounds& bounds);

/// "no-op"
QString className(HeadClass headClass);

}  // namespace sinkscope
