#pragma once

#include <QByteArray>
#include <QString>

namespace sinkscope {

/**
 * Writes a file whole or not at all: an older one of that name stays until the new one is there. Throws
 * std::runtime_error with one sentence that names the file and says that `what` ("the figure") cannot be written.
 */
void writeWholeFile(const QString &path, const QByteArray &bytes, const QString &what);

}  // namespace sinkscope
