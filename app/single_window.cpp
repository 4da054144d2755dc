#include "app/single_window.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>
#include <utility>

#include <unistd.h>

namespace sinkscope {
namespace {

constexpr int kPatienceMs = 1000;
constexpr char kActivationToken[] = "XDG_ACTIVATION_TOKEN";
constexpr char kAnswer = '\x06';  // ASCII's acknowledge

/// The other process may stand in another folder.
QString absolute(const QString& what) {
  return QFileInfo::exists(what) ? QFileInfo(what).absoluteFilePath() : what;
}

}  // namespace

SingleWindow::SingleWindow(QString name, QObject* parent)
    : QObject(parent), name_(std::move(name)), server_(new QLocalServer(this)) {
  server_->setSocketOptions(QLocalServer::UserAccessOption);
  connect(server_, &QLocalServer::newConnection, this, &SingleWindow::take);
}

QString SingleWindow::ownName() {
  const QByteArray world = qgetenv("WAYLAND_DISPLAY") + '\n' + qgetenv("DISPLAY") + '\n' +
                           QStandardPaths::writableLocation(QStandardPaths::ConfigLocation).toUtf8();
  const QByteArray digest = QCryptographicHash::hash(world, QCryptographicHash::Sha256).toHex().left(16);
  const QString name = QStringLiteral("sinkscope-%1-%2").arg(::getuid()).arg(QString::fromLatin1(digest));
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
  return folder.isEmpty() ? name : QDir(folder).filePath(name);
}

bool SingleWindow::handOver(const QString& what) const {
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (!socket.waitForConnected(kPatienceMs)) return false;
  // With the token by which the desktop lets a window that was asked for come to the front.
  QDataStream stream(&socket);
  stream << absolute(what) << qgetenv(kActivationToken);
  // Read until it says that it took it: a window that hangs is no window.
  return socket.waitForBytesWritten(kPatienceMs) && socket.waitForReadyRead(kPatienceMs) &&
         socket.read(1) == QByteArray(1, kAnswer);
}

bool SingleWindow::listen() {
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (socket.waitForConnected(kPatienceMs)) return false;
  QLocalServer::removeServer(name_);
  return server_->listen(name_);
}

void SingleWindow::take() {
  QLocalSocket* socket = server_->nextPendingConnection();
  connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
  connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
    QDataStream stream(socket);
    stream.startTransaction();
    QString what;
    QByteArray token;
    stream >> what >> token;
    if (!stream.commitTransaction()) return;  // more is to come
    if (!token.isEmpty()) qputenv(kActivationToken, token);
    socket->write(&kAnswer, 1);
    socket->flush();
    emit wanted(what);
  });
}

}  // namespace sinkscope
