#include "tests/gui/day.h"

#include "app/menu_walk.h"
#include "app/notice.h"
#include "core/data_folder.h"
#include "tests/gui/mouse_drag.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenuBar>
#include <QPointer>
#include <QSpinBox>
#include <QTimer>
#include <exception>
#include <random>

namespace sinkscope {
namespace {

constexpr QSize kSize(1280, 760);

QAction* entryOf(const QList<QAction*>& entries, const QString& title) {
  for (QAction* entry : entries)
    if (withoutMnemonic(entry->text()) == title) return entry;
  QStringList there;
  for (const QAction* entry : entries) there << entry->text();
  throw Amiss{QStringLiteral("no entry is called %1, but there are %2").arg(title, there.join(", "))};
}

void takeEntry(QMenu& menu, const QString& title) {
  QAction* entry = entryOf(menu.actions(), title);
  Day::see(entry->isEnabled(), title + " is grey");
  Day::click(menu, menu.actionGeometry(entry).center());
}

QWindow* keyboard() {
  QWindow* window = QGuiApplication::focusWindow();
  if (!window) throw Amiss{"no window has the keyboard"};
  return window;
}

}  // namespace

Day::Day() {
  for (const char* name : {"config", "data", "cache", "runtime", "figures"}) QDir().mkpath(home(name));
  QFile::setPermissions(home("runtime"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  qputenv("HOME", home_.path().toLocal8Bit());
  qputenv("XDG_CONFIG_HOME", home("config").toLocal8Bit());
  qputenv("XDG_DATA_HOME", home("data").toLocal8Bit());
  qputenv("XDG_CACHE_HOME", home("cache").toLocal8Bit());
  qputenv("XDG_RUNTIME_DIR", home("runtime").toLocal8Bit());
  QFile file(texts());
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(texts()));
  std::mt19937 random(3);
  const char* words[] = {"river", "mill", "ran", "to", "the", "and", "stone", "over", "nobody", "saw"};
  for (int document = 0; document < 60; ++document) {
    QByteArray text;
    for (int i = 0; i < 40; ++i) text += QByteArray(words[random() % 10]) + ' ';
    file.write("{\"text\": \"" + text + "\"}\n");
  }
}

Day::~Day() = default;

void Day::start() {
  settings_ = std::make_unique<Settings>();
  if (!appearance_) appearance_ = std::make_unique<Appearance>(*qApp);
  appearance_->apply(settings_->scheme(), settings_->zoom(), settings_->animated());
  single_ = std::make_unique<SingleWindow>();
  single_->listen();
  window_ = std::make_unique<Window>(*settings_, *appearance_);
  window_->setRunReader(SINKSCOPE_EXECUTABLE);
  window_->keepRecovery(dataFolder() / "recovery");
  QObject::connect(single_.get(), &SingleWindow::wanted, window_.get(), &Window::openFromOutside);
  window_->resize(kSize);
  window_->start({});
  window_->show();
  see(QTest::qWaitForWindowActive(window_.get()), "the window does not come");
}

void Day::quit() {
  menu({"File", "Quit"});
  await([this] { return !window_->isVisible(); }, "the window stays");
  abandon();
}

void Day::abandon() {
  window_.reset();
  single_.reset();
  settings_.reset();
}

void Day::step(const char* title, const std::function<void()>& action, const std::source_location& at) {
  if (ended_) return;
  ++steps_;
  QElapsedTimer timer;
  timer.start();
  try {
    action();
    lookForErrors();
  } catch (const Amiss& amiss) {
    ended_ = true;
    const QString words = QStringLiteral("step %1, \"%2\": %3").arg(steps_).arg(QString::fromUtf8(title), amiss.what);
    QTest::qFail(words.toUtf8().constData(), at.file_name(), static_cast<int>(at.line()));
    return;
  }
  qInfo("step %d, %s: %lld ms", steps_, title, timer.elapsed());
}

void Day::see(bool condition, const QString& what) {
  if (!condition) throw Amiss{what};
}

void Day::await(const std::function<bool()>& condition, const QString& what) {
  see(QTest::qWaitFor(condition, kPatienceMs), what);
}

bool Day::isCalled(const QWidget& widget, const QString& name) {
  if (widget.objectName() == name || widget.accessibleName() == name) return true;
  const auto* button = qobject_cast<const QAbstractButton*>(&widget);
  return button && withoutMnemonic(button->text()) == name;
}

bool Day::isLabelled(const QWidget& widget, const QString& name) {
  for (const QLabel* label : widget.window()->findChildren<QLabel*>())
    if (label->buddy() == &widget && withoutMnemonic(label->text()) == name) return true;
  return false;
}

bool Day::isInSight(const QString& name) const {
  for (const QWidget* one : window_->findChildren<QWidget*>())
    if (isCalled(*one, name) && one->isVisible()) return true;
  return false;
}

void Day::reads(const QString& label, const QString& words) const {
  const QLabel& read = the<QLabel>(label);
  const bool found = QTest::qWaitFor([&] { return read.isVisible() && read.text().contains(words); }, kPatienceMs);
  see(found, QStringLiteral("%1 reads \"%2\", not \"%3\"").arg(label, read.text(), words));
}

void Day::changes(QWidget& view, const std::function<void()>& action) {
  const QImage before = view.grab().toImage();
  action();
  await([&] { return view.grab().toImage() != before; }, view.accessibleName() + " looks as before");
}

QStringList Day::errors() const {
  QStringList sentences;
  for (const Notice* notice : window_->findChildren<Notice*>())
    if (notice->isVisible()) sentences << notice->sentence();
  return sentences;
}

void Day::lookForErrors() const {
  if (!window_) return;
  const QStringList sentences = errors();
  see(sentences.isEmpty(), "the window says: " + sentences.join(" / "));
}

void Day::refused(const QStringList& words) {
  await([this] { return !errors().isEmpty(); }, "nothing is said");
  const QStringList sentences = errors();
  see(sentences.size() == 1, "more than one thing is said: " + sentences.join(" / "));
  for (const QString& word : words) see(sentences[0].contains(word), "it says " + sentences[0] + ", not " + word);
  press("Close the message");
  see(errors().isEmpty(), "the message stays");
}

void Day::click(const QWidget& on, const QPoint& at, Qt::KeyboardModifiers with) {
  const QString name = on.objectName().isEmpty() ? on.accessibleName() : on.objectName();
  see(on.isVisible() && on.isEnabled(), name + " is grey or out of sight");
  const QWidget* window = on.window();
  const QPoint place = on.mapTo(window, at);
  const QWidget* hit = window->childAt(place);
  see(!hit || hit == &on || on.isAncestorOf(hit), name + " is covered, or cut off");
  QTest::mouseClick(window->windowHandle(), Qt::LeftButton, with, place);
}

void Day::click(const QWidget& on) {
  // A box is ticked at its left end, however wide it is.
  const bool isBox = qobject_cast<const QCheckBox*>(&on);
  click(on, isBox ? QPoint(8, on.height() / 2) : on.rect().center());
}

void Day::doubleClick(const QWidget& on, const QPoint& at) {
  click(on, at);
  QTest::mouseDClick(on.window()->windowHandle(), Qt::LeftButton, {}, on.mapTo(on.window(), at));
}

void Day::key(int key, Qt::KeyboardModifiers with) {
  QTest::keyClick(keyboard(), static_cast<Qt::Key>(key), with);
}

void Day::type(const QString& text) {
  for (const QChar letter : text) QTest::keyClick(keyboard(), letter.toLatin1());
}

void Day::write(QWidget& field, const QString& text) {
  click(field);
  const QWidget* focus = QApplication::focusWidget();
  see(focus && (focus == &field || focus == field.focusProxy() || field.isAncestorOf(focus)),
      QStringLiteral("%1 has no focus, but %2")
          .arg(field.objectName(), focus ? focus->objectName() : QStringLiteral("nothing has it")));
  key(Qt::Key_A, Qt::ControlModifier);
  type(text);
}

void Day::enter(QSpinBox& box, int number) {
  write(box, QString::number(number));
  key(Qt::Key_Tab);
  see(box.value() == number, box.objectName() + " does not take the number");
}

void Day::paste(QWidget& field, const QString& text) {
  QGuiApplication::clipboard()->setText(text);
  click(field);
  key(Qt::Key_A, Qt::ControlModifier);
  key(Qt::Key_V, Qt::ControlModifier);
}

void Day::choose(QComboBox& box, const QString& entry) {
  see(box.findText(entry) >= 0, QStringLiteral("%1 does not offer %2").arg(box.accessibleName(), entry));
  click(box);
  await([&] { return box.view()->isVisible(); }, box.accessibleName() + " does not open");
  key(Qt::Key_Home);
  for (int i = 0; i < box.count() && box.view()->currentIndex().data().toString() != entry; ++i) key(Qt::Key_Down);
  key(Qt::Key_Return);
  await([&] { return box.currentText() == entry; }, box.accessibleName() + " does not take " + entry);
  giveKeyboardTo(box.window());
}

void Day::whenThere(const std::function<void()>& open, const std::function<QWidget*()>& there,
                    const std::function<void(QWidget&)>& act) {
  std::exception_ptr amiss;
  bool acted = false;
  QTimer looking;  // menus and dialogs may have an event loop of their own
  QObject::connect(&looking, &QTimer::timeout, &looking, [&] {
    const QPointer<QWidget> found = there();
    if (!found || acted) return;
    acted = true;
    looking.stop();
    try {
      act(*found);
    } catch (...) {  // not through the event loop
      amiss = std::current_exception();
      if (found) found->close();
    }
  });
  looking.start(1);
  open();
  await([&] { return acted; }, "nothing opens");
  if (amiss) std::rethrow_exception(amiss);
}

void Day::inDialog(const std::function<void()>& open, const std::function<void(QWidget&)>& act) {
  QWidget* before = QApplication::activeWindow();
  const auto there = [before]() -> QWidget* {
    QWidget* now = QApplication::activeModalWidget();
    return now && now != before && now->isActiveWindow() ? now : nullptr;
  };
  whenThere(open, there, [&](QWidget& dialog) {
    const QPointer<QWidget> held = &dialog;
    act(dialog);
    see(!held || !held->isVisible(), "the dialog stays open");
  });
  giveKeyboardTo(before);
}

void Day::chooseFile(const std::function<void()>& open, const QString& path) {
  inDialog(open, [&path](QWidget& dialog) {
    auto* name = dialog.findChild<QLineEdit*>("fileNameEdit");
    see(qobject_cast<QFileDialog*>(&dialog) && name, "no file is asked for");
    paste(*name, path);
    key(Qt::Key_Return);
  });
}

void Day::menuOf(const QWidget& button, const QString& entry) {
  whenThere([&] { click(button); }, [] { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); },
            [&](QWidget& menu) { takeEntry(static_cast<QMenu&>(menu), entry); });
  giveKeyboardTo(button.window());
}

void Day::menu(const QStringList& path) const {
  QMenuBar& bar = *window_->menuBar();
  QAction* title = entryOf(bar.actions(), path.front());
  click(bar, bar.actionGeometry(title).center());
  QMenu* open = title->menu();
  for (const QString& entry : path.mid(1)) {
    await([&] { return open->isVisible(); }, "the menu does not open");
    QMenu* next = entryOf(open->actions(), entry)->menu();
    takeEntry(*open, entry);
    open = next;
  }
  if (window_->isVisible()) giveKeyboardTo(window_.get());
}

void Day::palette(const QString& typed, const QString& entry) const {
  key(Qt::Key_K, Qt::ControlModifier);
  the<QLineEdit>("paletteField");
  type(typed);
  const QString first = the<QListWidget>("paletteList").item(0)->text();
  see(first == entry, QStringLiteral("%1 finds %2 first").arg(typed, first));
  key(Qt::Key_Return);
  await([this] { return !isInSight("commandPalette"); }, "the palette stays");
  QCoreApplication::processEvents();
}

void Day::giveKeyboardTo(QWidget* window) {
  const auto has = [window] {
    const QWindow* now = QGuiApplication::focusWindow();
    if (now && now->isVisible()) return true;
    window->activateWindow();
    return false;
  };
  if (window->isVisible()) await(has, "no window gets the keyboard");
}

QPoint Day::besideTheWindow() const {
  return window_->frameGeometry().topRight() + QPoint(40, 0);
}

void Day::dropFiles(const QStringList& files, const QWidget& to, const QPoint& at) const {
  OtherWindow manager(besideTheWindow());
  see(QTest::qWaitForWindowExposed(&manager), "the file manager does not come");
  for (const QString& file : files) manager.files << QUrl::fromLocalFile(file);
  const QList<QUrl> carried = dragTo(manager, {20, 20}, to, at);
  see(carried == manager.files, "the drag does not begin");
  manager.hide();
  giveKeyboardTo(window_.get());
}

}  // namespace sinkscope
