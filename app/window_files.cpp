#include "app/window_files.h"

#include "app/explored.h"
#include "app/figures.h"
#include "app/model_names.h"
#include "core/analysis/explore.h"
#include "core/catalogue/catalogue.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>

namespace sinkscope {
namespace {

constexpr int kNameLength = 40;
/// The one that the desktop knows as ours; any .h5 opens.
const QString kRunSuffix = QStringLiteral(".sinkscope.h5");

QString remembered(Settings& settings, const QString& kind, const QString& path) {
  if (!path.isEmpty()) settings.setFolder(kind, path);
  return path;
}

}  // namespace

QString chosenModelFile(QWidget* parent, Settings& settings) {
  const QString kind = QStringLiteral("models");
  return remembered(settings, kind,
                    QFileDialog::getOpenFileName(parent, QObject::tr("Open a model file"), settings.folder(kind),
                                                 QObject::tr("Models (*.gguf *.safetensors);;All files (*)")));
}

QString chosenModelFolder(QWidget* parent, Settings& settings) {
  const QString kind = QStringLiteral("models");
  return remembered(
      settings, kind,
      QFileDialog::getExistingDirectory(parent, QObject::tr("Open a model folder"), settings.folder(kind)));
}

QString chosenRun(QWidget* parent, Settings& settings) {
  const QString kind = QStringLiteral("runs");
  return remembered(settings, kind,
                    QFileDialog::getOpenFileName(parent, QObject::tr("Open a run"), settings.folder(kind),
                                                 QObject::tr("Runs (*.h5 *.hdf5);;All files (*)")));
}

QString chosenPrompts(QWidget* parent, Settings& settings) {
  const QString kind = QStringLiteral("prompts");
  return remembered(settings, kind,
                    QFileDialog::getOpenFileName(parent, QObject::tr("Open a file of prompts"), settings.folder(kind),
                                                 QObject::tr("Prompts (*.txt *.jsonl);;All files (*)")));
}

QString chosenRecipe(QWidget* parent, Settings& settings) {
  const QString kind = QStringLiteral("recipes");
  return remembered(settings, kind,
                    QFileDialog::getOpenFileName(parent, QObject::tr("Open a recipe"), settings.folder(kind),
                                                 QObject::tr("Recipes (*.json);;All files (*)")));
}

QString chosenRunToSave(QWidget* parent, Settings& settings, const QString& prompt) {
  const QString kind = QStringLiteral("runs");
  QString name = prompt.left(kNameLength).toLower().replace(QRegularExpression(QStringLiteral("[^a-z0-9]+")), "-");
  name = name.section('-', 0, 5, QString::SectionSkipEmpty);
  if (name.isEmpty()) name = QStringLiteral("run");
  // The library, so that the run is listed with the others.
  const QDir library(QString::fromStdString(setFolders().front().string()));
  library.mkpath(QStringLiteral("."));
  QString path = QFileDialog::getSaveFileName(parent, QObject::tr("Save the run"), library.filePath(name + kRunSuffix),
                                              QObject::tr("Runs (*.h5 *.hdf5)"));
  if (!path.isEmpty() && !isRunFile(path)) path += kRunSuffix;
  return remembered(settings, kind, path);
}

QString chosenDocument(QWidget* parent, Settings& settings, const QString& name, const QString& format) {
  const QString kind = QStringLiteral("documents"), suffix = '.' + QFileInfo(name).suffix();
  QString path = QFileDialog::getSaveFileName(parent, QObject::tr("Export the tables"),
                                              QDir(settings.folder(kind)).filePath(name), format);
  if (!path.isEmpty() && !path.endsWith(suffix)) path += suffix;
  return remembered(settings, kind, path);
}

bool isRunFile(const QString& path) {
  return path.endsWith(QLatin1String(".h5"), Qt::CaseInsensitive) ||
         path.endsWith(QLatin1String(".hdf5"), Qt::CaseInsensitive);
}

QString analysedLine(const Explored& explored) {
  const ExploreResult& result = *explored.result;
  std::size_t tokens = 0;
  for (const PromptResult& prompt : result.prompts) tokens += prompt.tokens.size();
  return QObject::tr("%1: %2 tokens analysed in %3 s")
      .arg(modelTitle(QString::fromStdString(result.request.model)))
      .arg(tokens)
      .arg(result.seconds, 0, 'f', 2);
}

QString numbersText(const Explored& explored, const Inputs& inputs) {
  const ExploreResult& result = *explored.result;
  const std::vector<PromptShares> shares = result.shares();
  return QObject::tr("%1\n%2\nheads above eps: %3\nmean attention to the first token: %4\n")
      .arg(QString::fromStdString(result.model.name), conventionsLine(result, inputs.epsilon, inputs.includeQuery0))
      .arg(sinkRate(shares, inputs.epsilon, 0, inputs.includeQuery0), 0, 'f', 4)
      .arg(meanShare(shares, 0, inputs.includeQuery0), 0, 'f', 4);
}

}  // namespace sinkscope
