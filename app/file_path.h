#pragma once

#include <QFile>
#include <QString>
#include <filesystem>

namespace sinkscope {

/// A path as the core has it, and as Qt has it.
inline std::filesystem::path pathOf(const QString& path) {
  return QFile::encodeName(path).toStdString();
}
inline QString pathText(const std::filesystem::path& path) {
  return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

}  // namespace sinkscope
