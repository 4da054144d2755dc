#include "widgets/math_text.h"

#include <QFontMetricsF>

namespace sinkscope {

namespace {

constexpr double kSmaller = 0.72;  // of the font's size
constexpr double kDrop = 0.22;     // of the ascent
constexpr QChar kNorm = u'‖';

}  // namespace

bool MathText::isIn(const QString &text) {
  return text.contains(kNorm) && text.contains(QLatin1Char('_'));
}

MathText::MathText(const QString &text, const QFont &font) : font_(font) {
  QString plain;
  bool inNorm = false;
  for (int i = 0; i < text.size(); ++i) {
    if (text[i] == kNorm) inNorm = !inNorm;
    if (!inNorm || text[i] != QLatin1Char('_') || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    if (!plain.isEmpty()) runs_.push_back({plain, false});
    plain.clear();
    runs_.push_back({QString(text[++i]), true});
  }
  if (!plain.isEmpty()) runs_.push_back({plain, false});
}

QFont MathText::fontOf(const Run &run) const {
  if (!run.lowered) return font_;
  QFont font = font_;
  if (font.pointSizeF() > 0) {
    font.setPointSizeF(font.pointSizeF() * kSmaller);
  } else {
    font.setPixelSize(std::max(1, qRound(font.pixelSize() * kSmaller)));
  }
  return font;
}

double MathText::width(const QPaintDevice *device) const {
  double width = 0;
  for (const Run &run : runs_) width += QFontMetricsF(fontOf(run), device).horizontalAdvance(run.text);
  return width;
}

void MathText::paint(QPainter &painter, const QPointF &baseline) const {
  const double drop = kDrop * QFontMetricsF(font_, painter.device()).ascent();
  QPointF at = baseline;
  for (const Run &run : runs_) {
    const QFont font = fontOf(run);
    painter.setFont(font);
    painter.drawText(at + QPointF(0, run.lowered ? drop : 0), run.text);
    at.rx() += QFontMetricsF(font, painter.device()).horizontalAdvance(run.text);
  }
  painter.setFont(font_);
}

}  // namespace sinkscope
