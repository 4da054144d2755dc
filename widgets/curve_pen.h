#pragma once

#include <QPainterPath>
#include <QPen>
#include <cstddef>

namespace sinkscope {

/**
 * What a curve or a class of points stands for, which decides how it looks: amber is the sink's and nobody else's, the
 * strong one is what the reader is asked to look at, the faint ones are many and told apart by pointing at them.
 */
enum class ColourRole { Sink, First, Second, Third, Muted, Strong, Fourth, Fifth, Sixth, Faint };

/** The role of the curve at an index of several that stand for nothing in particular; six are told apart. */
ColourRole curveRole(std::size_t index);

/** The pen of a curve, one unit wide: colours that stay apart for the colour-blind, and dashes that do in print. */
QPen curvePen(ColourRole role, bool dark);

/** The mark of a point of that role, about (0, 0) and within one unit of it: shapes stay apart without colour. */
QPainterPath markerPath(ColourRole role);

}  // namespace sinkscope
