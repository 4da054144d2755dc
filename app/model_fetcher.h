#pragma once

#include <QObject>
#include <QProcess>
#include <QString>

namespace sinkscope {

/// Brings a demo model by the same script that a terminal would use. One at a time.
class ModelFetcher : public QObject {
  Q_OBJECT

 public:
  explicit ModelFetcher(QObject* parent = nullptr);
  ~ModelFetcher() override;

  /// The script's path; empty when it came neither with the build nor beside the program.
  static QString script();

  void fetch(const QString& demoModel);
  void cancel();
  bool isRunning() const { return process_.state() != QProcess::NotRunning; }

 signals:
  void progressed(const QString& what);
  void fetched(const QString& demoModel);
  void failed(const QString& sentence, const QString& details);
  void cancelled();

 private:
  void readOutput();
  void end(int exitCode, QProcess::ExitStatus status);
  void killGroup(int signal);

  QProcess process_;
  QString model_;
  QString output_;
  bool cancelled_ = false;
};

}  // namespace sinkscope
