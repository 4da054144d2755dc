#pragma once

#include "app/settings.h"

#include <QFont>

class QApplication;

namespace sinkscope {

/// Light or dark, and how large: the looks of the whole application.
class Appearance {
 public:
  /// Takes what the desktop says; made once, before anything is applied.
  explicit Appearance(QApplication& application);

  void apply(Scheme scheme, double zoom);

 private:
  QApplication& application_;
  bool desktopIsDark_;
  QFont font_;
};

}  // namespace sinkscope
