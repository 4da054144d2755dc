#include "app/window_main.h"

#include "app/appearance.h"
#include "app/quit_signals.h"
#include "app/settings.h"
#include "app/single_window.h"
#include "app/window.h"
#include "core/catalogue/card_reader.h"
#include "core/data_folder.h"

#include <QApplication>

namespace sinkscope {

int runWindow(int argc, char** argv, const std::string& open, bool another) {
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("sinkscope"));
  QApplication::setApplicationDisplayName(QStringLiteral("Sinkscope"));
  QApplication::setApplicationVersion(QStringLiteral(SINKSCOPE_VERSION));
  QApplication::setDesktopFileName(QStringLiteral("sinkscope"));
  const QString what = QString::fromLocal8Bit(open);
  SingleWindow single;
  if (!another && single.handOver(what)) return 0;
  single.listen();  // or it is another window beside the one that does
  Settings settings;
  Appearance appearance(application);
  appearance.followDesktop();
  appearance.apply(settings.scheme(), settings.zoom(), settings.animated());
  Window window(settings, appearance);
  window.setRunReader(ownExecutable());
  window.keepRecovery(dataFolder() / "recovery");
  QObject::connect(&single, &SingleWindow::wanted, &window, &Window::openFromOutside);
  const QuitSignals quit;
  QObject::connect(&quit, &QuitSignals::wanted, &window, &Window::close);
  window.start(what);
  window.show();
  return QApplication::exec();
}

}  // namespace sinkscope
