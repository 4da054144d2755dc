#pragma once

#include <QFont>
#include <QPainter>
#include <QPointF>
#include <QString>

namespace sinkscope {

/**
 * Draws a text from the left end of its base line, in the painter's font and pen. Letters that a font has as pictures
 * only, such as emoji, are seen in a PDF too, which knows outlines alone: there they are drawn as images upon their
 * text.
 */
void drawWords(QPainter &painter, const QPointF &baseline, const QString &words);

/**
 * The font, with this machine's emoji right behind its own families. Qt looks for a letter that a font lacks in the
 * first 254 others alone, and where all scripts of a large family are installed the emoji are not among these.
 */
QFont withEmoji(QFont font);

}  // namespace sinkscope
