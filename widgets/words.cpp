#include "widgets/words.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QGlyphRun>
#include <QImage>
#include <QPaintEngine>
#include <QRawFont>
#include <QTextLayout>
#include <algorithm>

namespace sinkscope {

namespace {

constexpr double kSharpness = 8;  // dots of an image in a point

bool hasPictures(const QRawFont &font) {
  for (const char *table : {"CBDT", "sbix", "COLR", "SVG "}) {
    if (!font.fontTable(table).isEmpty()) return true;
  }
  return false;
}

/** The families of emoji, coloured ones first. */
QStringList emojiFamilies() {
  QStringList families = QFontDatabase::families().filter(QStringLiteral("emoji"), Qt::CaseInsensitive);
  std::ranges::stable_partition(families,
                                [](const QString &name) { return name.contains("colo", Qt::CaseInsensitive); });
  return families;
}

}  // namespace

QFont withEmoji(QFont font) {
  static const QStringList emoji = emojiFamilies();
  QStringList families = font.families().isEmpty() ? QStringList{font.family()} : font.families();
  // What stands for a name like "Sans Serif", of which there is no family: the first that there is serves all letters.
  families << QFontInfo(font).family() << emoji;
  families.removeDuplicates();
  font.setFamilies(families);
  return font;
}

void drawWords(QPainter &painter, const QPointF &baseline, const QString &words) {
  painter.drawText(baseline, words);
  if (!painter.paintEngine() || painter.paintEngine()->type() != QPaintEngine::Pdf) return;
  QTextLayout layout(words, painter.font(), painter.device());
  layout.beginLayout();
  const QTextLine line = layout.createLine();
  layout.endLayout();
  if (!line.isValid()) return;
  for (const QGlyphRun &run : layout.glyphRuns()) {
    if (!hasPictures(run.rawFont())) continue;
    const QRectF box = run.boundingRect();
    QImage image((box.size() * kSharpness).toSize().expandedTo(QSize(1, 1)), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter inner(&image);
    inner.scale(kSharpness, kSharpness);
    inner.drawGlyphRun(-box.topLeft(), run);
    inner.end();
    painter.drawImage(QRectF(baseline + box.topLeft() - QPointF(0, line.ascent()), box.size()), image);
  }
}

}  // namespace sinkscope
