#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

namespace sinkscope {

/// What a call of the executable printed and how it ended; -1: it crashed or did not end in two minutes.
struct Outcome {
  int exitCode = -1;
  QByteArray out, error;
  QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// Calls `sinkscope` as a script would.
inline Outcome call(const QStringList& arguments) {
  QProcess process;
  process.start(SINKSCOPE_EXECUTABLE, arguments);
  if (!process.waitForFinished(120'000)) return {};
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
          process.readAllStandardError()};
}

}  // namespace sinkscope
