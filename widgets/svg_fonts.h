#pragma once

#include <QString>

namespace sinkscope {

/**
 * The fonts of an SVG text as a style sheet: of each font that its texts are drawn in, the letters that they use. A
 * letter that the named font lacks is embedded from the font that takes its place here. Empty where there are no texts.
 */
QString embeddedFonts(const QString &svg);

}  // namespace sinkscope
