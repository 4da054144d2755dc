#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>

#include <functional>
#include <random>

/// Helpers that show what a reader does with broken files.
namespace damage {

inline QByteArray readAll(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void writeAll(const QString& path, const QByteArray& bytes) {
  QFile::remove(path);  // file systems flush a file that is truncated and written anew
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(bytes), bytes.size());
}

/// What the `Error` that `action` throws says; empty when it throws none. Any other exception is passed on.
inline QString errorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const sinkscope::Error& error) {
    return QString::fromStdString(error.what());
  }
  return {};
}

/// `use` on the file cut off at every `step`-th byte before `end`; it must throw an `Error` each time.
inline void cut(const QByteArray& good, const QString& path, qsizetype end, qsizetype step,
                const std::function<void()>& use) {
  for (qsizetype length = 0; length < end; length += step) {
    writeAll(path, good.left(length));
    QVERIFY2(!errorOf(use).isEmpty(), qPrintable(QStringLiteral("no error at %1 bytes").arg(length)));
  }
}

/// `use` on files with a few random bytes of the first `end` changed; it may work or throw an `Error`, nothing else.
/// Returns how often it threw.
inline int mutate(const QByteArray& good, const QString& path, qsizetype end, int rounds,
                  const std::function<void()>& use) {
  std::mt19937 random(20250402);
  int errors = 0;
  for (int round = 0; round < rounds; ++round) {
    QByteArray bytes = good;
    for (unsigned change = 0; change <= random() % 4; ++change) {
      // Extreme bytes make the lengths and offsets that overflow.
      const char values[] = {'\0', '\1', '\x7f', '\x80', '\xff', static_cast<char>(random() % 256)};
      const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(end));
      const unsigned run = random() % 3 == 0 ? 8 : 1;
      for (qsizetype i = at; i < std::min<qsizetype>(at + run, end); ++i) bytes[i] = values[random() % 6];
    }
    writeAll(path, bytes);
    errors += errorOf(use).isEmpty() ? 0 : 1;
  }
  return errors;
}

}  // namespace damage
