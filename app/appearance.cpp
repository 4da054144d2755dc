#include "app/appearance.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QPalette>

/// The icons lie in a static library, whose resources nobody else asks for. Outside of any namespace, as Qt wants it.
static void loadIcons() {
  Q_INIT_RESOURCE(resources);
}

namespace sinkscope {

Appearance::Appearance(QApplication& application)
    : application_(application),
      desktopIsDark_(QApplication::palette().color(QPalette::Window).lightnessF() < 0.5),
      font_(QApplication::font()) {
  loadIcons();
}

void Appearance::apply(Scheme scheme, double zoom) {
  applyAppStyle(application_, scheme == Scheme::Dark || (scheme == Scheme::Desktop && desktopIsDark_));
  QFont font = font_;
  if (font.pointSizeF() > 0) {
    font.setPointSizeF(font.pointSizeF() * zoom);
  } else {
    font.setPixelSize(static_cast<int>(font.pixelSize() * zoom));
  }
  QApplication::setFont(font);
}

}  // namespace sinkscope
