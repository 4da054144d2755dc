#include "widgets/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QWidget>
#include <algorithm>
#include <cmath>

#include "widgets/colour_map.h"

namespace sinkscope {

namespace {

QFont scaled(QFont font, double factor) {
  if (font.pointSizeF() > 0) {
    font.setPointSizeF(font.pointSizeF() * factor);
  } else {
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
  }
  return font;
}

}  // namespace

Theme themeFor(const QPalette &palette, const QFont &base) {
  Theme theme;
  theme.dark = palette.color(QPalette::Window).lightnessF() < 0.5;
  theme.background = palette.color(QPalette::Window);
  theme.surface = palette.color(QPalette::Base);
  theme.text = palette.color(QPalette::WindowText);
  theme.mutedText = theme.dark ? QColor(0x9d, 0xa7, 0xb3) : QColor(0x5b, 0x65, 0x70);
  theme.line = theme.dark ? QColor(0x36, 0x3d, 0x47) : QColor(0xd5, 0xda, 0xe0);
  theme.accent = theme.dark ? QColor(0xf5, 0xa6, 0x23) : QColor(0xc4, 0x7a, 0x00);
  theme.accentText = theme.dark ? QColor(0xf5, 0xa6, 0x23) : QColor(0x8f, 0x55, 0x00);
  theme.onAccent = QColor(0x24, 0x1a, 0x05);
  theme.selection = theme.dark ? QColor(0xe6, 0xed, 0xf3) : QColor(0x1b, 0x23, 0x2c);
  theme.empty = theme.dark ? QColor(0x2a, 0x30, 0x38) : QColor(0xe9, 0xec, 0xf0);
  theme.body = base;
  theme.heading = scaled(base, 1.2);
  theme.heading.setWeight(QFont::DemiBold);
  theme.caption = scaled(base, 0.85);
  theme.mono = base;
  theme.mono.setFamilies(
      {QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
  theme.mono.setStyleHint(QFont::Monospace);
  return theme;
}

Theme themeFor(const QWidget *widget) {
  return themeFor(widget->palette(), widget->font());
}

QPalette stylePalette(bool dark) {
  const QColor window = dark ? QColor(0x16, 0x1b, 0x22) : QColor(0xf6, 0xf7, 0xf9);
  const QColor base = dark ? QColor(0x1e, 0x24, 0x2c) : QColor(Qt::white);
  const QColor text = dark ? QColor(0xe6, 0xed, 0xf3) : QColor(0x1b, 0x23, 0x2c);
  const QColor button = dark ? QColor(0x2a, 0x31, 0x3b) : QColor(0xee, 0xf0, 0xf3);
  const QColor muted = dark ? QColor(0x9d, 0xa7, 0xb3) : QColor(0x5b, 0x65, 0x70);
  // Selection is neutral: amber is the sink's.
  const QColor highlight = dark ? QColor(0x4a, 0x5b, 0x70) : QColor(0x3f, 0x53, 0x69);
  QPalette palette(button, window);
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::Base, base);
  palette.setColor(QPalette::AlternateBase, window);
  palette.setColor(QPalette::Button, button);
  for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, text);
    palette.setColor(QPalette::Disabled, role, dark ? QColor(0x6b, 0x75, 0x81) : QColor(0x93, 0x9b, 0xa5));
  }
  palette.setColor(QPalette::ToolTipBase, dark ? QColor(0x2a, 0x31, 0x3b) : QColor(Qt::white));
  palette.setColor(QPalette::PlaceholderText, muted);
  palette.setColor(QPalette::Highlight, highlight);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, dark ? QColor(0x8a, 0xb4, 0xe8) : QColor(0x1f, 0x5f, 0xa8));
  return palette;
}

void applyAppStyle(QApplication &application, bool dark) {
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setPalette(stylePalette(dark));
  const QString line = dark ? QStringLiteral("#363d47") : QStringLiteral("#d5dae0");
  application.setStyleSheet(QStringLiteral("QToolTip { padding: 4px 8px; border: 1px solid %1; }").arg(line));
}

void applyAppStyle(QApplication &application) {
  applyAppStyle(application, QApplication::palette().color(QPalette::Window).lightnessF() < 0.5);
}

double contrastRatio(const QColor &first, const QColor &second) {
  const double a = luminance(first.rgb());
  const double b = luminance(second.rgb());
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace sinkscope
