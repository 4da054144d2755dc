#pragma once

#include <QImage>
#include <QString>
#include <vector>

#include "widgets/figure.h"

namespace sinkscope {

/** How long a frame of an animation is seen; the last one is seen longer. */
inline constexpr int kFrameMs = 400;
inline constexpr int kLastFrameMs = 2000;

/**
 * Writes images of one size, at least one, as an animated GIF that begins anew for ever. A GIF's frame has 256 colours:
 * the most frequent ones are kept, the others become the nearest of them. Throws std::runtime_error with one sentence
 * naming the file when it cannot be written.
 */
void writeGif(const QString &path, const std::vector<QImage> &frames);

/** Draws figures of one size and writes them as above, at two pixels a point. */
void exportAnimation(const std::vector<FigureDrawing> &frames, const FigureStyle &style, const QString &path);

}  // namespace sinkscope
