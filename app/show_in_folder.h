#pragma once

#include <QString>

namespace sinkscope {

/// Shows a file in the desktop's file manager: selected, where that can (org.freedesktop.FileManager1), else its
/// folder.
void showInFolder(const QString& file);

}  // namespace sinkscope
