#include "app/window_main.h"

#include "app/appearance.h"
#include "app/settings.h"
#include "app/window.h"
#include "core/catalogue/card_reader.h"

#include <QApplication>

namespace sinkscope {

int runWindow(int argc, char** argv, const std::string& open) {
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("sinkscope"));
  QApplication::setApplicationDisplayName(QStringLiteral("Sinkscope"));
  QApplication::setApplicationVersion(QStringLiteral(SINKSCOPE_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("sinkscope"));
  Settings settings;
  Appearance appearance(application);
  appearance.apply(settings.scheme(), settings.zoom());
  Window window(settings, appearance);
  window.setRunReader(ownExecutable());
  window.start(QString::fromLocal8Bit(open));
  window.show();
  return QApplication::exec();
}

}  // namespace sinkscope
