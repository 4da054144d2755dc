#pragma once

#include <QString>

namespace sinkscope {

/** The version of QCustomPlot that figures are drawn with. */
QString plotLibraryVersion();

}  // namespace sinkscope
