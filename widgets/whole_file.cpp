#include "widgets/whole_file.h"

#include <QSaveFile>
#include <stdexcept>

namespace sinkscope {

void writeWholeFile(const QString &path, const QByteArray &bytes, const QString &what) {
  QSaveFile file(path);
  if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) return;
  throw std::runtime_error(
      QStringLiteral("%1: %2 cannot be written: %3").arg(path, what, file.errorString()).toStdString());
}

}  // namespace sinkscope
