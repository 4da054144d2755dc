#pragma once

#include <QApplication>
#include <QDrag>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QList>
#include <QMimeData>
#include <QMouseEvent>
#include <QTest>
#include <QUrl>
#include <QWidget>
#include <QWindow>
#include <memory>

namespace sinkscope {

/// Points at a place of a widget, as far as its window can tell.
inline void pointAt(const QWidget& widget, const QPoint& place) {
  QTest::mouseMove(widget.window()->windowHandle(), widget.mapTo(widget.window(), place));
}

/// Keeps a drag that began. The offscreen platform lets it end at once; until it is gone, it is the one that windows
/// are told of.
class DragKeeper : public QObject {
 public:
  std::unique_ptr<QDrag> drag;

  DragKeeper() { qApp->installEventFilter(this); }

 protected:
  bool eventFilter(QObject* object, QEvent* event) override {
    auto* ended = event->type() == QEvent::DeferredDelete ? qobject_cast<QDrag*>(object) : nullptr;
    if (ended) drag.reset(ended);
    return ended != nullptr;
  }
};

/// Presses the mouse on a place of one widget and lets go on a place of another, of this window or another one. Where
/// the first widget starts a drag, what it carries is dropped; returned are the files in it.
inline QList<QUrl> dragTo(const QWidget& from, const QPoint& start, const QWidget& to, const QPoint& end) {
  DragKeeper keeper;
  QTest::mousePress(from.window()->windowHandle(), Qt::LeftButton, {}, from.mapTo(from.window(), start));
  const int step = QApplication::startDragDistance() + 1;
  for (int i = 1; i <= 3 && !keeper.drag; ++i) {
    pointAt(from, start + QPoint(i * step, 0));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }
  QWindow* window = to.window()->windowHandle();
  const QPoint place = to.mapTo(to.window(), end);
  if (!keeper.drag) {
    pointAt(to, end);
    QTest::mouseRelease(window, Qt::LeftButton, {}, place);
    return {};
  }
  QMimeData* data = keeper.drag->mimeData();
  const Qt::DropActions actions = keeper.drag->supportedActions();
  QDragEnterEvent enter(place, actions, data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(window, &enter);
  QDragMoveEvent move(place, actions, data, Qt::LeftButton, Qt::NoModifier);
  move.setDropAction(enter.dropAction());  // who took it when it came needs not say so anew
  move.setAccepted(enter.isAccepted());
  QCoreApplication::sendEvent(window, &move);
  QDropEvent drop(place, actions, data, Qt::LeftButton, Qt::NoModifier);
  QDragLeaveEvent leave;
  if (move.isAccepted())
    QCoreApplication::sendEvent(window, &drop);
  else
    QCoreApplication::sendEvent(window, &leave);
  // The desktop's drag has taken the button: no window hears that it is let go of.
  QWindow nobody;
  nobody.create();
  QTest::mouseRelease(&nobody, Qt::LeftButton);
  return data->urls();
}

/// Another program's window, out of which files are dragged and into which they are dropped.
class OtherWindow : public QWidget {
 public:
  QList<QUrl> files;     ///< that it gives
  QList<QUrl> received;  ///< that were dropped

  explicit OtherWindow(const QPoint& at) {
    setAcceptDrops(true);
    setGeometry(QRect(at, QSize(200, 200)));
    show();
  }

 protected:
  void mouseMoveEvent(QMouseEvent* event) override {
    if (!(event->buttons() & Qt::LeftButton) || files.isEmpty()) return;
    auto* drag = new QDrag(this);
    auto* data = new QMimeData;
    data->setUrls(files);
    drag->setMimeData(data);
    drag->exec(Qt::CopyAction);
  }
  void dragEnterEvent(QDragEnterEvent* event) override { event->acceptProposedAction(); }
  void dropEvent(QDropEvent* event) override {
    received = event->mimeData()->urls();
    event->acceptProposedAction();
  }
};

}  // namespace sinkscope
