#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

namespace sinkscope {

/// What a call of the executable printed and how it ended; -1: it crashed or did not end in two minutes.
struct Outcome {
  int exitCode = -1;
  QByteArray out, error;
  QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

inline Outcome outcomeOf(QProcess& process) {
  if (!process.waitForFinished(120'000)) return {};
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
          process.readAllStandardError()};
}

/// Calls `sinkscope` as a script would.
inline Outcome call(const QStringList& arguments) {
  QProcess process;
  process.start(SINKSCOPE_EXECUTABLE, arguments);
  return outcomeOf(process);
}

/// The same in two processes that work together, of one thread each.
inline Outcome callTwice(const QStringList& arguments) {
  QProcess process;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"}) environment.insert(name, "1");
  environment.insert("OMPI_MCA_rmaps_base_oversubscribe", "1");
  environment.insert("OMP_NUM_THREADS", "1");
  process.setProcessEnvironment(environment);
  process.start("mpirun", QStringList{"-n", "2", SINKSCOPE_EXECUTABLE} + arguments);
  return outcomeOf(process);
}

}  // namespace sinkscope
