#pragma once

#include "app/settings.h"

#include <QDir>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>
#include <memory>
#include <vector>

#include <csignal>

namespace sinkscope {

/// The program itself, as often as it is started, in a home of its own and without a screen. What its windows are at is
/// read from the files that they keep for the case that they die.
class RunningWindows {
 public:
  static constexpr int kPatienceMs = 60000;

  RunningWindows() {
    for (const char* name : {"runtime", "config", "data", "cache"}) QDir().mkpath(home_.filePath(name));
    QFile::setPermissions(home_.filePath("runtime"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  }
  ~RunningWindows() {
    for (const auto& one : started_) {
      one->kill();
      one->waitForFinished();
    }
  }

  QProcess& start(const QStringList& arguments) {
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("HOME", home_.path());
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("XDG_RUNTIME_DIR", home_.filePath("runtime"));
    environment.insert("XDG_CONFIG_HOME", home_.filePath("config"));
    environment.insert("XDG_DATA_HOME", home_.filePath("data"));
    environment.insert("XDG_CACHE_HOME", home_.filePath("cache"));
    process->setProcessEnvironment(environment);
    process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process->start(QStringLiteral(SINKSCOPE_EXECUTABLE), arguments);
    started_.push_back(std::move(process));
    return *started_.back();
  }

  /// As a crash does: nothing is put in order.
  static void shoot(QProcess& process) {
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    process.waitForFinished();
  }

  QString data(const QString& path) const { return home_.filePath("data/sinkscope/" + path); }
  QString path(const QString& name) const { return home_.filePath(name); }
  QStringList kept() const {
    const QDir folder(data("recovery"));
    QStringList paths;
    for (const QString& name : folder.entryList({"*.session"}, QDir::Files)) paths << folder.filePath(name);
    return paths;
  }
  /// Whether a window is there that shows this prompt.
  bool comesTo(const QString& prompt) const {
    return QTest::qWaitFor(
        [&] {
          for (const QString& file : kept())
            if (Settings(file).inputs().prompt == prompt) return true;
          return false;
        },
        kPatienceMs);
  }

 private:
  QTemporaryDir home_;
  std::vector<std::unique_ptr<QProcess>> started_;
};

}  // namespace sinkscope
