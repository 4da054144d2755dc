#include "widgets/figure_page.h"

#include <QFontInfo>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/math_text.h"
#include "widgets/words.h"

namespace sinkscope {

namespace {

constexpr double kMargin = 2;         // points around everything
constexpr double kSmallPrint = 0.85;  // of the font size: the conventions
constexpr int kSharpSide = 1200;      // pixels that a picture of cells has at least
constexpr int kMostRectangles = 400;
constexpr double kOverlap = 0.25;  // of a rectangle's side lie under its neighbour: no seam shines through

constexpr int kWrapped = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

QFont titleFont(const QPaintDevice *device, const FigureStyle &style) {
  QFont bold = FigurePage::fontOf(device, style, style.fontPt);
  bold.setWeight(QFont::Bold);
  return bold;
}

QFont smallFont(const QPaintDevice *device, const FigureStyle &style) {
  return FigurePage::fontOf(device, style, style.fontPt * kSmallPrint);
}

double gapOf(const QPaintDevice *device, const FigureStyle &style) {
  return QFontMetricsF(FigurePage::fontOf(device, style, style.fontPt), device).height() / 3;
}

double titleHeight(const QPaintDevice *device, const FigureStyle &style) {
  if (style.title.isEmpty() && style.panel.isEmpty()) return 0;
  return QFontMetricsF(titleFont(device, style), device).height() + gapOf(device, style);
}

double conventionsHeight(const QPaintDevice *device, const FigureStyle &style, double width, const QString &text) {
  if (!style.conventions || text.isEmpty()) return 0;
  const QRectF room(0, 0, width, 1e6);
  return QFontMetricsF(smallFont(device, style), device).boundingRect(room, kWrapped, text).height() +
         gapOf(device, style);
}

}  // namespace

double FigurePage::extraHeight(const FigureStyle &style, double width, const QString &conventions) {
  const QImage page = measuringDevice();
  return titleHeight(&page, style) + conventionsHeight(&page, style, width - 2 * kMargin, conventions);
}

double FigurePage::margins() {
  return 2 * kMargin;
}

QImage FigurePage::measuringDevice() {
  QImage page(1, 1, QImage::Format_RGB32);
  page.setDotsPerMeterX(qRound(72 / 0.0254));
  page.setDotsPerMeterY(qRound(72 / 0.0254));
  return page;
}

QFont FigurePage::fontOf(const QPaintDevice *device, const FigureStyle &style, double points) {
  // The family that is really there: "Sans Serif" would mean nothing to another program.
  QFont font(QFontInfo(QFont(style.family.isEmpty() ? QGuiApplication::font().family() : style.family)).family());
  // A font's points follow the device's resolution; a figure's are units of the painter.
  const double dpi = device ? device->logicalDpiY() : 72;
  font.setPointSizeF(points * 72 / dpi);
  font.setHintingPreference(QFont::PreferNoHinting);
  return withEmoji(font);
}

FigurePage::FigurePage(QPainter &device, const FigureStyle &style, const QSizeF &size, const QString &conventions)
    : painter(device),
      style(style),
      font(fontOf(device.device(), style, style.fontPt)),
      metrics(font, device.device()),
      line(metrics.height()),
      gap(line / 3) {
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::TextAntialiasing);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.fillRect(QRectF(QPointF(0, 0), size), Qt::white);
  body = QRectF(QPointF(0, 0), size).adjusted(kMargin, kMargin, -kMargin, -kMargin);
  const double top = titleHeight(device.device(), style);
  if (top > 0) {
    const QFont bold = titleFont(device.device(), style);
    painter.setFont(bold);
    painter.setPen(ink::text);
    const QFontMetricsF boldMetrics(bold, device.device());
    const QRectF row(body.left(), body.top(), body.width(), top);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignTop, style.panel);
    // In the middle of the page, and clear of the letter.
    const double letter = style.panel.isEmpty() ? 0 : boldMetrics.horizontalAdvance(style.panel) + gap;
    painter.drawText(row.adjusted(letter, 0, -letter, 0), Qt::AlignHCenter | Qt::AlignTop,
                     fitted(style.title, boldMetrics, row.width() - 2 * letter));
    body.setTop(body.top() + top);
  }
  // Never more than half of the page, however long the sentence is.
  const double bottom =
      std::min(body.height() / 2, conventionsHeight(device.device(), style, body.width(), conventions));
  if (bottom > 0) {
    painter.setFont(smallFont(device.device(), style));
    painter.setPen(ink::muted);
    const QRectF room(body.left(), body.bottom() - bottom + gap, body.width(), bottom - gap + 1);
    painter.drawText(room, kWrapped, conventions);
    body.setBottom(body.bottom() - bottom);
  }
  painter.setFont(font);
}

void FigurePage::text(const QRectF &box, const QString &text, const QColor &colour, bool turned) const {
  painter.save();
  painter.setFont(font);
  painter.setPen(colour);
  painter.translate(box.center());
  if (turned) painter.rotate(-90);
  const double length = turned ? box.height() : box.width();
  const QString shown = fitted(text, metrics, length);
  const double baseline = (metrics.ascent() - metrics.descent()) / 2;
  if (MathText::isIn(shown)) {
    const MathText formula(shown, font);
    formula.paint(painter, QPointF(-formula.width(painter.device()) / 2, baseline));
  } else {
    drawWords(painter, QPointF(-metrics.horizontalAdvance(shown) / 2, baseline), shown);
  }
  painter.restore();
}

namespace {

void drawRectangles(QPainter &painter, const QRectF &target, const QImage &cells) {
  const double width = target.width() / cells.width();
  const double height = target.height() / cells.height();
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (int row = 0; row < cells.height(); ++row) {
    for (int column = 0; column < cells.width(); ++column) {
      const double right = column + 1 < cells.width() ? kOverlap : 0;
      const double below = row + 1 < cells.height() ? kOverlap : 0;
      const QRectF cell(target.left() + column * width, target.top() + row * height, (1 + right) * width,
                        (1 + below) * height);
      painter.fillRect(cell, cells.pixelColor(column, row));
    }
  }
  painter.restore();
}

}  // namespace

void drawCells(QPainter &painter, const QRectF &target, const QImage &cells) {
  if (cells.isNull()) return;
  QImage opaque(cells.size(), QImage::Format_RGB32);  // no alpha: printers' drivers rasterise what is transparent
  opaque.fill(Qt::white);
  QPainter(&opaque).drawImage(0, 0, cells);
  if (cells.width() * cells.height() <= kMostRectangles) return drawRectangles(painter, target, opaque);
  const int side = std::max(cells.width(), cells.height());
  const int factor = std::max(1, (kSharpSide + side - 1) / side);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(target, opaque.scaled(cells.size() * factor, Qt::IgnoreAspectRatio, Qt::FastTransformation));
}

}  // namespace sinkscope
