#include "app/command_palette.h"
#include "app/menu_walk.h"
#include "app/models_dialog.h"
#include "app/pages/collapse_page.h"
#include "app/pages/collapse_tabs.h"
#include "app/pages/intervene_tabs.h"
#include "app/preferences.h"
#include "app/shortcut_sheet.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QLineEdit>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <algorithm>

using namespace sinkscope;

/// The desktop's portal, as far as the window asks it.
class PortalSettings : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

 public:
  uint scheme = 1;

 public slots:
  QDBusVariant Read(const QString&, const QString&) { return QDBusVariant(QVariant::fromValue(QDBusVariant(scheme))); }
};

/// The window for those who do not see it, or use no mouse, or look at a dark desktop.
class TestAccess : public QObject {
  Q_OBJECT

 private:
  TinyFolder model_;
  WindowFixture f_;

  static bool takesFocus(const QWidget* widget) {
    return widget->isVisible() && widget->focusPolicy() != Qt::NoFocus && !widget->focusProxy() &&
           !widget->objectName().startsWith("qt_");
  }
  static QString described(const QWidget* widget) {
    const auto* above = widget->parentWidget();
    return QStringLiteral("%1 %2 in %3 %4")
        .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
             QString::fromLatin1(above->metaObject()->className()), above->objectName());
  }
  static QStringList nameless(const QWidget* in) {
    QStringList all;
    for (const QWidget* widget : in->findChildren<QWidget*>()) {
      if (!takesFocus(widget)) continue;
      const auto* label = qobject_cast<const QLabel*>(widget);  // its text is its name
      if (label && label->text().isEmpty()) continue;
      QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
      if (!interface || interface->text(QAccessible::Name).trimmed().isEmpty()) all << described(widget);
    }
    return all;
  }
  /// Every page of the window, by the name of what turns to it.
  void eachPage(const std::function<void(const QString&)>& look) {
    for (QAction* turn : f_.window->findChildren<QAction*>()) {
      const QString name = turn->text();
      const bool ofRail = f_.window->rail()->turns().contains(turn);
      if (!ofRail && !name.startsWith("Collapse: ") && !name.startsWith("Intervene: ")) continue;
      turn->trigger();
      QVERIFY(f_.quiet());
      QCoreApplication::processEvents();
      look(name);
    }
  }

 private slots:
  void initTestCase();
  void whatTakesTheFocusHasAName();
  void dialogsToo();
  void tabGoesFromLeftToRight();
  void followsTheDesktop();
};

void TestAccess::initTestCase() {
  QAccessible::setActive(true);
  QVERIFY(f_.open(model_.path()));
}

void TestAccess::whatTakesTheFocusHasAName() {
  QStringList all;
  int pages = 0;
  eachPage([&](const QString& page) {
    for (const QString& one : nameless(f_.window.get())) all << page + ": " + one;
    ++pages;
  });
  all.removeDuplicates();
  for (const QString& one : all) qWarning("without a name: %s", qPrintable(one));
  QVERIFY(all.isEmpty());
  QVERIFY(pages >= 14);
}

void TestAccess::dialogsToo() {
  QStringList all;
  for (const char* menu : {"Preferences…", "Keyboard shortcuts", "About Sinkscope", "Activity", "Command palette…",
                           "All models on this machine…"}) {
    const auto entries = menuEntries(*f_.window->menuBar());
    const auto entry = std::ranges::find(entries, QString::fromUtf8(menu), &MenuEntry::title);
    QVERIFY2(entry != entries.end(), menu);
    entry->action->trigger();
    QCoreApplication::processEvents();
  }
  for (const QWidget* dialog : QApplication::topLevelWidgets())
    if (dialog->isVisible() && dialog != f_.window.get())
      for (const QString& one : nameless(dialog)) all << one;
  all << nameless(f_.window->commandPalette());
  for (const QString& one : all) qWarning("without a name: %s", qPrintable(one));
  QVERIFY(all.isEmpty());
  QVERIFY(f_.window->preferences()->isVisible() && f_.window->shortcutSheet()->isVisible());
  for (QWidget* dialog : QApplication::topLevelWidgets())
    if (dialog != f_.window.get()) dialog->close();
}

void TestAccess::tabGoesFromLeftToRight() {
  QStringList wrong;
  eachPage([&](const QString& page) {
    const QWidget* last = nullptr;
    QRect before;
    for (QWidget* widget = f_.window->centralWidget()->nextInFocusChain(); widget != f_.window->centralWidget();
         widget = widget->nextInFocusChain()) {
      if (!f_.window->centralWidget()->isAncestorOf(widget) || !takesFocus(widget)) continue;
      if (!(widget->focusPolicy() & Qt::TabFocus)) continue;
      const QRect now(widget->mapTo(f_.window.get(), QPoint(0, 0)), widget->size());
      // Back in the same row, or up in the same column.
      const bool sameRow = std::min(before.bottom(), now.bottom()) - std::max(before.top(), now.top()) >
                           std::min(before.height(), now.height()) / 2;
      const bool sameColumn = std::min(before.right(), now.right()) - std::max(before.left(), now.left()) >
                              std::min(before.width(), now.width()) / 2;
      if (last && ((sameRow && now.right() <= before.left()) || (sameColumn && now.bottom() <= before.top())))
        wrong << QStringLiteral("%1: %2 comes before %3").arg(page, described(last), described(widget));
      last = widget;
      before = now;
    }
  });
  for (const QString& one : wrong) qWarning("%s", qPrintable(one));
  QVERIFY(wrong.isEmpty());
}

void TestAccess::followsTheDesktop() {
  const auto dark = [this] { return f_.window->palette().color(QPalette::Window).lightnessF() < 0.5; };
  // What the platform's palette says, as on a desktop that Qt knows.
  f_.appearance.apply(Scheme::Light, 1.0);
  QEvent changed(QEvent::ThemeChange);
  QApplication::sendEvent(f_.window.get(), &changed);
  QCOMPARE(dark(), f_.appearance.desktopIsDark());

  QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, "portal of the test");
  if (!bus.isConnected()) QSKIP("There is no session bus here; run the test under dbus-run-session.");
  if (!bus.registerService("org.freedesktop.portal.Desktop")) QSKIP("A desktop's portal is running here.");
  PortalSettings portal;
  QVERIFY(bus.registerObject("/org/freedesktop/portal/desktop", &portal, QDBusConnection::ExportAllSlots));
  const auto tell = [&](uint scheme) {
    QDBusMessage changed = QDBusMessage::createSignal(
        "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings", QStringLiteral("SettingChanged"));
    changed << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme")
            << QVariant::fromValue(QDBusVariant(scheme));
    QVERIFY(bus.send(changed));
  };
  f_.appearance.followDesktop();  // the question takes a while: this thread is the portal, too
  tell(1);
  QTRY_VERIFY(dark());
  tell(2);
  QTRY_VERIFY(!dark());
  f_.settings.setScheme(Scheme::Light);
  tell(1);
  QTest::qWait(100);
  QVERIFY(!dark());  // the user's word goes before the desktop's
}

QTEST_MAIN(TestAccess)
#include "tst_access.moc"
