#include "app/announcer.h"

#include "app/job_log.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>
#include <QWidget>

namespace sinkscope {
namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");

}  // namespace

Announcer::Announcer(QWidget& window) : QObject(&window), window_(window) {}

void Announcer::tellEnd(const LoggedJob& job) {
  if (job.tookMs < patienceMs_ || job.state == LoggedJob::State::Stopped || window_.isActiveWindow()) return;
  QApplication::alert(&window_);
  if (job.state == LoggedJob::State::Failed)
    notify(tr("%1 failed").arg(job.title), job.now);
  else
    notify(tr("%1 is done").arg(job.title), {});
}

void Announcer::notify(const QString& summary, const QString& body) {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  if (!listening_)
    listening_ =
        bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this, SLOT(takeAction(uint, QString)));
  QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
  const QVariantMap hints{{QStringLiteral("desktop-entry"), QApplication::desktopFileName()}};
  constexpr int kAsTheDesktopDoes = -1;
  call << QApplication::applicationDisplayName() << shown_ << QStringLiteral("sinkscope") << summary
       << body.toHtmlEscaped() << QStringList{QStringLiteral("default"), tr("Show")} << hints << kAsTheDesktopDoes;
  // A desktop without the service answers with an error, and nothing is shown.
  auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
    const QDBusPendingReply<uint> reply = *answer;
    if (!reply.isError()) shown_ = reply.value();
    answer->deleteLater();
  });
}

void Announcer::takeAction(uint notification, const QString&) {
  if (notification != shown_) return;
  window_.setWindowState(window_.windowState() & ~Qt::WindowMinimized);
  window_.raise();
  window_.activateWindow();
}

}  // namespace sinkscope
