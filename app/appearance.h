#pragma once

#include "app/settings.h"

#include <QDBusVariant>
#include <QFont>
#include <QObject>
#include <optional>

class QApplication;
class QWidget;

namespace sinkscope {

/// Whether a widget may move by itself: its style's `SH_Widget_Animation_Duration` is then not 0.
bool isAnimated(const QWidget& widget);

/// Light or dark, and how large: the looks of the whole application.
class Appearance : public QObject {
  Q_OBJECT

 public:
  /// Takes what the platform's palette says; made once, before anything is applied.
  explicit Appearance(QApplication& application);

  /// Asks the desktop itself, whose word goes before that of the palette, and hears of its changes from then on: the
  /// setting `org.freedesktop.appearance color-scheme` of its portal on the session bus.
  void followDesktop();
  /// The platform's palette changed: looks anew.
  void takePalette();
  bool desktopIsDark() const { return portal_.value_or(paletteIsDark_); }

  /// Where nothing is to move by itself, widgets are told by the style (see `isAnimated`).
  void apply(Scheme scheme, double zoom, bool animated = true);

 signals:
  void desktopChanged();

 private:
  Q_SLOT void takeSetting(const QString& group, const QString& name, const QDBusVariant& value);
  void takeScheme(const QVariant& value);

  QApplication& application_;
  bool paletteIsDark_;
  std::optional<bool> portal_;
  QFont font_;
};

}  // namespace sinkscope
