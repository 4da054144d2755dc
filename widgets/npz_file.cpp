#include "widgets/npz_file.h"

#include <zip.h>

#include <QtEndian>
#include <algorithm>
#include <bit>
#include <memory>
#include <stdexcept>

#include "widgets/whole_file.h"

namespace sinkscope {

namespace {

constexpr int kHeaderUnit = 64;                    // NumPy's headers fill whole units of so many bytes
constexpr zip_uint16_t kFirstDate = (1 << 5) | 1;  // of 1980: as zip files count days

QByteArray header(const QByteArray &type, const std::vector<std::size_t> &shape) {
  QByteArray axes;
  for (const std::size_t extent : shape) axes += QByteArray::number(static_cast<qulonglong>(extent)) + ',';
  QByteArray text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + axes + "), }";
  constexpr int kBefore = 10;  // bytes before the text
  while ((kBefore + text.size() + 1) % kHeaderUnit != 0) text += ' ';
  text += '\n';
  QByteArray bytes("\x93NUMPY\x01\x00", 8);
  const quint16 length = qToLittleEndian(static_cast<quint16>(text.size()));
  bytes.append(reinterpret_cast<const char *>(&length), sizeof length);
  return bytes + text;
}

QByteArray npyOf(const FigureArray &array) {
  if (array.texts.isEmpty()) {
    QByteArray bytes = header("<f8", array.shape);
    for (const double value : array.values) {
      const quint64 bits = qToLittleEndian(std::bit_cast<quint64>(value));
      bytes.append(reinterpret_cast<const char *>(&bits), sizeof bits);
    }
    return bytes;
  }
  qsizetype width = 1;
  for (const QString &text : array.texts) width = std::max(width, text.toUcs4().size());
  QByteArray bytes = header("<U" + QByteArray::number(width), array.shape);
  for (const QString &text : array.texts) {
    QList<uint> letters = text.toUcs4();
    letters.resize(width);
    for (const uint letter : letters) {
      const quint32 bits = qToLittleEndian(letter);
      bytes.append(reinterpret_cast<const char *>(&bits), sizeof bits);
    }
  }
  return bytes;
}

}  // namespace

void writeNpz(const QString &path, const std::vector<FigureArray> &arrays) {
  const auto require = [&](bool done) {
    if (!done) throw std::runtime_error(QStringLiteral("%1: the arrays cannot be packed.").arg(path).toStdString());
  };
  std::vector<QByteArray> members;  // libzip reads them when it closes
  for (const FigureArray &array : arrays) members.push_back(npyOf(array));
  zip_source_t *buffer = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  require(buffer != nullptr);
  zip_source_keep(buffer);
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t *)> kept(buffer, zip_source_free);
  std::unique_ptr<zip_t, void (*)(zip_t *)> archive(zip_open_from_source(buffer, ZIP_TRUNCATE, nullptr), zip_discard);
  if (!archive) zip_source_free(buffer);
  require(archive != nullptr);
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    zip_source_t *data =
        zip_source_buffer(archive.get(), members[i].constData(), static_cast<zip_uint64_t>(members[i].size()), 0);
    const zip_int64_t index = zip_file_add(
        archive.get(), (arrays[i].name + QStringLiteral(".npy")).toUtf8().constData(), data, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(data);
    require(index >= 0);
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, kFirstDate, 0);
  }
  require(zip_close(archive.get()) == 0);
  (void)archive.release();
  require(zip_source_open(buffer) == 0);
  zip_stat_t status;
  require(zip_source_stat(buffer, &status) == 0);
  QByteArray bytes(static_cast<qsizetype>(status.size), Qt::Uninitialized);
  require(zip_source_read(buffer, bytes.data(), status.size) == static_cast<zip_int64_t>(status.size));
  zip_source_close(buffer);
  writeWholeFile(path, bytes, QStringLiteral("the arrays"));
}

}  // namespace sinkscope
