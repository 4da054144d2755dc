#include "app/overlay.h"

#include "widgets/theme.h"

#include <QPainter>

namespace sinkscope {

void Overlay::paintEvent(QPaintEvent*) {
  const Theme theme = themeFor(this);
  QPainter painter(this);
  painter.fillRect(rect(), theme.surface);
  painter.setPen(theme.mutedText);
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace sinkscope
