#include "app/single_window.h"
#include "core/runs/run_file.h"
#include "tests/app/tiny_folder.h"
#include "tests/gui/running_window.h"
#include "tests/runs/sample_run.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <cstring>
#include <future>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace sinkscope;

/// The second start hands over what it was to open.
class TestSingleWindow : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  TinyFolder model_;

  static int boundSocket(const QString& path) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.toLocal8Bit().constData(), sizeof address.sun_path - 1);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) qFatal("cannot bind");
    return socket;
  }

 private slots:
  void handsOver();
  void nobodyListens();
  void aSocketThatWasLeftBehindIsTakenOver();
  void aWindowThatHangsIsNoWindow();
  void aSecondStartEndsAndTheFirstOpensItsRun();
  void anotherWindowWhereItIsWanted();
};

void TestSingleWindow::handsOver() {
  const QString name = folder_.filePath("socket");
  SingleWindow first(name);
  QVERIFY(first.listen());
  QSignalSpy wanted(&first, &SingleWindow::wanted);
  const auto start = [&](const QString& what) {
    auto handed = std::async(std::launch::async, [&] { return SingleWindow(name).handOver(what); });
    QTest::qWaitFor([&] { return handed.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    return handed.get();
  };
  QVERIFY(start("gemma-3-270m"));
  QCOMPARE(wanted.back()[0].toString(), QString("gemma-3-270m"));
  QVERIFY(start(""));
  QCOMPARE(wanted.back()[0].toString(), QString());
  const QString old = QDir::currentPath();
  QVERIFY(QDir::setCurrent(model_.path()));
  QVERIFY(start("config.json"));
  QVERIFY(QDir::setCurrent(old));
  QCOMPARE(QFileInfo(wanted.back()[0].toString()), QFileInfo(model_.file("config.json")));
  QVERIFY(QDir::isAbsolutePath(wanted.back()[0].toString()));
  QVERIFY(!SingleWindow(name).listen());  // one is enough
}

void TestSingleWindow::nobodyListens() {
  QVERIFY(!SingleWindow(folder_.filePath("nobody")).handOver("x"));
}

void TestSingleWindow::aSocketThatWasLeftBehindIsTakenOver() {
  const QString name = folder_.filePath("left");
  ::close(boundSocket(name));
  QVERIFY(QFileInfo::exists(name));
  QVERIFY(!SingleWindow(name).handOver("x"));
  SingleWindow next(name);
  QVERIFY(next.listen());
}

void TestSingleWindow::aWindowThatHangsIsNoWindow() {
  const QString name = folder_.filePath("hangs");
  const int socket = boundSocket(name);
  QVERIFY(::listen(socket, 1) == 0);
  QElapsedTimer timer;
  timer.start();
  QVERIFY(!SingleWindow(name).handOver("x"));
  QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
  ::close(socket);
}

void TestSingleWindow::aSecondStartEndsAndTheFirstOpensItsRun() {
  RunningWindows windows;
  const QString run = windows.path("river.sinkscope.h5");
  saveRun(run.toStdString(), sample::exploration(), sample::view(), false);
  QProcess& first = windows.start({model_.path()});
  QVERIFY(windows.comesTo(demoPrompt()));
  QProcess& second = windows.start({run});
  QVERIFY(second.waitForFinished(20000));
  QCOMPARE(second.exitCode(), 0);
  QVERIFY(windows.comesTo(QString::fromStdString(sample::exploration().result->request.prompts.front())));
  QCOMPARE(windows.kept().size(), 1);
  QCOMPARE(first.state(), QProcess::Running);

  const auto left = windows.kept();
  RunningWindows::shoot(first);  // and leaves its socket
  windows.start({run});
  QTRY_VERIFY_WITH_TIMEOUT(windows.kept().size() == 1 && windows.kept() != left, RunningWindows::kPatienceMs);
  QProcess& next = windows.start({});
  QVERIFY(next.waitForFinished(20000));
  QCOMPARE(next.exitCode(), 0);
}

void TestSingleWindow::anotherWindowWhereItIsWanted() {
  RunningWindows windows;
  windows.start({model_.path()});
  QVERIFY(windows.comesTo(demoPrompt()));
  QProcess& second = windows.start({"--new-window", model_.path()});
  QTRY_COMPARE_WITH_TIMEOUT(windows.kept().size(), 2, RunningWindows::kPatienceMs);
  QCOMPARE(second.state(), QProcess::Running);
}

QTEST_GUILESS_MAIN(TestSingleWindow)
#include "tst_single_window.moc"
