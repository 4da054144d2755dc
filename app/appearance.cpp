#include "app/appearance.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleOption>

/// The icons lie in a static library, whose resources nobody else asks for. Outside of any namespace, as Qt wants it.
static void loadIcons() {
  Q_INIT_RESOURCE(resources);
}

namespace sinkscope {
namespace {

/// Fusion draws the frame of a check box in a darker shade of the window, which cannot be seen in the dark.
class FramedStyle : public QProxyStyle {
 public:
  FramedStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element != PE_IndicatorCheckBox || option->palette.color(QPalette::Window).lightnessF() > 0.5) return;
    painter->save();
    painter->setPen(option->palette.color(QPalette::PlaceholderText));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
  }
};

}  // namespace

Appearance::Appearance(QApplication& application)
    : application_(application),
      desktopIsDark_(QApplication::palette().color(QPalette::Window).lightnessF() < 0.5),
      font_(QApplication::font()) {
  loadIcons();
}

void Appearance::apply(Scheme scheme, double zoom) {
  applyAppStyle(application_, scheme == Scheme::Dark || (scheme == Scheme::Desktop && desktopIsDark_));
  QApplication::setStyle(new FramedStyle);
  QFont font = font_;
  if (font.pointSizeF() > 0) {
    font.setPointSizeF(font.pointSizeF() * zoom);
  } else {
    font.setPixelSize(static_cast<int>(font.pixelSize() * zoom));
  }
  QApplication::setFont(font);
}

}  // namespace sinkscope
