#include "widgets/plot_library.h"

#include <qcustomplot.h>

namespace sinkscope {

QString plotLibraryVersion() {
  return QStringLiteral(QCUSTOMPLOT_VERSION_STR);
}

}  // namespace sinkscope
