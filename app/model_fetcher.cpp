#include "app/model_fetcher.h"

#include "core/shared_folder.h"

#include <sys/types.h>
#include <unistd.h>
#include <csignal>

#include <QFileInfo>

namespace sinkscope {

ModelFetcher::ModelFetcher(QObject* parent) : QObject(parent) {
  process_.setProcessChannelMode(QProcess::MergedChannels);
  // A group of its own: what the script starts ends with it.
  process_.setChildProcessModifier([] { setpgid(0, 0); });
  connect(&process_, &QProcess::readyRead, this, &ModelFetcher::readOutput);
  connect(&process_, &QProcess::finished, this, &ModelFetcher::end);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    emit failed(tr("The model could not be fetched: bash did not start (%1).").arg(process_.errorString()), output_);
  });
}

ModelFetcher::~ModelFetcher() {
  process_.disconnect(this);
  if (!isRunning()) return;
  killGroup(SIGTERM);
  if (!process_.waitForFinished(2000)) killGroup(SIGKILL);
  process_.waitForFinished(1000);
}

QString ModelFetcher::script() {
  const QString path = QString::fromStdString(fetchScript("fetch-model.sh").string());
  return QFileInfo::exists(path) ? path : QString();
}

void ModelFetcher::fetch(const QString& demoModel) {
  if (isRunning()) return;
  if (script().isEmpty()) {
    emit failed(tr("The script fetch-model.sh that fetches models was not found."), {});
    return;
  }
  model_ = demoModel;
  output_.clear();
  cancelled_ = false;
  process_.start(QStringLiteral("bash"), {script(), demoModel});
}

void ModelFetcher::cancel() {
  if (!isRunning()) return;
  cancelled_ = true;
  killGroup(SIGTERM);
}

void ModelFetcher::killGroup(int signal) {
  const auto group = static_cast<pid_t>(process_.processId());
  if (group > 0) kill(-group, signal);
}

void ModelFetcher::readOutput() {
  const QString text = QString::fromUtf8(process_.readAll());
  output_ += text;
  for (QString line : text.split('\n', Qt::SkipEmptyParts)) {
    if (line.startsWith(QLatin1String("==> "))) emit progressed(line.mid(4));
  }
}

void ModelFetcher::end(int exitCode, QProcess::ExitStatus status) {
  readOutput();
  if (cancelled_) {
    emit cancelled();
  } else if (status == QProcess::NormalExit && exitCode == 0) {
    emit fetched(model_);
  } else {
    emit failed(tr("%1 could not be fetched; the network may be missing.").arg(model_), output_);
  }
}

}  // namespace sinkscope
