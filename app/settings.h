#pragma once

#include "app/document.h"
#include "widgets/figure.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <memory>

namespace sinkscope {

enum class Scheme { Desktop, Light, Dark };

/// What the window remembers from one start to the next. Passed to whoever needs it.
class Settings {
 public:
  Settings();                                 ///< the user's own
  explicit Settings(const QString& iniFile);  ///< kept in that file, for tests

  /// The inputs of the last time; on the first start the demo prompt.
  Inputs inputs() const;
  void setInputs(const Inputs& inputs);

  QStringList recentModels() const { return recent("models"); }
  QStringList recentRuns() const { return recent("runs"); }
  void addRecentModel(const QString& path) { addRecent("models", path); }
  void addRecentRun(const QString& path) { addRecent("runs", path); }

  Scheme scheme() const;
  void setScheme(Scheme scheme);
  double zoom() const;
  void setZoom(double factor);
  bool animated() const;  ///< whether anything in the window moves by itself
  void setAnimated(bool animated);
  int threads() const;  ///< to compute with; 0: all
  void setThreads(int threads);
  quint64 weightMemory() const;  ///< bytes that weights may take; 0: the usual share of the machine's
  void setWeightMemory(quint64 bytes);
  bool keepAttention() const;
  void setKeepAttention(bool keep);

  /// Bytes of a widget's own state (geometry, splitter positions) by name.
  QByteArray state(const QString& name) const;
  void setState(const QString& name, const QByteArray& state);

  /// The folder where a file of that kind was last saved or opened; else the user's documents.
  QString folder(const QString& kind) const;
  void setFolder(const QString& kind, const QString& ofFile);

  FigureStyle figureStyle() const;
  void setFigureStyle(const FigureStyle& style);
  /// Styles that were kept, by their names; each as `styleJson` writes it. An empty one is forgotten.
  QStringList figurePresets() const;
  QString figurePreset(const QString& name) const;
  void setFigurePreset(const QString& name, const QString& style);
  bool figureCaption() const;
  void setFigureCaption(bool write);
  double dpi() const;
  void setDpi(double dpi);

 private:
  QStringList recent(const char* kind) const;
  void addRecent(const char* kind, const QString& path);
  QVariantMap presets() const;

  std::unique_ptr<QSettings> store_;
};

/// The prompt of the first start.
QString demoPrompt();

}  // namespace sinkscope
