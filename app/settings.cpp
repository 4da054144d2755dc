#include "app/settings.h"

#include "core/analysis/intervention.h"
#include "core/analysis/perturbation.h"
#include "core/error.h"

#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

namespace sinkscope {
namespace {

constexpr int kMostRecent = 8;
constexpr int kMostThreads = 4096;

bool isCondition(const QString& name) {
  return std::ranges::find(kConditions, name.toStdString(), conditionName) != kConditions.end();
}

bool isChangeNorm(const QString& name) {
  return std::ranges::find(kChangeNorms, name.toStdString(), changeNormName) != kChangeNorms.end();
}

bool isIntervention(const QString& notation) {
  try {
    parseIntervention(notation.toStdString());
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

QString demoPrompt() {
  return QStringLiteral(
      "The quick brown fox jumps over the lazy dog because it wants to see what lies behind the hedge.");
}

Settings::Settings()
    : store_(std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("sinkscope"),
                                         QStringLiteral("sinkscope"))) {}

Settings::Settings(const QString& iniFile) : store_(std::make_unique<QSettings>(iniFile, QSettings::IniFormat)) {}

Inputs Settings::inputs() const {
  Inputs inputs;
  const auto value = [this](const char* key, const auto& otherwise) {
    return store_->value(QStringLiteral("inputs/") + key, otherwise);
  };
  inputs.model = value("model", QString()).toString();
  inputs.device = value("device", inputs.device).toString();
  inputs.prompt = value("prompt", demoPrompt()).toString();
  inputs.bos = value("bos", inputs.bos).toBool();
  inputs.chat = value("chat", inputs.chat).toBool();
  inputs.tokenLimit = std::max(0, value("tokenLimit", inputs.tokenLimit).toInt());
  inputs.swapPosition = value("swapPosition", inputs.swapPosition).toInt();
  inputs.swapId = value("swapId", inputs.swapId).toLongLong();
  const QStringList conditions = value("conditions", inputs.conditions).toStringList();
  if (std::ranges::all_of(conditions, isCondition) && !conditions.isEmpty()) inputs.conditions = conditions;
  const QStringList interventions = value("interventions", inputs.interventions).toStringList();
  if (std::ranges::all_of(interventions, isIntervention)) inputs.interventions = interventions;
  inputs.everyPosition = value("everyPosition", inputs.everyPosition).toBool();
  inputs.sweepDraws = std::max(1, value("sweepDraws", inputs.sweepDraws).toInt());
  inputs.sweepSeed = std::max(0, value("sweepSeed", inputs.sweepSeed).toInt());
  const QString norm = value("changeNorm", inputs.changeNorm).toString();
  if (isChangeNorm(norm)) inputs.changeNorm = norm;
  inputs.influencedToken = value("influencedToken", inputs.influencedToken).toInt();
  inputs.fromLayers = std::max(0, value("fromLayers", inputs.fromLayers).toInt());
  inputs.toLayers = value("toLayers", inputs.toLayers).toInt();
  if (inputs.toLayers >= 0 && inputs.toLayers <= inputs.fromLayers) inputs.toLayers = -1;
  inputs.afterFinalNorm = value("afterFinalNorm", inputs.afterFinalNorm).toBool() && inputs.toLayers < 0;
  inputs.probes = std::max(0, value("probes", inputs.probes).toInt());
  inputs.fullMatrix = value("fullMatrix", inputs.fullMatrix).toBool();
  inputs.influenceMap = value("influenceMap", inputs.influenceMap).toString();
  inputs.pathSums = value("pathSums", inputs.pathSums).toString();
  inputs.collapseMeasure = value("collapseMeasure", inputs.collapseMeasure).toString();
  inputs.logarithmicChange = value("logarithmicChange", inputs.logarithmicChange).toBool();
  inputs.epsilon = std::clamp(value("epsilon", inputs.epsilon).toDouble(), 0.0, 1.0);
  inputs.includeQuery0 = value("includeQuery0", inputs.includeQuery0).toBool();
  inputs.sorted = value("sorted", inputs.sorted).toBool();
  inputs.logarithmic = value("logarithmic", inputs.logarithmic).toBool();
  inputs.hideSink = value("hideSink", inputs.hideSink).toBool();
  inputs.colourMap = colourMapNamed(value("colourMap", colourMapName(inputs.colourMap)).toString());
  return inputs;
}

void Settings::setInputs(const Inputs& inputs) {
  store_->beginGroup(QStringLiteral("inputs"));
  store_->setValue("model", inputs.model);
  store_->setValue("device", inputs.device);
  store_->setValue("prompt", inputs.prompt);
  store_->setValue("bos", inputs.bos);
  store_->setValue("chat", inputs.chat);
  store_->setValue("tokenLimit", inputs.tokenLimit);
  store_->setValue("swapPosition", inputs.swapPosition);
  store_->setValue("swapId", inputs.swapId);
  store_->setValue("conditions", inputs.conditions);
  store_->setValue("interventions", inputs.interventions);
  store_->setValue("everyPosition", inputs.everyPosition);
  store_->setValue("sweepDraws", inputs.sweepDraws);
  store_->setValue("sweepSeed", inputs.sweepSeed);
  store_->setValue("changeNorm", inputs.changeNorm);
  store_->setValue("influencedToken", inputs.influencedToken);
  store_->setValue("fromLayers", inputs.fromLayers);
  store_->setValue("toLayers", inputs.toLayers);
  store_->setValue("afterFinalNorm", inputs.afterFinalNorm);
  store_->setValue("probes", inputs.probes);
  store_->setValue("fullMatrix", inputs.fullMatrix);
  store_->setValue("influenceMap", inputs.influenceMap);
  store_->setValue("pathSums", inputs.pathSums);
  store_->setValue("collapseMeasure", inputs.collapseMeasure);
  store_->setValue("logarithmicChange", inputs.logarithmicChange);
  store_->setValue("epsilon", inputs.epsilon);
  store_->setValue("includeQuery0", inputs.includeQuery0);
  store_->setValue("sorted", inputs.sorted);
  store_->setValue("logarithmic", inputs.logarithmic);
  store_->setValue("hideSink", inputs.hideSink);
  store_->setValue("colourMap", colourMapName(inputs.colourMap));
  store_->endGroup();
}

QStringList Settings::recent(const char* kind) const {
  QStringList paths = store_->value(QStringLiteral("recent/") + kind).toStringList();
  erase_if(paths, [](const QString& path) { return !QFileInfo::exists(path); });
  return paths;
}

void Settings::addRecent(const char* kind, const QString& path) {
  QStringList paths = recent(kind);
  const QString whole = QFileInfo(path).absoluteFilePath();
  paths.removeAll(whole);
  paths.prepend(whole);
  store_->setValue(QStringLiteral("recent/") + kind, paths.mid(0, kMostRecent));
}

Scheme Settings::scheme() const {
  const QString name = store_->value(QStringLiteral("window/scheme")).toString();
  return name == "light" ? Scheme::Light : name == "dark" ? Scheme::Dark : Scheme::Desktop;
}

void Settings::setScheme(Scheme scheme) {
  const char* names[] = {"desktop", "light", "dark"};
  store_->setValue(QStringLiteral("window/scheme"), QString::fromLatin1(names[static_cast<int>(scheme)]));
}

double Settings::zoom() const {
  return std::clamp(store_->value(QStringLiteral("window/zoom"), 1.0).toDouble(), 0.5, 3.0);
}

void Settings::setZoom(double factor) {
  store_->setValue(QStringLiteral("window/zoom"), factor);
}

bool Settings::animated() const {
  return store_->value(QStringLiteral("window/animated"), true).toBool();
}

void Settings::setAnimated(bool animated) {
  store_->setValue(QStringLiteral("window/animated"), animated);
}

int Settings::threads() const {
  return std::clamp(store_->value(QStringLiteral("computing/threads"), 0).toInt(), 0, kMostThreads);
}

void Settings::setThreads(int threads) {
  store_->setValue(QStringLiteral("computing/threads"), threads);
}

quint64 Settings::weightMemory() const {
  return store_->value(QStringLiteral("computing/weightMemory"), 0).toULongLong();
}

void Settings::setWeightMemory(quint64 bytes) {
  store_->setValue(QStringLiteral("computing/weightMemory"), bytes);
}

bool Settings::keepAttention() const {
  return store_->value(QStringLiteral("runs/keepAttention"), true).toBool();
}

void Settings::setKeepAttention(bool keep) {
  store_->setValue(QStringLiteral("runs/keepAttention"), keep);
}

QByteArray Settings::state(const QString& name) const {
  return store_->value(QStringLiteral("state/") + name).toByteArray();
}

void Settings::setState(const QString& name, const QByteArray& state) {
  store_->setValue(QStringLiteral("state/") + name, state);
}

QString Settings::folder(const QString& kind) const {
  return store_
      ->value(QStringLiteral("folder/") + kind, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
      .toString();
}

void Settings::setFolder(const QString& kind, const QString& ofFile) {
  store_->setValue(QStringLiteral("folder/") + kind, QFileInfo(ofFile).absolutePath());
}

FigureStyle Settings::figureStyle() const {
  FigureStyle style = styleOf(store_->value("figure/style").toString());
  style.widthMm = std::clamp(style.widthMm, 20.0, 1000.0);
  style.fontPt = std::clamp(style.fontPt, 4.0, 48.0);
  style.crop = {};  // of another figure
  return style;
}

void Settings::setFigureStyle(const FigureStyle& style) {
  store_->setValue("figure/style", styleJson(style));
}

QStringList Settings::figurePresets() const {
  return presets().keys();
}

QString Settings::figurePreset(const QString& name) const {
  return presets().value(name).toString();
}

void Settings::setFigurePreset(const QString& name, const QString& style) {
  QVariantMap all = presets();  // a name may hold any sign: it is no key of the file
  all.remove(name);
  if (!style.isEmpty()) all.insert(name, style);
  store_->setValue("figure/presets", all);
}

QVariantMap Settings::presets() const {
  return store_->value("figure/presets").toMap();
}

bool Settings::figureCaption() const {
  return store_->value("figure/caption", false).toBool();
}

void Settings::setFigureCaption(bool write) {
  store_->setValue("figure/caption", write);
}

double Settings::dpi() const {
  return std::clamp(store_->value("figure/dpi", 300.0).toDouble(), 30.0, 2400.0);
}

void Settings::setDpi(double dpi) {
  store_->setValue("figure/dpi", dpi);
}

}  // namespace sinkscope
