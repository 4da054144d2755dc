#include "app/show_in_folder.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDesktopServices>
#include <QFileInfo>
#include <QUrl>

namespace sinkscope {
namespace {

void openFolder(const QString& file) {
  QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath()));
}

}  // namespace

void showInFolder(const QString& file) {
  const QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return openFolder(file);
  const QString name = QStringLiteral("org.freedesktop.FileManager1");
  QDBusMessage message = QDBusMessage::createMethodCall(name, QStringLiteral("/org/freedesktop/FileManager1"), name,
                                                        QStringLiteral("ShowItems"));
  message << QStringList{QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded)} << QString();
  auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(message));
  QObject::connect(answer, &QDBusPendingCallWatcher::finished, answer, [answer, file] {
    if (QDBusPendingReply<>(*answer).isError()) openFolder(file);
    answer->deleteLater();
  });
}

}  // namespace sinkscope
