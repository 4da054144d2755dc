#pragma once

#include "tests/gui/window_fixture.h"

#include <QDir>
#include <QPixmap>

namespace sinkscope {

/// Takes pictures of widgets into a folder, under names with one ending.
class Camera {
 public:
  Camera(const QString& folder, const QString& ending) : folder_(folder), ending_(ending) {}

  void take(QWidget* widget, const QString& name) const {
    QTest::qWait(400);  // images of regions come a little later
    const QString path = QDir(folder_).filePath(name + ending_ + QStringLiteral(".png"));
    if (!widget->grab().save(path)) qFatal("cannot write %s", qPrintable(path));
    qInfo("%s", qPrintable(path));
  }

 private:
  QString folder_, ending_;
};

/// Until the condition holds; else the program ends.
template <typename Condition>
void wait(Condition condition) {
  if (!QTest::qWaitFor(condition, WindowFixture::kPatienceMs)) qFatal("waited in vain for what the picture shows");
}

}  // namespace sinkscope
